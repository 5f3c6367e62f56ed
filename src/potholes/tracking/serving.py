"""A registered model over HTTP, by MLflow's own server."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from potholes.tracking.ports import check_free
from potholes.tracking.registered import Version, find_version
from potholes.tracking.state import set_switches
from potholes.tracking.store import find_store


@dataclass(frozen=True)
class Server:
    """What starts a server, and the version that it answers with."""

    command: list[str]
    environment: dict[str, str]
    version: Version


def server(project: Path, environ: Mapping[str, str], model: str, host: str, port: int) -> Server:
    """A server of `model` (models:/NAME@ALIAS) in the store of `project`.

    Raises ValueError where there is no such model, or something listens at the port.
    """
    store = find_store(environ, project)
    set_switches(store)
    version = find_version(store, model)
    check_free(host, port)
    command = [sys.executable, "-m", "mlflow", "models", "serve"]
    command += ["--model-uri", model, "--env-manager", "local"]
    command += ["--host", host, "--port", str(port)]
    own = {
        "MLFLOW_TRACKING_URI": store.uri,
        "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
        # where MLflow looks for uvicorn
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
    }
    return Server(command, {**os.environ, **own}, version)
