"""What a store holds of a state, read as MLflow's users read it."""

import html
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from potholes.tracking.tables import Receipt
from tests.factories import set_params, write_lock, write_project
from tests.tracking.conftest import log
from tests.tracking.stored import client, runs


def test_times_are_those_of_the_work_one_backbone_after_the_other(
    logged: tuple[Path, Receipt],
) -> None:
    root, receipt = logged
    parent, *children = (
        client(root).get_run(run_id).info
        for run_id in (receipt.parent_run_id, *receipt.child_run_ids.values())
    )
    assert [child.end_time - child.start_time for child in children] == [3750, 5750]
    assert children[0].start_time == parent.start_time
    assert children[0].end_time == children[1].start_time
    assert children[1].end_time == parent.end_time


def test_each_run_has_the_photos_of_every_split_with_dvcs_digest(
    logged: tuple[Path, Receipt],
) -> None:
    root, _ = logged
    for run in runs(root):
        inputs = run.inputs.dataset_inputs
        contexts = {one.tags[0].value: one.dataset for one in inputs}
        assert set(contexts) == {"train", "val", "test"}
        assert contexts["test"].digest == run.data.tags["dataset"]
        assert '"num_rows": 6' in contexts["test"].profile


def test_the_experiment_has_the_view_that_the_page_opens_with(
    logged: tuple[Path, Receipt],
) -> None:
    root, _ = logged
    tags = client(root).get_experiment("1").tags
    assert "cv/accuracy" in tags["mlflow.sharedViewState.potholes"]


def test_no_path_of_the_users_machine_and_no_pickle_is_stored(
    tmp_path: Path, empty_store: Path
) -> None:
    root = tmp_path / "me & my roads"
    write_project(root)
    photos = tmp_path / "pictures"
    set_params(root, {"data.labelled": str(photos), "data.unlabelled": str(root / "x")})
    write_lock(root)
    (root / "reports/index.html").write_text(f"<p>{html.escape(str(root))}/x {photos}</p>")
    alarms = root / "reports/audit/alarms.csv"
    said = alarms.read_text().replace("by size alone", f"see {root}/a.csv")
    assert str(root) in said
    alarms.write_text(said)
    write_lock(root)
    shutil.copy(empty_store, root / "mlflow.db")
    assert log(root, HOME=str(tmp_path)).logged
    files = [path for path in (root / "mlartifacts").rglob("*") if path.is_file()]
    assert {"index.html", "params.yaml", "dvc.lock", "predictions.csv"} <= {f.name for f in files}
    private = [
        spelling.encode()
        for path in (tmp_path, root)
        for spelling in (str(path), html.escape(str(path)))
    ]
    assert not [file for file in files if any(text in file.read_bytes() for text in private)]
    assert not [file for file in files if file.suffix in {".pkl", ".pickle", ".pt", ".pth"}]
    with closing(sqlite3.connect(root / "mlflow.db")) as connection:
        for table in ("tags", "params", "experiment_tags", "datasets", "input_tags", "metrics"):
            stored = str(connection.execute(f"SELECT * FROM {table}").fetchall())
            assert stored != "[]" or table == "experiment_tags"
            assert str(tmp_path) not in stored


def test_the_next_states_names_say_what_differs(project: Path) -> None:
    log(project)
    set_params(project, {"train.lr": 0.1})
    write_lock(project)
    second = log(project)
    names = [run.info.run_name for run in runs(project, "tags.changed = 'train.lr 0.01 → 0.1'")]
    assert sorted(names) == [
        "resnet18 of 2 · cv 0.910 · lr 0.1",
        "resnet18 · cv 0.910 · lr 0.1",
        "resnet50 · cv 0.900 · lr 0.1",
    ]
    assert client(project).get_run(second.parent_run_id).data.params["train.lr"] == "0.1"
