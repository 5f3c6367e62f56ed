import numpy as np
import pytest

from potholes.crossvalidation.summary import cross_validation_tables
from potholes.features.tables import FeatureRow, Features
from potholes.params_file import load_params

PARAMS = load_params()
FOLDS = PARAMS.crossvalidate.model_copy(update={"repeats": 2})


def features(*, shared: int = 1) -> Features:
    """60 photos of train and 20 of test, two classes a little apart; `shared` photos a group."""
    rng = np.random.default_rng(0)
    labels = np.arange(80) % 2
    values = rng.standard_normal((80, 6)).astype(np.float32) + labels[:, None].astype(np.float32)
    rows = [
        FeatureRow(f"{n:02}", f"{n:02}", str(n // 2 // shared * 2 + n % 2), "ab"[n % 2], split)
        for n, split in enumerate(["train"] * 60 + ["test"] * 20)
    ]
    return Features("resnet18", "cpu", ["a", "b"], values, rows)


def test_the_test_photos_have_no_part_in_it():
    whole = features()
    found = cross_validation_tables(whole, PARAMS.train, FOLDS, level=0.95)
    assert found.summary.photos == 60
    assert found.out_of_fold.sample_ids == [f"{n:02}" for n in range(60)]
    values = whole.values.copy()
    values[60:] = 9
    changed = Features("resnet18", "cpu", ["a", "b"], values, whole.rows)
    again = cross_validation_tables(changed, PARAMS.train, FOLDS, level=0.95)
    assert again.summary == found.summary


def test_means_lie_in_their_intervals_and_are_those_of_the_folds():
    found = cross_validation_tables(features(), PARAMS.train, FOLDS, level=0.95)
    scores = found.summary
    assert scores.cv_acc == pytest.approx(np.mean([fold.acc for fold in found.folds]))
    assert scores.cv_acc_low < scores.cv_acc < scores.cv_acc_high
    assert scores.cv_auc is not None
    assert scores.cv_auc_low < scores.cv_auc < scores.cv_auc_high
    assert len(found.curve) == 8
    assert "60 more photos" in scores.gain


def test_a_lower_level_makes_narrower_intervals():
    wide, narrow = (
        cross_validation_tables(features(), PARAMS.train, FOLDS, level=level).summary
        for level in (0.95, 0.5)
    )
    assert narrow.cv_acc_high - narrow.cv_acc_low < wide.cv_acc_high - wide.cv_acc_low
    assert narrow.acc_gain_high - narrow.acc_gain_low < wide.acc_gain_high - wide.acc_gain_low


def test_folds_that_part_groups_are_scored_only_where_there_are_groups():
    assert (
        cross_validation_tables(features(), PARAMS.train, FOLDS, level=0.95).summary.ungrouped_auc
        == []
    )
    grouped = cross_validation_tables(features(shared=3), PARAMS.train, FOLDS, level=0.95).summary
    assert len(grouped.ungrouped_auc) == 10
    assert grouped.effective_photos == pytest.approx(20)


def test_too_few_groups_for_a_learning_curve_have_no_gain():
    rng = np.random.default_rng(0)
    rows = [FeatureRow(str(n), str(n), str(n), "ab"[n % 2], "train") for n in range(4)]
    few = Features("r", "cpu", ["a", "b"], rng.standard_normal((4, 3)).astype(np.float32), rows)
    folds = FOLDS.model_copy(update={"folds": 3})
    summary = cross_validation_tables(few, PARAMS.train, folds, level=0.95).summary
    assert (summary.acc_gain, summary.acc_gain_low, summary.auc_gain) == (None, None, None)
    assert summary.gain == "too few groups to estimate the gain from more photos"


def test_a_class_in_fewer_groups_than_folds_is_scored_where_it_is_held_out():
    whole = features()
    rare = [row for row in whole.rows if row.label == "b"][3:]
    kept = [index for index, row in enumerate(whole.rows) if row not in rare]
    few = Features("resnet18", "cpu", ["a", "b"], whole.values[kept], [whole.rows[n] for n in kept])
    found = cross_validation_tables(few, PARAMS.train, FOLDS, level=0.95)
    known = [fold.auc for fold in found.folds if fold.auc is not None]
    assert len(known) == 6  # three photos in as many folds of either repeat
    assert found.summary.cv_auc == pytest.approx(np.mean(known))
    assert found.curve[-1].auc is not None
