from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from potholes.tracking.store import find_store, without_credentials


def test_the_store_lies_in_the_project(tmp_path: Path) -> None:
    store = find_store({}, tmp_path)
    assert store.uri == f"sqlite:///{tmp_path}/mlflow.db"
    assert store.database == tmp_path / "mlflow.db"
    assert store.artifacts == tmp_path / "mlartifacts"
    assert not store.is_server


def test_an_experiment_in_a_temporary_folder_uses_the_real_projects_store(tmp_path: Path) -> None:
    environ = {"DVC_ROOT": str(tmp_path / "real")}
    assert find_store(environ, tmp_path / "temporary").database == tmp_path / "real/mlflow.db"


def test_the_users_store_wins_and_a_relative_file_is_in_the_project(tmp_path: Path) -> None:
    server = find_store({"MLFLOW_TRACKING_URI": "https://host/x"}, tmp_path)
    assert (server.uri, server.database, server.artifacts) == ("https://host/x", None, None)
    assert server.is_server
    file = find_store({"MLFLOW_TRACKING_URI": "sqlite:///sub/my.db"}, tmp_path)
    assert file.database == tmp_path / "sub/my.db"
    assert find_store({"MLFLOW_TRACKING_URI": ""}, tmp_path).database == tmp_path / "mlflow.db"


@pytest.mark.parametrize("uri", ["sqlite://", "sqlite:///:memory:", "sqlite:///file:x?uri=true"])
def test_a_sqlite_store_that_is_no_plain_file_is_left_to_mlflow(uri: str, tmp_path: Path) -> None:
    store = find_store({"MLFLOW_TRACKING_URI": uri}, tmp_path)
    assert (store.uri, store.database) == (uri, None)


def test_a_path_survives_its_uri(tmp_path: Path) -> None:
    root = tmp_path / "a b%20c#é?"
    store = find_store({}, root)
    assert store.database == root / "mlflow.db"
    assert make_url(store.uri).database == str(root / "mlflow.db")
    assert find_store({"MLFLOW_TRACKING_URI": store.uri}, tmp_path) == store


def test_passwords_are_taken_out_of_texts() -> None:
    text = "no answer from https://me:secret@host:5000/x and postgresql://u:p@db/m"
    assert without_credentials(text) == ("no answer from https://host:5000/x and postgresql://db/m")
