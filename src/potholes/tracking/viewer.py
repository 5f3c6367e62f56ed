"""MLflow's UI in a browser: the user's server, or one of this machine over a store in a file."""

import os
import signal
import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import Mapping

from potholes.tracking.run_page import HOST, PORT
from potholes.tracking.store import Store

_PATIENCE = 300  # seconds until MLflow's server must answer; on a busy machine it needs a minute


def has_screen(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a browser can be opened here."""
    return platform == "darwin" or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def serve_command(store: Store, port: int = PORT) -> list[str] | None:
    """What starts MLflow's UI over `store`; None where it is a server already.

    One worker: four, MLflow's default, import it four times before the first page comes.
    """
    if store.is_server:
        return None
    address = ["--host", HOST, "--port", str(port), "--workers", "1"]
    return [sys.executable, "-m", "mlflow", "ui", *address, "--backend-store-uri", store.uri]


def show(page: str, store: Store, port: int = PORT) -> int:
    """Open `page` where there is a screen, serve it if need be; the server's exit code.

    The server ends with this process, by SIGTERM too.
    """
    command = serve_command(store, port)
    screen = has_screen(os.environ)
    if command is None:
        if screen:
            webbrowser.open(page)
        return 0
    environ = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", **os.environ}  # jobs of GenAI
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with subprocess.Popen(command, env=environ) as server:
        try:
            if screen and _answers(server, port):
                webbrowser.open(page)
            return server.wait()
        finally:
            server.terminate()


def _answers(server: "subprocess.Popen[bytes]", port: int) -> bool:
    """Wait until the server takes connections; False if it ends or is too slow."""
    deadline = time.monotonic() + _PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection((HOST, port), timeout=1).close()
            return True
        except OSError:
            time.sleep(0.3)
    return False
