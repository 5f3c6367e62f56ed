from dataclasses import replace

import numpy as np
import pytest

from potholes.crossvalidation.held_out import crossvalidate
from potholes.crossvalidation.tables import LookAlike, Undeclared
from potholes.crossvalidation.undeclared import undeclared_groups
from potholes.features.tables import Features
from potholes.params_file import load_params
from tests.labelled_features import labelled_features

PARAMS = load_params()
FOLDS = PARAMS.crossvalidate.model_copy(update={"repeats": 2})


def drives(photos: int, *, declared: bool = False) -> Features:
    """Drives of 6 photos of one class, which differ by drive only."""
    features = labelled_features(photos, width=64, copies=1, group=6, apart=1.0)
    if declared:
        return features
    return replace(features, rows=[replace(row, group_id=row.origin_id) for row in features.rows])


def told(features: Features) -> tuple[Undeclared, list[LookAlike]]:
    result = crossvalidate(features, PARAMS.train, FOLDS)
    return undeclared_groups(features, PARAMS.train, FOLDS, result, None, level=0.95)


def test_the_score_falls_where_drives_were_parted() -> None:
    features = drives(240)
    scores, _ = told(features)
    assert scores.found
    assert (scores.groups, scores.photos) == (32, 192)
    assert scores.effective_photos == pytest.approx(32)
    kept = crossvalidate(drives(240, declared=True), PARAMS.train, FOLDS)
    right = (kept.logits.argmax(axis=2) == kept.labels).mean()
    assert scores.acc == pytest.approx(right, abs=0.12)  # other folds of the same groups
    apart = crossvalidate(features, PARAMS.train, FOLDS)
    assert scores.acc + scores.fall == pytest.approx(
        (apart.logits.argmax(axis=2) == apart.labels).mean()
    )
    assert scores.fall_low is not None
    assert 0 < scores.fall_low < scores.fall


def test_photos_of_test_are_listed_with_their_drives() -> None:
    _, listed = told(drives(240))
    assert len(listed) == 240
    assert listed[:6] == [LookAlike(f"{n:04d}.jpg", "0000.jpg") for n in range(6)]


def test_declared_drives_are_told_by_nothing() -> None:
    scores, listed = told(drives(240, declared=True))
    assert not scores.found
    assert (scores.groups, scores.photos, scores.acc, scores.fall_low) == (0, 0, None, None)
    assert scores.effective_photos == pytest.approx(32)
    assert listed == []


def test_too_few_drives_for_the_folds_have_no_score() -> None:
    scores, _ = told(drives(48))
    assert scores.found
    assert scores.acc is None
    assert scores.effective_photos < 10


def test_the_fall_has_the_interval_of_the_groups_sums() -> None:
    features = drives(240)
    scores, _ = told(features)
    wide, _ = undeclared_groups(
        features,
        PARAMS.train,
        FOLDS,
        crossvalidate(features, PARAMS.train, FOLDS),
        None,
        level=0.99,
    )
    assert wide.fall == scores.fall
    # quantiles of t with 31 degrees of freedom at 99 % and 95 %
    ratio = (wide.fall - wide.fall_low) / (scores.fall - scores.fall_low)
    assert ratio == pytest.approx(2.7440 / 2.0395, abs=1e-3)
    assert np.isclose(wide.fall_high + wide.fall_low, 2 * wide.fall)
