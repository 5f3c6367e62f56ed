"""Real servers for tests, on free ports of this machine, ended with the test."""

import http.client
import http.server
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Literal

_QUIET = {"MLFLOW_DISABLE_TELEMETRY": "true", "DO_NOT_TRACK": "true"}
_SECONDS = 240  # to start in, on a busy machine


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@contextmanager
def running(
    command: Sequence[str], health: str, log: Path, environ: Mapping[str, str] | None = None
) -> Iterator[None]:
    """A server that runs while the block does; it is up when `health` answers at all."""
    with log.open("a") as file:
        process = subprocess.Popen(
            command,
            stdout=file,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(environ or {})},
            cwd=log.parent,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + _SECONDS
        while not answers(health):
            assert process.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
        yield
    finally:
        with suppress(ProcessLookupError):  # it has ended by itself
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=5).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


@contextmanager
def mlflow_server(
    folder: Path, *arguments: str, environ: Mapping[str, str] | None = None
) -> Iterator[str]:
    """`mlflow server` with these arguments; its address."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "1", *arguments]
    quiet = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", **_QUIET, **(environ or {})}
    with running(command, f"{address}/health", folder / "server.log", quiet):
        yield address


class Failing:
    """In front of the server at `address`; lets `lives` requests through, then fails."""

    def __init__(self, address: str, lives: int, end: Literal["hang", "refuse"]) -> None:
        self.passed = 0
        self._ended = threading.Event()
        failing = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_any(self) -> None:
                if failing.passed >= lives:
                    if end == "hang":
                        failing._ended.wait()
                    else:
                        failing._server.socket.close()
                    self.close_connection = True
                    return
                failing.passed += 1
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                onward = http.client.HTTPConnection(address.removeprefix("http://"))
                headers = {k: v for k, v in self.headers.items() if k not in ("Host", "Connection")}
                onward.request(self.command, self.path, body, headers)
                answer = onward.getresponse()
                content = answer.read()
                self.send_response(answer.status)
                self.send_header("Content-Type", answer.headers.get("Content-Type", ""))
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
                onward.close()

            do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_any

            def log_message(self, *_: Any) -> None:
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True

    def __enter__(self) -> str:
        threading.Thread(target=self._serve, daemon=True).start()
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def _serve(self) -> None:
        with suppress(OSError, ValueError):  # its socket is closed: the server is dead
            self._server.serve_forever(poll_interval=0.05)

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._server.socket.close()
