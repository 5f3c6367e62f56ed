"""The commands of docs/experiments.md, taken from the page and run in order in a copy."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from mlflow import MlflowClient

from potholes.tracking.store import sqlite_uri
from tests.clone import ROOT, Clone, stages_run
from tests.page.browser import CHROMIUM, Browser
from tests.readme import blocks
from tests.tracking.stored import all_runs, content

PAGE = ROOT / "docs/experiments.md"
(
    COMMIT,
    ONE,
    TEMPORARY,
    BACK,
    GRID,
    SHOW,
    COMPARE,
    APPLY,
    BRANCH,
    REMOTE,
    OLDER,
    PUSH,
    COLLEAGUE,
    HISTORY,
) = blocks(PAGE)
AGAIN = "MLFLOW_TRACKING_URI=sqlite:///again/mlflow.db"
OWN = ("git_commit", "git_dirty", "mlflow.source.git.commit", "changed")  # of the commit itself
HEADS = {f"{stage}@resnet18" for stage in ("train", "crossvalidate", "evaluate")}


@pytest.fixture(scope="module")
def project(pipeline: Clone, tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """A copy after the first run, which is not committed; `origin` is a repository beside it."""
    clone = pipeline.copy(tmp_path_factory.mktemp("experiments") / "a project")
    clone.run("git reset --quiet HEAD~1 && git init --quiet --bare ../origin.git")
    clone.run("git remote add origin ../origin.git")
    return clone


def run(clone: Clone, block: str) -> str:
    return clone.run(f"set -eu\n{block}")


def test_the_loop_from_the_first_commit_to_a_branch(project: Clone) -> None:
    run(project, COMMIT)
    assert project.run("git status --porcelain") == ""
    assert set(stages_run(run(project, ONE))) > HEADS
    assert "lr: 0.02" in (project.folder / "params.yaml").read_text(encoding="utf-8")
    run(project, BACK)
    assert project.run("git status --porcelain") == ""
    run(project, TEMPORARY)
    assert project.run("git status --porcelain") == ""
    run(project, GRID)
    assert project.run("git status --porcelain") == ""
    table = run(project, SHOW).splitlines()
    assert max(map(len, table)) <= 100
    header = next(line.split() for line in table if "Experiment" in line)
    assert header[1:] == ["cv_acc", "selected", "test_acc", "train.lr"]
    assert sum("── " in line and "[" in line for line in table) == 4  # faster, temporary, a grid
    assert "!" not in "".join(table)
    compared = run(project, COMPARE)
    assert "resnet18.cv_auc" in compared
    assert re.search(r"train\.lr +0\.01 +0\.02", compared)
    run(project, APPLY)
    assert project.repro() == []
    run(project, BRANCH)
    assert "lr: 0.03" in project.run("git show higher-rate:params.yaml")


def test_a_lost_store_is_filled_each_state_once_with_its_own_time_and_commit(
    project: Clone,
) -> None:
    before = _stable(_client(project, "mlflow.db"))
    assert len(before) == 5 * 2  # parent and child
    said = project.run(f"{AGAIN} potholes track-history")
    assert "5 states logged, 0 known, 1 skipped" in said
    assert "state: skipped: no results (dvc.lock) in it" in said
    assert "[faster]: logged" in said
    client = _client(project, "again/mlflow.db")
    assert _stable(client) == before
    commits = dict(
        line.split()
        for line in project.run(
            "git log --all --format='%H %ct'; git for-each-ref refs/exps "
            "--format='%(objectname) %(committerdate:unix)'"
        ).splitlines()
    )
    parents = [run for run in all_runs(client) if run.data.tags["role"] == "pipeline"]
    assert len({run.data.tags["git_commit"] for run in parents}) == 5
    for run in parents:
        assert run.info.end_time == 1000 * int(commits[run.data.tags["git_commit"]])
        assert run.data.tags["git_dirty"] == "false"
    assert project.run("git status --porcelain") == ""
    assert not list((project.folder / ".dvc/tmp").glob("history-*"))


def test_what_the_store_has_is_not_logged_again(project: Clone) -> None:
    assert "0 states logged, 5 known, 1 skipped" in project.run(f"{AGAIN} potholes track-history")
    project.run(
        f"{AGAIN} python -m stages.track reports models data/predictions reports/mlflow.json"
    )
    assert len(all_runs(_client(project, "again/mlflow.db"))) == 5 * 2


def test_a_colleague_gets_results_and_experiments_and_runs_nothing(project: Clone) -> None:
    run(project, REMOTE)
    run(project, OLDER)
    run(project, PUSH)
    project.run("git clone --quiet ../origin.git ../colleague")
    clone = Clone(project.folder.parent / "colleague")
    assert not (clone.folder / "reports/select").exists()
    assert stages_run(run(clone, COLLEAGUE)) == []
    assert (clone.folder / "reports/select/comparison.csv").is_file()
    assert "temporary" in clone.run("dvc exp list --all-commits")
    assert json.loads(clone.run("dvc metrics show --json 2>/dev/null"))
    history = run(clone, HISTORY)
    for title in ("First run", "Twice the learning rate", "[temporary]"):
        assert f"{title}: logged" in history
    assert "3 states logged, 0 known, 1 skipped" in history
    clone.run("rm -rf mlflow.db .dvc/cache ../storage")
    said = clone.run("potholes track-history")
    assert "0 states logged, 0 known, 4 skipped" in said
    assert "[temporary]: skipped: outputs neither in DVC's cache nor in its remote" in said


def _client(clone: Clone, database: str) -> MlflowClient:
    return MlflowClient(sqlite_uri(clone.folder / database))


def _stable(client: MlflowClient) -> list[object]:
    """The runs' params, points and files, and the tags that are not of the commit."""
    runs = []
    for name, status, parent, params, points, tags, files in content(client):
        tags = {key: value for key, value in tags.items() if key not in OWN}
        runs.append((name, status, parent, params, points, tags, files))
    return runs


