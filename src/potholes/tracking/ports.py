"""The port on which a server of this machine listens."""

import socket

_LARGEST = 65_535


def check_free(host: str, port: int) -> None:
    """Raise ValueError where `port` is none, or `host` cannot listen at it, as when it is taken."""
    if not 1 <= port <= _LARGEST:
        raise ValueError(f"--port: got {port}; expected 1 to {_LARGEST}")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        raise ValueError(
            f"--port: {host}:{port} cannot be used ({error.strerror or error}); stop what listens "
            f"there, or name another, such as --port {port % _LARGEST + 1}"
        ) from None
