from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from potholes.audit.alarms import alarms
from potholes.audit.label_audit import doubtful_labels
from potholes.crossvalidation.tables import CrossValidationTables, FoldScore, OutOfFold
from potholes.dataset.tables import Sample
from potholes.files.png import write_png
from potholes.params_file import load_params
from potholes.weights.tables import Origin
from tests.factories import comparison, cross_validated

PARAMS, TRAIN = load_params().evaluate, load_params().train
COUNT = 80
LABELS = np.arange(COUNT) % 2
NAMES = [f"{index:02}.jpg" for index in range(COUNT)]


def photos(**changes) -> OutOfFold:
    """Every photo is its own group, predicted rightly but for the first."""
    positive = np.where(LABELS == 1, 0.9, 0.1)
    positive[0] = 0.95
    probabilities = np.stack([1 - positive, positive], axis=1)[None]
    folds = (np.arange(COUNT) // 2 % 5)[None]
    table = OutOfFold(["normal", "pothole"], NAMES, NAMES, LABELS, folds, probabilities)
    return replace(table, **changes)


def samples(folder: Path, quality: dict[int, int]) -> list[Sample]:
    """Noise pictures; quality is the JPEG quality of either class."""
    rng = np.random.default_rng(0)
    (folder / "images").mkdir()
    rows = []
    for index, (name, label) in enumerate(zip(NAMES, LABELS.tolist(), strict=True)):
        path = f"images/{index}.png"
        write_png(folder / path, rng.integers(0, 256, (224, 224, 3), dtype=np.uint8))
        rows.append(
            Sample(
                name, name, name, path, ("normal", "pothole")[label], "train", name,
                640, 480, int(rng.integers(1000, 2000)), "JPEG", quality[label], "0" * 64,
            )
        )  # fmt: skip
    return rows


@pytest.fixture
def validation() -> CrossValidationTables:
    return replace(cross_validated("resnet18"), folds=FOLDS, out_of_fold=photos())


FOLDS = [FoldScore(0, fold, 64, 16, 3, 0.9, 0.9 + 0.01 * fold, 0.3) for fold in range(5)]
TRAINED = Origin("imagenet", "torchvision", "")


def told(folder, validation, *, quality=None, origin=TRAINED, compared=()):
    rows = samples(folder, quality or {0: 90, 1: 90})
    found = alarms(rows, folder, validation, compared, origin, PARAMS, TRAIN)
    return [alarm.what for alarm in found]


def test_the_contradicted_label_is_first():
    first, *others = doubtful_labels(photos(), 1.0)
    assert (first.sample_id, first.label, first.suggested) == ("00.jpg", "normal", "pothole")
    assert first.contradicted
    assert not any(row.contradicted for row in others)


def test_sound_photos_raise_no_alarm(tmp_path, validation):
    assert told(tmp_path, validation) == []


def test_a_class_that_was_saved_in_another_way_is_a_shortcut(tmp_path, validation):
    assert told(tmp_path, validation, quality={0: 90, 1: 60}) == ["shortcut"]


def test_a_stand_in_is_an_alarm(tmp_path, validation):
    stand_in = Origin("random", "a seeded stand-in", "")
    assert told(tmp_path, validation, origin=stand_in) == ["stand-in weights"]


def test_heads_that_are_not_trained_enough_are_an_alarm(tmp_path, validation):
    slow = replace(comparison("resnet18"), under_trained=1)
    assert told(tmp_path, validation, compared=[slow]) == ["under-trained"]


def test_a_group_in_two_folds_is_a_leak(tmp_path, validation):
    groups = ["00.jpg", "00.jpg", "00.jpg", *NAMES[3:]]
    assert "leak" in told(tmp_path, replace(validation, out_of_fold=photos(group_ids=groups)))


def test_scores_that_rise_when_groups_are_parted_are_a_leak(tmp_path, validation):
    easier = [0.995 + 0.001 * fold for fold in range(5)]
    summary = replace(validation.summary, ungrouped_auc=easier)
    assert told(tmp_path, replace(validation, summary=summary)) == ["leak"]


def test_drives_of_mixed_classes_raise_nothing_that_stops_the_pipeline(tmp_path, validation):
    drives = [str(index // 10) for index in range(COUNT)]
    rows = [replace(row, group_id=drive) for row, drive in
            zip(samples(tmp_path, {0: 90, 1: 90}), drives, strict=True)]  # fmt: skip
    folds = (np.arange(COUNT) // 10 % 4)[None]
    table = photos(group_ids=drives, held_out_in=folds)
    mixed = replace(validation, out_of_fold=table)
    found = alarms(rows, tmp_path, mixed, [], TRAINED, PARAMS, TRAIN)
    assert [alarm.what for alarm in found] == ["few groups"]
