import logging
from dataclasses import replace
from pathlib import Path

import pytest

from potholes.params_file import load_params
from potholes.report.results import read_results
from potholes.tracking.content import Point, State, flat_params, state_content
from potholes.tracking.provenance import Provenance
from tests.factories import TWO, set_params, write_project


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_project(tmp_path)
    return tmp_path


def content(root: Path, **environ: str) -> State:
    return state_content(
        "f" * 64,
        read_results(root / "reports", TWO),
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


def test_a_long_param_is_cut_and_said(root: Path, caplog: pytest.LogCaptureFixture) -> None:
    set_params(root, {"data.labelled": "x" * 7000})
    with caplog.at_level(logging.WARNING):
        flat = flat_params(load_params(root / "params.yaml"))
    assert len(flat["data.labelled"]) == 6000
    assert "data.labelled is cut" in caplog.text


def test_all_runs_have_the_same_final_metrics(root: Path) -> None:
    state = content(root)
    runs = [state.parent, *state.children.values()]
    keys = [sorted(point.key for point in run.points if point.step == 0) for run in runs]
    assert keys[0] == keys[1] == keys[2]
    expected = "test_acc test_auc test_f1 best_acc best_auc best_epoch stability_loss train_time"
    assert set(expected.split()) <= set(keys[0])
    assert len(keys[0]) == len(set(keys[0]))


def test_the_parent_has_the_selected_depths_numbers(root: Path) -> None:
    state = content(root)
    finals = [point for point in state.children["resnet18"].points if point.step == 0]
    assert state.parent.points == finals
    assert Point("features_seconds", 3.5, 0) in finals
    assert Point("train_time", 3.75, 0) in finals


def test_every_epoch_is_a_step(root: Path) -> None:
    points = content(root).children["resnet50"].points
    losses = [(point.step, point.value) for point in points if point.key == "train_loss"]
    assert losses == [(1, 0.7), (2, 0.35), (3, 0.7 / 3)]
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
    assert "random stand-in" in state.parent.tags["mlflow.note.content"]


def test_metric_names_that_mlflow_forbids_are_mended(root: Path) -> None:
    results = read_results(root / "reports", TWO)
    odd = replace(results.backbones[0].evaluated.evaluation, metrics={"recall_a/b<c>ä": 0.5})
    results = replace(results, backbones=[replace(results.backbones[0], evaluation=odd)])
    state = state_content(
        "f",
        results,
        load_params(root / "params.yaml"),
        Provenance("abc", False),
        project=root,
        reports=root / "reports",
        models=root / "models",
        environ={},
    )
    assert Point("recall_a_b_c_ä", 0.5, 0) in state.parent.points


def test_missing_files_are_named_all_at_once(root: Path) -> None:
    (root / "models/heads/resnet18/head.safetensors").unlink()
    (root / "reports/architecture/resnet18.txt").unlink()
    with pytest.raises(ValueError, match=r"resnet18\.txt, .*head\.safetensors: not found"):
        content(root)
