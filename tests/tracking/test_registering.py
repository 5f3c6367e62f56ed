"""Which states become versions of the model, and that a killed attempt is taken up."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from mlflow import MlflowClient

from potholes.report.results import Results, read_results
from potholes.tracking.candidate import Candidate, check_files
from potholes.tracking.measures import deciding
from potholes.tracking.registering import MODEL, settle
from potholes.tracking.store import sqlite_uri
from tests.factories import TWO, comparison, write_project
from tests.tracking.conftest import log

Settle = Callable[..., str]
STEPS = (
    "create_logged_model",
    "log_model_artifacts",
    "finalize_logged_model",
    "log_outputs",
    "log_batch",
    "create_registered_model",
    "create_model_version",
    "set_logged_model_tags",
    "set_registered_model_alias",
)


class Registry:
    """A store, and states of one project that differ in score or data."""

    def __init__(self, root: Path, store: Path) -> None:
        write_project(root)
        shutil.copy(store, root / "mlflow.db")
        self.client = MlflowClient(sqlite_uri(root / "mlflow.db"))
        self.experiment = self.client.create_experiment("x", (root / "mlartifacts").as_uri())
        self.selected = root / "models/selected"
        self.results = read_results(root / "reports", TWO)
        self.parents: dict[str, str] = {}

    def settle(self, name: str, score: float, data: str = "a", *, force: bool = False) -> str:
        """Settle the state `name` with this cross-validated accuracy."""
        if name not in self.parents:
            run_id = self.client.create_run(self.experiment).info.run_id
            self.client.log_metric(run_id, "cv_acc", score)
            self.parents[name] = run_id
        candidate = Candidate(name, data, self.selected, scored(self.results, score))
        return settle(self.client, self.experiment, self.parents[name], candidate, force=force)

    @property
    def versions(self) -> dict[str, Any]:
        """By the name of their state."""
        found = self.client.search_model_versions(f"name = '{MODEL}'")
        return {version.tags["fingerprint"]: version for version in found}

    @property
    def aliases(self) -> dict[str, int]:
        """Version numbers by alias."""
        aliases = self.client.get_registered_model(MODEL).aliases
        return {name: int(version) for name, version in aliases.items()}

    @property
    def models(self) -> list[Any]:
        """The logged models, registered or not."""
        return list(self.client.search_logged_models([self.experiment]))


def scored(results: Results, score: float) -> Results:
    first, *others = results.backbones
    scores = replace(first.scores, cv_acc=score)
    return replace(results, backbones=[replace(first, scores=scores), *others])


@pytest.fixture
def registry(tmp_path: Path, empty_store: Path, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """With a small model: what is in its folder is not asked here."""

    def write_little(folder: Path, *_: Any) -> None:
        folder.mkdir()
        (folder / "MLmodel").write_text("flavors: {}")

    monkeypatch.setattr("potholes.tracking.registering.write_servable", write_little)
    return Registry(tmp_path, empty_store)


def test_the_first_state_is_the_champion_and_says_why(registry: Registry) -> None:
    told = registry.settle("one", 0.9)
    assert told == (
        "version 1, champion: the first on these photos, cross-validated accuracy 0.9000"
    )
    assert registry.aliases == {"champion": 1}
    version = registry.versions["one"]
    assert version.run_id == registry.parents["one"]
    expected = {
        "backbone": "resnet18",
        "data": "a",
        "measure": "cross-validated accuracy",
        "rule": "best_crossvalidated",
        "score.cv_acc": "0.9",
        "stand_in": "true",
        "weights": "random",
    }
    assert expected.items() <= version.tags.items()
    assert version.description.startswith(
        "resnet18, 0.900 cross-validated accuracy; weights: random STAND-IN, not ImageNet."
    )
    assert "- test accuracy **0.900** (0.88-0.92)" in version.description
    assert "6 photos to train and choose with, 6 to test." in version.description


def test_only_a_better_state_on_the_same_photos_is_registered(registry: Registry) -> None:
    registry.settle("one", 0.9)
    told = registry.settle("same", 0.9)
    assert told == (
        "not registered: cross-validated accuracy 0.9000 is not better than version 1 (0.9000)"
    )
    assert "not registered" in registry.settle("worse", 0.8)
    told = registry.settle("better", 0.95)
    assert told == (
        "version 2, champion: cross-validated accuracy 0.9500, better than version 1 (0.9000)"
    )
    assert registry.aliases == {"champion": 2, "previous": 1}
    assert len(registry.models) == len(registry.versions) == 2


def test_the_first_on_other_photos_is_registered_however_it_scores(registry: Registry) -> None:
    registry.settle("one", 0.9)
    registry.settle("other photos", 0.6, "b")
    assert registry.aliases == {"champion": 2, "previous": 1}
    # back on the first photos, its best version is what counts
    assert "not better than version 1 (0.9000)" in registry.settle("again", 0.7, "a")


def test_on_demand_any_state_becomes_the_champion(registry: Registry) -> None:
    registry.settle("one", 0.9)
    registry.settle("worse", 0.8)
    told = registry.settle("worse", 0.8, force=True)
    assert told == (
        "version 2, champion: on demand "
        "(cross-validated accuracy 0.8000 is not better than version 1 (0.9000))"
    )
    assert registry.aliases == {"champion": 2, "previous": 1}
    registry.settle("one", 0.9, force=True)
    assert registry.aliases == {"champion": 1, "previous": 2}
    assert len(registry.versions) == 2


def test_a_state_gets_no_second_version(registry: Registry) -> None:
    told = registry.settle("one", 0.9)
    assert registry.settle("one", 0.9) == told
    assert registry.settle("one", 0.9, force=True) == told
    registry.settle("two", 0.95)
    assert registry.settle("one", 0.9) == "version 1"
    assert registry.aliases == {"champion": 2, "previous": 1}
    assert len(registry.models) == len(registry.versions) == 2


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_a_killed_registration_is_taken_up(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, step: str, after: bool
) -> None:
    original = getattr(MlflowClient, step)

    def killed(*arguments: Any, **options: Any) -> None:
        if after:
            original(*arguments, **options)
        raise KeyboardInterrupt

    for name, score in (("one", 0.9), ("two", 0.95)):
        if name == "one" or step != "create_registered_model":  # which is made once
            with monkeypatch.context() as patch:
                patch.setattr(MlflowClient, step, killed)
                with pytest.raises(KeyboardInterrupt):
                    registry.settle(name, score)
        told = registry.settle(name, score)
        outputs = registry.client.get_run(registry.parents[name]).outputs.model_outputs
        assert len(outputs) == 1
        assert len(registry.client.get_metric_history(registry.parents[name], "cv_acc")) == 1
    assert told.startswith("version 2, champion: cross-validated accuracy 0.9500, better than")
    assert registry.aliases == {"champion": 2, "previous": 1}
    assert sorted(registry.versions) == ["one", "two"]
    models = {model.source_run_id: model for model in registry.models}
    assert len(models) == len(registry.models) == 2
    for number, (name, score) in enumerate((("one", 0.9), ("two", 0.95)), start=1):
        model = models[registry.parents[name]]
        assert model.status == "READY"
        assert [(metric.key, metric.value) for metric in model.metrics] == [("cv_acc", score)]
        link = [{"name": MODEL, "version": str(number)}]
        assert json.loads(model.tags["mlflow.modelVersions"]) == link


def test_the_measure_is_the_rules_own() -> None:
    row = comparison("resnet18")
    assert deciding("best_validation", [row]).value(row) == 0.95
    assert deciding("best_converged", [row]).value(row) == 0.92
    dear = replace(row, bayes_threshold=0.2)
    cost = deciding("one_standard_error", [dear])
    assert cost.value(dear) == 0.09
    assert cost.better(0.08, 0.09)
    assert not cost.better(0.09, 0.09)
    assert deciding("best_validation", [dear]).name == "validation accuracy"


def test_missing_files_of_the_model_are_named(registry: Registry) -> None:
    (registry.selected / "backbone.onnx").unlink()
    with pytest.raises(ValueError, match=r"selected/backbone\.onnx: not found; run `dvc repro`"):
        check_files(registry.selected)


def test_track_registers_once_and_says_so_on_the_run(project: Path) -> None:
    receipt = log(project)
    assert receipt.registry.startswith("version 1, champion: the first on these photos")
    client = MlflowClient(sqlite_uri(project / "mlflow.db"))
    assert client.get_run(receipt.parent_run_id).data.tags["registry"] == receipt.registry
    assert log(project) == receipt
    client.delete_tag(receipt.parent_run_id, "registry")  # as if killed just before
    assert log(project) == receipt
    assert len(client.search_model_versions(f"name = '{MODEL}'")) == 1
