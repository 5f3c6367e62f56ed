"""MLflow's UI in a browser: the user's server, or one of this machine over a store in a file."""

import os
import socket
import subprocess
import sys
import time
import webbrowser
from collections.abc import Mapping

from potholes.tracking.run_page import HOST, PORT
from potholes.tracking.store import Store

_PATIENCE = 60  # seconds until MLflow's server must answer


def has_screen(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a browser can be opened here."""
    return platform == "darwin" or bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))


def serve_command(store: Store) -> list[str] | None:
    """What starts MLflow's UI over `store`; None where it is a server already."""
    if store.is_server:
        return None
    address = ["--host", HOST, "--port", str(PORT)]
    return [sys.executable, "-m", "mlflow", "ui", *address, "--backend-store-uri", store.uri]


def show(page: str, store: Store) -> int:
    """Open `page` where there is a screen, serve it if need be; the server's exit code."""
    command = serve_command(store)
    screen = has_screen(os.environ)
    if command is None:
        if screen:
            webbrowser.open(page)
        return 0
    with subprocess.Popen(command) as server:
        if screen and _answers(server):
            webbrowser.open(page)
        return server.wait()


def _answers(server: "subprocess.Popen[bytes]") -> bool:
    """Wait until the server takes connections; False if it ends or is too slow."""
    deadline = time.monotonic() + _PATIENCE
    while server.poll() is None and time.monotonic() < deadline:
        try:
            socket.create_connection((HOST, PORT), timeout=1).close()
            return True
        except OSError:
            time.sleep(0.3)
    return False
