import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from potholes.files.documents import read_document
from potholes.params_file import load_params
from potholes.tracking.lookup import known_state
from potholes.tracking.tables import Receipt
from potholes.tracking.writer import find_state
from potholes.tracking.writing_process import this_writer
from stages.track import main
from tests.factories import REPOSITORY, TWO, set_params, write_lock, write_project
from tests.servers import free_port
from tests.tracking.conftest import log
from tests.tracking.stored import all_runs, client, runs

FOLDERS = "reports", "models", "data/predictions"


def test_a_state_is_one_parent_and_a_child_for_each_backbone(
    logged: tuple[Path, Receipt],
) -> None:
    root, receipt = logged
    assert receipt.logged
    assert list(receipt.child_run_ids) == list(TWO)
    assert {run.info.status for run in runs(root)} == {"FINISHED"}
    children = runs(root, f"tags.`mlflow.parentRunId` = '{receipt.parent_run_id}'")
    assert {run.info.run_id for run in children} == set(receipt.child_run_ids.values())
    assert len(runs(root)) == 3


def test_the_store_holds_params_metrics_and_steps(logged: tuple[Path, Receipt]) -> None:
    root, receipt = logged
    child = client(root).get_run(receipt.child_run_ids["resnet50"])
    assert child.data.params["train.lr"] == "0.01"
    assert child.data.metrics["test/accuracy"] == 0.89
    assert child.data.metrics["z/model_bytes"] == 22_800_000
    history = client(root).get_metric_history(child.info.run_id, "validation/accuracy")
    assert [(point.step, round(point.value, 2)) for point in history] == [
        (1, 0.67),
        (2, 0.82),
        (3, 0.87),
    ]


def test_files_lie_beside_the_database(logged: tuple[Path, Receipt]) -> None:
    root, receipt = logged
    names = {
        path.relative_to(root / "mlartifacts").as_posix()
        for path in (root / "mlartifacts").rglob("*")
        if path.is_file()
    }
    child = f"{receipt.child_run_ids['resnet18']}/artifacts"
    parent = f"{receipt.parent_run_id}/artifacts"
    assert f"{child}/head.safetensors" in names
    assert f"{child}/history.csv" in names
    assert {f"{parent}/select/comparison.csv", f"{parent}/dvc.lock"} <= names
    assert f"{parent}/figures/roc.png" in names


def test_logging_again_adds_nothing(logged: tuple[Path, Receipt]) -> None:
    root, receipt = logged
    assert log(root) == receipt
    assert len(runs(root)) == 3


def test_the_shortcut_says_what_mlflow_says(logged: tuple[Path, Receipt]) -> None:
    root, receipt = logged
    known = known_state(root / "mlflow.db", "potholes", receipt.fingerprint)
    assert known is not None
    assert known == find_state(client(root), "1", receipt.fingerprint)
    assert known_state(root / "mlflow.db", "other", receipt.fingerprint) is None
    assert known_state(root / "mlflow.db", "potholes", "0" * 64) is None
    assert find_state(client(root), "1", "0" * 64) is None


def test_a_known_state_is_found_without_mlflow(
    logged: tuple[Path, Receipt], monkeypatch: pytest.MonkeyPatch
) -> None:
    root, receipt = logged
    monkeypatch.setitem(sys.modules, "mlflow", None)  # importing it now fails
    assert log(root) == receipt


def test_a_state_whose_logging_was_broken_off_is_logged_anew(project: Path) -> None:
    broken = log(project)
    client(project).set_terminated(broken.parent_run_id, status="KILLED")
    again = log(project)
    assert again.logged
    assert again.parent_run_id != broken.parent_run_id


