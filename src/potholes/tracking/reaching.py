"""Whether a store's server answers at all, asked in seconds and before MLflow is imported."""

import http.client
import socket
import ssl
import threading
import urllib.error
import urllib.request
from urllib.parse import urlsplit

_PATIENCE = 5.0  # seconds
_PORTS = {"postgresql": 5432, "mysql": 3306, "mssql": 1433}


def check_answer(uri: str, patience: float = _PATIENCE) -> None:
    """Raise OSError, saying why, where nobody answers at `uri` within `patience` seconds.

    Any answer will do, an error too: what it means is MLflow's affair. A database counts as
    answering when its port is open. A URI without a host passes. MLflow itself would wait for
    minutes, and nothing else stops a look-up of the host's name that hangs.
    """
    host = urlsplit(uri).hostname
    if not host:
        return
    failed: list[Exception] = []
    asking = threading.Thread(target=_ask, args=(uri, patience, failed), daemon=True)
    asking.start()
    asking.join(patience)
    if asking.is_alive():
        raise TimeoutError(f"{host} did not answer within {patience:g} s")
    if failed:
        raise ConnectionError(f"{host} does not answer: {failed[0]}")


def _ask(uri: str, patience: float, failed: list[Exception]) -> None:
    parts = urlsplit(uri)
    try:
        if parts.scheme in ("http", "https"):
            address = parts._replace(netloc=parts.netloc.rpartition("@")[2], query="", fragment="")
            # no password is sent; whether the certificate is good is for MLflow to judge
            context = ssl._create_unverified_context()
            urllib.request.urlopen(address.geturl(), timeout=patience, context=context).close()
            return
        port = parts.port or _PORTS.get(parts.scheme.partition("+")[0])
        if port:
            socket.create_connection((parts.hostname, port), timeout=patience).close()
    except urllib.error.HTTPError:
        return
    except urllib.error.URLError as error:
        reason = error.reason
        if not isinstance(reason, ssl.SSLError):
            failed.append(reason if isinstance(reason, Exception) else error)
    except (OSError, http.client.HTTPException, ValueError) as error:
        failed.append(error)
