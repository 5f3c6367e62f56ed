"""The whole pipeline on 30 generated photos, in a copy of the project whose path has a space."""

import csv
import io
from collections.abc import Iterator

import pytest

from tests.clone import Clone, stages_run
from tests.readme import blocks

AFTER_TRAINING = ["select", "explain", "audit", "predict", "report", "track"]


@pytest.fixture(scope="module")
def own(pipeline: Clone, tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """A copy after the first run."""
    return pipeline.copy(tmp_path_factory.mktemp("end-to-end") / "a project")


@pytest.fixture
def project(own: Clone) -> Iterator[Clone]:
    """That copy; whatever a test does to its files is undone."""
    yield own
    own.run("git checkout --force --quiet HEAD && git clean -fdq && python -m potholes.tidy")
    own.run("dvc checkout --quiet --force")


def branch(backbone: str) -> list[str]:
    stages = ("compile", "features", "train", "crossvalidate", "evaluate")
    return [f"{stage}@{backbone}" for stage in stages]


def test_nothing_changed_runs_nothing(project: Clone) -> None:
    assert project.repro() == []


def test_git_shows_the_lock_and_the_metrics_only(project: Clone) -> None:
    """The first run added these to the clone's first commit and left nothing else to commit."""
    assert project.run("git diff --name-only HEAD~1").split() == [
        "dvc.lock",
        "reports/metrics.json",
    ]
    assert project.run("git status --porcelain") == ""


def test_what_a_user_looks_for_is_there(project: Clone) -> None:
    for path in (
        "reports/select/comparison.csv",
        "reports/select/selection.json",
        "reports/train/resnet18/architecture.txt",
        "reports/figures/spotcheck.png",
        "reports/figures/augmentation.png",
        "reports/figures/unlabelled.png",
        "models/selected/backbone.onnx",
        "mlflow.db",
    ):
        assert (project.folder / path).is_file(), path
    assert "resnet18" in project.run("potholes show")


def test_an_experiment_with_another_learning_rate_runs_training_and_what_follows(
    project: Clone,
) -> None:
    printed = project.run("dvc exp run --set-param train.lr=0.02 --name faster")
    heads = [f"{stage}@resnet18" for stage in ("train", "crossvalidate", "evaluate")]
    assert sorted(stages_run(printed)) == sorted([*heads, *AFTER_TRAINING])
    table = list(csv.DictReader(io.StringIO(project.run("dvc exp show --csv 2>/dev/null"))))
    assert next(row for row in table if row["Experiment"] == "faster")["train.lr"] == "0.02"
    assert "failed" not in (metrics := project.run("dvc metrics diff")), metrics
    assert "resnet18.cv_auc" in metrics
    project.run("dvc plots diff HEAD")
    page = (project.folder / "dvc_plots/index.html").read_text(encoding="utf-8")
    assert "true_positive_rate" in page
    project.set_params({"train.lr": 0.01})
    assert project.repro() == []  # all from the run-cache
    assert project.run("git status --porcelain") == ""


def test_a_backbone_added_runs_its_branch_and_one_dropped_leaves_no_trace(project: Clone) -> None:
    project.set_params({"backbones": ["resnet18", "resnet34"]})
    assert sorted(project.repro()) == sorted(
        ["weights", *branch("resnet34"), "embed", *AFTER_TRAINING]
    )
    assert "resnet34" in (project.folder / "reports/select/comparison.csv").read_text(
        encoding="utf-8"
    )
    project.set_params({"backbones": ["resnet18"]})
    assert "models/heads/resnet34" in project.run("python -m potholes.tidy")
    assert project.repro() == []
    assert project.run("git status --porcelain") == ""
    assert [path.name for path in (project.folder / "models/heads").iterdir()] == ["resnet18"]


def test_wrong_params_end_the_run_with_a_line_for_each_and_mended_ones_bring_all_back(
    project: Clone,
) -> None:
    project.set_params({"train.lr": -1, "train.epochs": "many"})
    printed = project.run("dvc repro", fails=True)
    assert "params.yaml: train.lr: got -1, expected: " in printed
    assert "params.yaml: train.epochs: got 'many', expected: " in printed
    assert "Traceback" not in printed
    project.set_params({"train.lr": 0.01, "train.epochs": 3})
    assert project.repro() == []
    assert project.run("git status --porcelain") == ""


def test_every_command_in_readme_runs(project: Clone) -> None:
    project.run("git reset --quiet HEAD~1")  # a reader has not committed the first run
    for block in blocks():
        assert "Traceback" not in project.run(f"set -eu\n{block}")
