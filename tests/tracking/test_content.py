import shutil
from pathlib import Path

import pytest

from potholes.familiarity.tables import Familiarity
from potholes.params_file import load_params
from potholes.report.results import Results, read_results
from potholes.tracking.content import Point, State, flat_params, state_content
from potholes.tracking.provenance import Provenance
from tests.factories import FAMILIARITY, TWO, write_project


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_project(tmp_path)
    return tmp_path


def content(
    root: Path,
    results: Results | None = None,
    familiarity: Familiarity = FAMILIARITY,
    **environ: str,
) -> State:
    return state_content(
        "f" * 64,
        results or read_results(root / "reports", TWO),
        familiarity,
        load_params(root / "params.yaml"),
        Provenance(commit="abc", dirty=True),
        project=root,
        reports=root / "reports",
        models=root / "models",
        environ=environ,
    )


def test_params_are_flat_and_exact(root: Path) -> None:
    flat = flat_params(load_params(root / "params.yaml"))
    assert flat["train.lr"] == "0.01"
    assert flat["augment.rotate.degrees"] == "15.0"
    assert flat["backbones"] == '["resnet18", "resnet50"]'
    assert flat["image.fit"] == "stretch"


def test_unlabelled_photos_that_are_unlike_can_be_found_and_are_named(root: Path) -> None:
    unlike = Familiarity(False, 0.99, 0.95, 1.0, 0.005, 40)
    parent = content(root, familiarity=unlike).parent
    assert parent.tags["familiar"] == "false"
    assert parent.tags["domain_auc"] == "0.990"
    assert parent.note.endswith(f"The unlabelled photos: {unlike.sentence}")


def test_too_few_unlabelled_photos_are_neither_like_nor_unlike(root: Path) -> None:
    parent = content(root, familiarity=Familiarity(None, None, None, None, None, 3)).parent
    assert parent.tags["familiar"] == "unknown"
    assert "domain_auc" not in parent.tags


def test_all_runs_have_the_same_final_metrics(root: Path) -> None:
    state = content(root)
    runs = [state.parent, *state.children.values()]
    keys = [sorted(point.key for point in run.points if point.step == 0) for run in runs]
    assert keys[0] == keys[1] == keys[2]
    expected = "test_acc test_auc test_f1 best_acc best_auc best_epoch stability_loss train_time"
    assert set(expected.split()) <= set(keys[0])
    assert len(keys[0]) == len(set(keys[0]))


def test_the_parent_has_the_selected_backbones_numbers(root: Path) -> None:
    state = content(root)
    finals = [point for point in state.children["resnet18"].points if point.step == 0]
    assert state.parent.points == finals
    assert Point("features_seconds", 3.5, 0) in finals
    assert Point("train_time", 3.75, 0) in finals


def test_every_epoch_is_a_step(root: Path) -> None:
    points = content(root).children["resnet50"].points
    losses = [(point.step, point.value) for point in points if point.key == "train_loss"]
    assert losses == [(1, 0.7), (2, 0.35), (3, 0.2333333)]
    stepped = {point.key for point in points if point.step == 3}
    assert stepped == {"lr", "train_loss", "train_acc", "val_loss", "val_acc", "val_auc"}


def test_parent_and_children_share_the_tags_to_filter_by(root: Path) -> None:
    state = content(root, DVC_EXP_NAME="brave-bun")
    common = {
        "dvc_exp_name": "brave-bun",
        "fingerprint": "f" * 64,
        "git_commit": "abc",
        "git_dirty": "true",
        "selected_backbone": "resnet18",
        "stand_in": "true",
        "weights": "random",
    }
    for run in (state.parent, *state.children.values()):
        assert common.items() <= run.tags.items()
    assert [run.tags["selected"] for run in state.children.values()] == ["true", "false"]
    assert state.parent.name == "brave-bun"
    assert "random stand-in" in state.parent.note


def test_missing_files_are_named_all_at_once(root: Path) -> None:
    state = read_results(root / "reports", TWO)
    (root / "models/heads/resnet18/head.safetensors").unlink()
    shutil.rmtree(root / "reports/train/resnet18")
    with pytest.raises(ValueError, match=r"train/resnet18, .*head\.safetensors: not found"):
        content(root, state)
