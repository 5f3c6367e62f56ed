"""The champion over HTTP, by MLflow's own server."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from potholes.tracking.lookup import has_alias
from potholes.tracking.registering import CHAMPION, MODEL
from potholes.tracking.sqlite import bring_home
from potholes.tracking.state import set_switches
from potholes.tracking.store import Store, find_store

_NONE = f"no model {MODEL}@{CHAMPION} yet; run `make repro`, or `make register` for these results"


def server(
    project: Path, environ: Mapping[str, str], host: str, port: int
) -> tuple[list[str], dict[str, str]]:
    """Command and environment of a server of the champion in the store of `project`.

    Raises ValueError where there is no champion.
    """
    store = find_store(environ, project)
    set_switches(store)
    if not _has_champion(store):
        raise ValueError(f"{store.public_uri}: {_NONE}")
    command = [sys.executable, "-m", "mlflow", "models", "serve"]
    command += ["--model-uri", f"models:/{MODEL}@{CHAMPION}", "--env-manager", "local"]
    command += ["--host", host, "--port", str(port)]
    own = {
        "MLFLOW_TRACKING_URI": store.uri,
        "MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR": "false",
        # where MLflow looks for uvicorn
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
    }
    return command, {**os.environ, **own}


def _has_champion(store: Store) -> bool:
    if store.database and store.artifacts:
        if not store.database.exists():
            return False
        bring_home(store.database, store.artifacts.as_uri())
        return has_alias(store.database, MODEL, CHAMPION)
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    try:
        found = MlflowClient(store.uri).search_registered_models(f"name = '{MODEL}'")
    except MlflowException as error:
        raise ValueError(f"{store.public_uri}: {error}") from None
    return any(CHAMPION in model.aliases for model in found)
