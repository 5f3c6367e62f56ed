import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from potholes.params_file import load_params
from potholes.report.results import Results, read_results
from potholes.tracking.content import State, flat_params, named, state_content
from potholes.tracking.datasets import Photos
from potholes.tracking.measures import Point
from potholes.tracking.provenance import Provenance
from tests.factories import TWO, set_params, write_project

DIGEST = "36c1259f3d746246ee444e7f09efed6d.dir"
PHOTOS = [
    Photos("roads/labelled train", "train", DIGEST, {"normal": 96, "pothole": 90}, 186),
    Photos("roads/labelled val", "val", DIGEST, {"normal": 32, "pothole": 30}, 0),
    Photos("roads/labelled test", "test", DIGEST, {"normal": 32, "pothole": 30}, 0),
]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_project(tmp_path)
    return tmp_path


def content(root: Path, results: Results | None = None, **environ: str) -> State:
    return state_content(
        "f" * 64,
        results or read_results(root / "reports", TWO),
        load_params(root / "params.yaml"),
        Provenance(commit="abc", dirty=True),
        PHOTOS,
        project=root,
        reports=root / "reports",
        models=root / "models",
        environ=environ,
        ended=1000.0,
    )


def test_params_are_flat_and_exact(root: Path) -> None:
    flat = flat_params(load_params(root / "params.yaml"))
    assert flat["train.lr"] == "0.01"
    assert flat["augment.rotate.degrees"] == "15.0"
    assert flat["backbones"] == '["resnet18", "resnet50"]'
    assert flat["image.fit"] == "stretch"


def test_all_runs_have_the_same_metrics_and_the_parent_those_of_the_chosen_one(root: Path) -> None:
    state = content(root)
    runs = [state.parent, *state.children.values()]
    keys = [sorted({point.key for point in run.points}) for run in runs]
    assert keys[0] == keys[1] == keys[2]
    assert state.parent.points == state.children["resnet18"].points
    finals = [point.key for point in state.parent.points if point.step == 0]
    assert len(finals) == len(set(finals))
    sections = [point.key.partition("/")[0] for point in state.parent.points]
    assert list(dict.fromkeys(sections)) == ["cv", "test", "train", "validation", "work", "z"]


def test_what_people_compare_stands_in_sections_and_the_rest_behind_them(root: Path) -> None:
    keys = {point.key for point in content(root).parent.points}
    assert {key for key in keys if not key.startswith("z/")} == {
        *("cv/accuracy", "cv/auc", "test/accuracy", "test/auc"),
        *("train/accuracy", "train/learning_rate", "train/loss"),
        *("validation/accuracy", "validation/auc", "validation/loss"),
        *("work/features_seconds", "work/head_seconds", "work/seconds"),
    }
    assert {"z/test_f1", "z/stability_loss", "z/best_acc", "z/best_epoch"} <= keys
    assert not {"z/cv_acc", "z/test_auc", "z/cv_acc_low"} & keys


def test_every_epoch_is_a_step(root: Path) -> None:
    points = content(root).children["resnet50"].points
    losses = [(point.step, point.value) for point in points if point.key == "train/loss"]
    assert losses == [(1, 0.7), (2, 0.35), (3, 0.2333333)]
    assert Point("work/seconds", 5.75, 0) in points  # 4.5 of extraction and 1.25 of the head


def test_parent_and_children_share_the_tags_to_filter_by(root: Path) -> None:
    state = content(root, DVC_EXP_NAME="brave-bun")
    common = {
        "chosen_backbone": "resnet18",
        "dataset": DIGEST,
        "dvc_exp": "brave-bun",
        "fingerprint": "f" * 64,
        "git_commit": "abc",
        "git_dirty": "true",
        "rule": "best_crossvalidated",
        "stand_in": "true",
        "weights": "random",
    }
    for run in (state.parent, *state.children.values()):
        assert common.items() <= run.tags.items()
    runs = [state.parent, *state.children.values()]
    assert [run.tags["chosen"] for run in runs] == ["true", "true", "false"]
    assert [run.tags["backbone"] for run in runs] == ["resnet18", "resnet18", "resnet50"]


def test_a_name_says_backbone_score_and_the_params_that_differ(root: Path) -> None:
    state = content(root)
    first = named(state, None)
    assert first.parent.name == "resnet18 of 2 · cv 0.910 · lr 0.01"
    assert first.children["resnet50"].name == "resnet50 · cv 0.900 · lr 0.01"
    assert first.parent.tags["changed"] == "first state"
    assert first.parent.note.endswith("The first state of this experiment.")
    next_one = named(state, {**state.parent.params, "train.lr": "0.1", "split.seed": "3"})
    assert next_one.children["resnet50"].name == "resnet50 · cv 0.900 · split.seed 0, lr 0.01"
    for run in (next_one.parent, *next_one.children.values()):
        assert run.tags["changed"] == "split.seed 3 → 0; train.lr 0.1 → 0.01"
        assert "- train.lr 0.1 → 0.01" in run.note


def test_where_costs_differ_the_name_says_the_cost(root: Path) -> None:
    results = read_results(root / "reports", TWO)
    dear = [
        replace(one, scores=replace(one.scores, bayes_threshold=0.2)) for one in results.backbones
    ]
    state = content(root, replace(results, backbones=dear))
    assert state.parent.name == "resnet18 of 2 · cost 0.090"
    assert (state.measure.key, state.measure.ascending) == ("cv/cost", True)
    costs = [p.value for p in state.children["resnet50"].points if p.key == "cv/cost"]
    assert costs == [pytest.approx(0.1)]


def test_the_parents_time_is_that_of_its_children(root: Path) -> None:
    state = content(root)
    assert [run.seconds for run in state.children.values()] == [3.75, 5.75]
    assert state.parent.seconds == 9.5


def test_the_users_folders_stand_in_no_param(root: Path) -> None:
    set_params(root, {"data.labelled": "/home/me/my roads", "data.unlabelled": f"{root}/x"})
    params = content(root, HOME="/home/me").parent.params
    assert params["data.labelled"] == "…/my roads"
    assert params["data.unlabelled"] == "…/x"


def test_sheets_of_photos_are_left_to_the_page(root: Path) -> None:
    names = {path.name for path, _ in content(root).parent.artifacts}
    assert {"index.html", "roc.png", "params.yaml", "dvc.lock", "comparison.csv"} <= names
    assert "augmentation.png" not in names


def test_missing_files_are_named_all_at_once(root: Path) -> None:
    state = read_results(root / "reports", TWO)
    shutil.rmtree(root / "reports/train/resnet18")
    (root / "models/heads/resnet18/head.safetensors").unlink()
    with pytest.raises(ValueError, match=r"train/resnet18, .*head\.safetensors: not found"):
        content(root, state)
