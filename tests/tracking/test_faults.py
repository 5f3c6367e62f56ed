"""Servers that refuse, hang or die, and writers that are killed."""

import shutil
import socket
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from mlflow import MlflowClient
from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

from potholes.tracking import writer
from potholes.tracking.leftovers import keep_one
from potholes.tracking.store import sqlite_uri
from potholes.tracking.writer import write_state
from potholes.tracking.writing_process import this_writer
from tests.factories import write_project
from tests.servers import Failing, free_port, mlflow_server
from tests.tracking.conftest import log
from tests.tracking.stored import all_runs, content, files_on_disk

LATE = 15  # seconds that a server's fault may cost


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> Iterator[str]:
    """A real one, with an empty store of its own."""
    folder = tmp_path_factory.mktemp("server")
    shutil.copy(empty_store, folder / "mlflow.db")
    places = ["--backend-store-uri", sqlite_uri(folder / "mlflow.db")]
    with mlflow_server(folder, *places, "--artifacts-destination", str(folder / "kept")) as address:
        yield address


@pytest.fixture
def experiment(server: str, request: pytest.FixtureRequest) -> tuple[str, str]:
    """Name and id of an experiment that only this test uses."""
    name = request.node.name
    return name, str(MlflowClient(server).create_experiment(name))


@pytest.fixture
def dead_writer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Runs are signed by a process that has ended."""
    gone = replace(this_writer(), start=this_writer().start - 3600)
    monkeypatch.setattr(writer, "this_writer", lambda: gone)


def test_a_refusing_server_costs_no_import_of_mlflow(project: Path) -> None:
    start = time.monotonic()
    receipt = log(project, MLFLOW_TRACKING_URI=f"http://127.0.0.1:{free_port()}")
    assert time.monotonic() - start < LATE
    assert not receipt.logged
    assert "127.0.0.1 does not answer: [Errno 111] Connection refused" in receipt.reason


def test_a_refusing_database_is_given_up_as_soon(project: Path) -> None:
    start = time.monotonic()
    receipt = log(project, MLFLOW_TRACKING_URI=f"postgresql://me:secret@127.0.0.1:{free_port()}/x")
    assert time.monotonic() - start < LATE
    assert "does not answer" in receipt.reason
    assert "secret" not in f"{receipt}"


def test_a_server_that_accepts_and_says_nothing_is_given_up(project: Path) -> None:
    start = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as silent:
        uri = f"http://127.0.0.1:{silent.getsockname()[1]}"
        receipt = log(project, MLFLOW_TRACKING_URI=uri)
    assert time.monotonic() - start < LATE
    assert receipt.reason == "127.0.0.1 did not answer within 5 s"


@pytest.mark.parametrize("end", ["refuse", "hang"])
@pytest.mark.parametrize("lives", [1, 3, 8])
def test_a_server_that_fails_while_logging_leaves_one_state_after_the_next(
    project: Path, server: str, experiment: tuple[str, str], dead_writer: None, lives: int, end: str
) -> None:
    name, mlflow_id = experiment
    start = time.monotonic()
    with Failing(server, lives, end) as address:
        receipt = log(project, name, MLFLOW_TRACKING_URI=address)
    assert time.monotonic() - start < LATE
    assert not receipt.logged
    assert log(project, name, MLFLOW_TRACKING_URI=server).logged
    client = MlflowClient(server)
    assert len(all_runs(client, mlflow_id)) == 3
    statuses = {run.info.status for run in all_runs(client, mlflow_id, deleted=True)}
    assert "RUNNING" not in statuses


def test_a_bucket_without_credentials_is_a_reason_and_no_crash(
    project: Path, empty_store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that leaves the files to its clients: they need the bucket's keys themselves."""
    pytest.importorskip("boto3")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{free_port()}")
    client = MlflowClient(sqlite_uri(project / "mlflow.db"))
    client.create_experiment("potholes", "s3://potholes/mlflow")
    receipt = log(project)
    assert not receipt.logged
    assert "Unable to locate credentials" in receipt.reason


def test_a_state_that_two_machines_logged_at_once_stays_once(
    project: Path,
    server: str,
    experiment: tuple[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Another writer of the same state finishes between this one's look and its end."""
    name, mlflow_id = experiment

    def both(client: MlflowClient, where: str, state: writer.State) -> writer.Logged:
        write_state(client, where, state)
        return write_state(client, where, state)

    monkeypatch.setattr("potholes.tracking.state.write_state", both)
    receipt = log(project, name, MLFLOW_TRACKING_URI=server)
    client = MlflowClient(server)
    left = all_runs(client, mlflow_id)
    assert {run.info.run_id for run in left} == {
        receipt.parent_run_id,
        *receipt.child_run_ids.values(),
    }
    assert keep_one(client, mlflow_id, receipt.fingerprint) == receipt.parent_run_id


def test_wherever_a_writer_is_killed_the_next_one_leaves_the_store_as_if_it_had_not_been(
    tmp_path: Path, empty_store: Path, monkeypatch: pytest.MonkeyPatch, dead_writer: None
) -> None:
    """Each call that writes into the database is in turn the last one."""

    def project(name: str) -> Path:
        """Each has its own database: MLflow keeps connections to a path."""
        root = tmp_path / name
        write_project(root, ["resnet18"])
        shutil.copy(empty_store, root / "mlflow.db")
        return root

    calm = project("calm")
    with monkeypatch.context() as patch:
        writes = _dies_at(patch, None)
        assert log(calm).logged
    expected = content(MlflowClient(sqlite_uri(calm / "mlflow.db")))
    assert len(writes) >= 7
    for last, name in enumerate(writes):
        killed = project(f"{last} {name}")
        with monkeypatch.context() as patch:
            _dies_at(patch, last)
            with pytest.raises(Killed):
                log(killed)
        assert log(killed).logged
        client = MlflowClient(sqlite_uri(killed / "mlflow.db"))
        assert content(client) == expected, killed
        assert len(all_runs(client, deleted=True)) == 2, killed
        assert files_on_disk(killed / "mlartifacts") == files_on_disk(calm / "mlartifacts")


class Killed(BaseException):
    """What SIGKILL is to a process: nothing catches it."""


def _dies_at(patch: pytest.MonkeyPatch, last: int | None) -> list[str]:
    """The calls that write, as they come; after that of index `last` the process is dead."""
    calls: list[str] = []

    def counted(name: str) -> None:
        original = getattr(SqlAlchemyStore, name)

        def call(self: SqlAlchemyStore, *arguments: object, **options: object) -> object:
            answer = original(self, *arguments, **options)
            calls.append(name)
            if last is not None and len(calls) > last:
                raise Killed
            return answer

        patch.setattr(SqlAlchemyStore, name, call)

    for name in ("create_experiment", "create_run", "log_batch", "update_run_info"):
        counted(name)
    return calls