def test_the_shortcut_leaves_a_foreign_file_to_mlflow(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("no database")
    assert known_state(tmp_path / "x.db", "potholes", "0" * 64) is None


def test_new_params_are_a_new_state_and_a_deleted_one_is_logged_again(project: Path) -> None:
    first = log(project)
    set_params(project, {"train.lr": 0.1})
    write_lock(project)
    second = log(project)
    assert second.parent_run_id != first.parent_run_id
    assert len(runs(project)) == 6
    client(project).delete_run(second.parent_run_id)
    assert log(project).parent_run_id not in {first.parent_run_id, second.parent_run_id}


def test_runs_of_a_killed_writer_are_removed_and_those_of_others_are_not(project: Path) -> None:
    mlflow = client(project)
    mlflow.create_experiment("potholes", artifact_location=(project / "mlartifacts").as_uri())
    alive = this_writer()
    gone = replace(alive, start=alive.start - 3600)
    foreign = replace(alive, host=f"not-{socket.gethostname()}")
    ids = [
        mlflow.create_run("1", tags={"writer": str(writer)}).info.run_id
        for writer in (alive, gone, foreign)
    ]
    assert log(project).logged
    left = {run.info.run_id for run in runs(project, "attributes.status = 'RUNNING'")}
    assert left == {ids[0], ids[2]}
    assert len(all_runs(mlflow, deleted=True)) == 2 + 3


def test_threads_with_one_state_log_it_once(project: Path) -> None:
    with ThreadPoolExecutor(3) as pool:
        receipts = list(pool.map(lambda _: log(project), range(3)))
    assert receipts[0] == receipts[1] == receipts[2]
    assert len(runs(project)) == 3


def test_processes_that_make_the_store_at_once_all_find_their_runs_in_it(tmp_path: Path) -> None:
    store = tmp_path / "store" / "mlflow.db"
    projects = [tmp_path / "one", tmp_path / "two"]
    processes = []
    for index, root in enumerate(projects):
        write_project(root)
        set_params(root, {"split.seed": index})
        write_lock(root)
        processes.append(
            subprocess.Popen(
                [sys.executable, "-m", "stages.track", *FOLDERS, "reports/mlflow.json"],
                cwd=root,
                env={
                    **os.environ,
                    "MLFLOW_TRACKING_URI": f"sqlite:///{store}",
                    "PYTHONPATH": os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "src")]),
                },
                stderr=subprocess.PIPE,
                text=True,
            )
        )
    errors = [process.communicate()[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], errors
    receipts = [read_document(root / "reports/mlflow.json", Receipt) for root in projects]
    assert [receipt.logged for receipt in receipts] == [True, True], errors
    for receipt in receipts:
        mine = runs(store.parent, f"tags.fingerprint = '{receipt.fingerprint}'")
        assert {run.info.run_id for run in mine} == {
            receipt.parent_run_id,
            *receipt.child_run_ids.values(),
        }
    assert len(runs(store.parent)) == 6


def test_a_server_that_refuses_stops_nobody_and_tells_no_password(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    port = free_port()
    os.environ["MLFLOW_TRACKING_URI"] = f"http://me:secret@127.0.0.1:{port}"
    monkeypatch.chdir(project)
    params = load_params(project / "params.yaml")
    main(params, *map(Path, FOLDERS), Path("reports/mlflow.json"))
    receipt = read_document(project / "reports/mlflow.json", Receipt)
    assert (receipt.logged, receipt.parent_run_id) == (False, None)
    assert receipt.tracking_uri == f"http://127.0.0.1:{port}"
    said = capsys.readouterr().err
    assert "NOT LOGGED" in said
    assert "make track" in said
    assert "secret" not in said + receipt.reason


def test_a_damaged_store_is_a_reason_and_no_crash(project: Path) -> None:
    (project / "mlflow.db").write_text("this is no database, whatever its name says")
    receipt = log(project)
    assert not receipt.logged
    assert "not a database" in receipt.reason


def test_a_deleted_experiment_is_named_with_the_cure(project: Path) -> None:
    client(project).create_experiment("potholes")
    client(project).delete_experiment("1")
    receipt = log(project)
    assert not receipt.logged
    assert "mlflow experiments restore --experiment-id 1" in receipt.reason


def test_missing_results_are_an_error(project: Path) -> None:
    (project / "dvc.lock").unlink()
    with pytest.raises(ValueError, match=r"dvc\.lock: not found"):
        log(project)
    assert os.environ.get("MLFLOW_TRACKING_URI") is None
