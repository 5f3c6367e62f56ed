"""Fixtures that several test files share, and where the real photos lie if they do."""

import fcntl
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from potholes.params import Params
from potholes.params_file import load_params
from tests.clone import Clone, make_clone

if TYPE_CHECKING:
    from torchvision.models import ResNet

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"  # real photos and weights, not part of the project


def needs_shared(*names: str) -> pytest.MarkDecorator:
    """Skip where the folders `names` of real photos or weights are not beside the project."""
    missing = [name for name in names if not (SHARED / name).is_dir()]
    reason = f"no {', '.join(missing)} folder in ../shared beside the project"
    return pytest.mark.skipif(bool(missing), reason=reason)


@pytest.fixture(scope="session")
def params() -> Params:
    """The project's own params.yaml."""
    return load_params(ROOT / "params.yaml")


@pytest.fixture
def params_file(tmp_path: Path) -> Callable[[str, str], Path]:
    """A copy of params.yaml in which one text has been replaced by another."""

    def write(old: str, new: str) -> Path:
        text = (ROOT / "params.yaml").read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "params.yaml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def random_resnet18() -> "ResNet":
    """A frozen resnet18 with stand-in weights; tests that change it must copy it."""
    from potholes.weights.stand_in import random_backbone

    return random_backbone("resnet18", seed=0)


@pytest.fixture(scope="session")
def compiled_resnet18(random_resnet18: "ResNet", params: Params, tmp_path_factory) -> Path:
    """models/backbones/resnet18 of that backbone in int8."""
    from potholes.compilation.compiler import compile_backbone
    from potholes.compilation.tables import GRAPH_FILE, write_compiled

    compiled = compile_backbone("resnet18", random_resnet18, params.backbone)
    folder: Path = tmp_path_factory.mktemp("backbone")
    (folder / GRAPH_FILE).write_bytes(compiled.graph)
    write_compiled(folder, compiled.facts)
    return folder


@pytest.fixture(scope="session")
def resnet18_model(compiled_resnet18: Path, params: Params, tmp_path_factory) -> Path:
    """models/selected of that backbone, with a head that was drawn."""
    import numpy as np

    from potholes.head.tables import Head, write_head
    from potholes.selection.deployment import deploy
    from potholes.weights.tables import Origin
    from tests.factories import evaluation
    from tests.labelled_features import labelled_features

    weight = np.random.default_rng(0).standard_normal((2, 512)).astype(np.float32) / 20
    head: Path = tmp_path_factory.mktemp("head")
    write_head(head, Head("resnet18", ["normal", "pothole"], weight, np.zeros(2, np.float32), 3))
    folder: Path = tmp_path_factory.mktemp("selected")
    origin, features = Origin("random", "a stand-in", ""), labelled_features(width=512)
    scores = evaluation("resnet18")
    deploy(folder, compiled_resnet18, head, features, scores, params.image, origin, seed=0)
    return folder


@pytest.fixture
def few_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Stand-ins calibrated on two pictures, where a test asks for something else than quality."""
    monkeypatch.setattr("potholes.weights.stand_in.CALIBRATION_PICTURES", 2)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest file first, so that no worker waits for it at the end."""
    items.sort(key=lambda item: "pipeline" not in getattr(item, "fixturenames", ()))


@pytest.fixture(scope="session")
def pipeline(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Clone:
    """A tiny clone in which the pipeline has run once and the result is committed.

    All workers share it: a test changes a copy only.
    """
    own = tmp_path_factory.getbasetemp()
    clone = Clone((own if worker_id == "master" else own.parent) / "clone" / "a project")
    made = clone.folder.parents[1] / "clone.made"
    with made.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            make_clone(clone.folder).run("dvc repro")
            clone.commit()
            made.touch()
    return clone
