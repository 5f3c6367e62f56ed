"""`potholes track-history` in a copy with commits and an experiment, into an empty store."""

from pathlib import Path

import pytest
from mlflow import MlflowClient

from potholes.tracking.store import sqlite_uri
from tests.clone import Clone
from tests.tracking.stored import all_runs, content

AGAIN = "MLFLOW_TRACKING_URI=sqlite:///again/mlflow.db"
OWN = ("git_commit", "git_dirty", "mlflow.source.git.commit", "changed")  # of the commit itself


@pytest.fixture(scope="module")
def project(pipeline: Clone, tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """A copy with a second state, committed, and an experiment; a third commit changes a text."""
    clone = pipeline.copy(tmp_path_factory.mktemp("history") / "a project")
    clone.run("rm -r mlflow.db mlartifacts")
    clone.run("python -m stages.track reports models data/predictions reports/mlflow.json")
    clone.set_params({"report.max_photos": 5})
    clone.repro()
    clone.commit()
    clone.run("echo >> README.md")
    clone.commit()
    clone.run("dvc exp run --set-param report.max_photos=6 --name six")
    clone.run("git checkout --quiet params.yaml dvc.lock && dvc checkout --quiet")
    return clone


def test_an_empty_store_is_filled_each_state_once_with_its_own_time_and_commit(
    project: Clone,
) -> None:
    client = MlflowClient(sqlite_uri(project.folder / "mlflow.db"))
    before = _stable(client)
    assert len(before) == 3 * 2  # parent and child
    said = project.run(f"{AGAIN} potholes track-history")
    assert "3 states logged, 0 known, 1 skipped" in said
    assert "state: skipped: no results (dvc.lock) in it" in said
    assert "[six]: logged" in said
    client = MlflowClient(sqlite_uri(project.folder / "again/mlflow.db"))
    assert _stable(client) == before
    commits = dict(
        line.split()
        for line in project.run(
            "git log --all --format='%H %ct'; git for-each-ref refs/exps "
            "--format='%(objectname) %(committerdate:unix)'"
        ).splitlines()
    )
    parents = [run for run in all_runs(client) if run.data.tags["role"] == "pipeline"]
    assert len({run.data.tags["git_commit"] for run in parents}) == 3
    for run in parents:
        assert run.info.end_time == 1000 * int(commits[run.data.tags["git_commit"]])
        assert run.data.tags["git_dirty"] == "false"
    assert project.run("git status --porcelain") == ""
    assert not list((project.folder / ".dvc/tmp").glob("history-*"))


def test_what_is_there_is_not_logged_again(project: Clone) -> None:
    assert "0 states logged, 3 known, 1 skipped" in project.run(f"{AGAIN} potholes track-history")
    project.run(
        f"{AGAIN} python -m stages.track reports models data/predictions reports/mlflow.json"
    )
    client = MlflowClient(sqlite_uri(project.folder / "again/mlflow.db"))
    assert len(all_runs(client)) == 6


def test_outputs_come_from_the_remote_or_their_revision_is_skipped(
    project: Clone, tmp_path: Path
) -> None:
    clone = project.copy(tmp_path / "copy")
    clone.run("dvc remote add --default storage ../storage && dvc push --all-commits --quiet")
    clone.run("rm -r mlflow.db .dvc/cache")
    assert "3 states logged, 0 known, 1 skipped" in clone.run("potholes track-history")
    clone.run("rm -r mlflow.db .dvc/cache ../storage")
    said = clone.run("potholes track-history")
    assert "0 states logged, 0 known, 4 skipped" in said
    assert "[six]: skipped: outputs neither in DVC's cache nor in its remote" in said


def _stable(client: MlflowClient) -> list[object]:
    """The runs' params, points and files, and the tags that are not of the commit."""
    runs = []
    for name, status, parent, params, points, tags, files in content(client):
        tags = {key: value for key, value in tags.items() if key not in OWN}
        runs.append((name, status, parent, params, points, tags, files))
    return runs