def test_metrics_are_a_few_numbers(pipeline: Clone) -> None:
    shown = json.loads(pipeline.run("dvc metrics show --json 2>/dev/null"))
    ((path, found),) = shown[""]["data"].items()
    assert path == "reports/metrics.json"
    assert set(found["data"]) == {"selected", "cv_acc", "test_acc", "resnet18"}
    assert set(found["data"]["resnet18"]) == {"cv_acc", "cv_auc", "test_acc", "test_auc"}


@pytest.mark.skipif(CHROMIUM is None, reason="no chromium")
def test_plots_are_drawn_without_a_network(pipeline: Clone, tmp_path: Path) -> None:
    """All four, from Vega as the Makefile writes it."""
    folder = tmp_path / "dvc_plots"
    pipeline.run(f"dvc plots show --out '{folder}'")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    (code,) = re.findall(r"python -c '(import vl_convert.*)' > \.venv/vega\.js", makefile)
    (tmp_path / ".venv").mkdir()
    with (tmp_path / ".venv/vega.js").open("wb") as file:
        subprocess.run([sys.executable, "-c", code], stdout=file, check=True)
    browser = Browser()
    try:
        browser.open(folder / "index.html", 1200)
        wait = "new Promise(drawn => setTimeout(drawn, 1000))"
        browser.send("Runtime.evaluate", expression=wait, awaitPromise=True)
        shapes = browser.run(
            "[...document.querySelectorAll('svg.marks')].map("
            "one => one.querySelectorAll('.mark-line path, .mark-rect path').length)"
        )
    finally:
        browser.close()
    assert len(shapes) == 4
    assert min(shapes) > 0
    assert all(address.startswith(("file:", "data:", "blob:")) for address in browser.requests)
    assert browser.console == []
