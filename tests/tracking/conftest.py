"""A project with results and an empty store, copied: MLflow needs seconds to make one."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from potholes.params import TrackParams
from potholes.params_file import load_params
from potholes.tracking.sqlite import create
from potholes.tracking.state import log_state, set_switches
from potholes.tracking.store import Store
from potholes.tracking.tables import Receipt
from tests.factories import write_project


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite store without runs."""
    database = tmp_path_factory.mktemp("store") / "mlflow.db"
    set_switches(Store(uri="", database=database))
    create(database, (database.parent / "mlartifacts").as_uri())
    return database


@pytest.fixture(autouse=True)
def clean_environment() -> Iterator[None]:
    """No tracking server of the user's, and MLflow's switches as they were afterwards."""
    before = dict(os.environ)
    for name in ("MLFLOW_TRACKING_URI", "DVC_ROOT", "DVC_EXP_NAME"):
        os.environ.pop(name, None)
    yield
    os.environ.clear()
    os.environ.update(before)


@pytest.fixture
def project(tmp_path: Path, empty_store: Path) -> Path:
    """A folder with results of two backbones and a store."""
    root = tmp_path / "a b%20c#é?"
    write_project(root)
    shutil.copy(empty_store, root / "mlflow.db")
    return root


@pytest.fixture(scope="module")
def logged(tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> tuple[Path, Receipt]:
    """A project whose state has been logged, and the receipt."""
    root = tmp_path_factory.mktemp("logged")
    write_project(root)
    shutil.copy(empty_store, root / "mlflow.db")
    return root, log(root)


def log(project: Path, experiment: str = "potholes", **environ: str) -> Receipt:
    """What the stage does in `project`."""
    params = load_params(project / "params.yaml")
    params = params.model_copy(update={"track": TrackParams(experiment=experiment)})
    folders = (project / name for name in ("reports", "models", "data/predictions"))
    return log_state(project, *folders, params, environ)
