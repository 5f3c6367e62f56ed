"""The ROC curve is scikit-learn's, and its rectangles hold the true points."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sklearn_metrics

from benchmarks.coverage import roc_coverage
from potholes.evaluation.metrics import Scored
from potholes.evaluation.roc import roc
from potholes.evaluation.tables import RocPoint
from potholes.statistics.binomial import wilson

CLASSES = ["normal", "pothole"]


def scored(truth: np.ndarray, said: np.ndarray) -> Scored:
    return Scored(truth, (said >= 0.5).astype(np.int64), np.stack([1 - said, said], axis=1))


def curve(photos: Scored, groups: np.ndarray | None = None) -> list[RocPoint]:
    alone = np.arange(len(photos.truth))
    return roc(photos, CLASSES, alone if groups is None else groups, level=0.95)


def sides(point: RocPoint) -> tuple[tuple[float, float], tuple[float, float]]:
    return (
        (point.false_positive_rate_low, point.false_positive_rate_high),
        (point.true_positive_rate_low, point.true_positive_rate_high),
    )


FOUR = scored(np.array([0, 0, 1, 1]), np.array([0.2, 0.6, 0.4, 0.8]))


def test_it_starts_and_ends_in_the_corners():
    points = curve(FOUR)
    first, last = points[0], points[-1]
    assert (first.threshold, first.false_positive_rate, first.true_positive_rate) == (None, 0, 0)
    assert (last.false_positive_rate, last.true_positive_rate) == (1, 1)
    assert {point.label for point in points} == {"pothole"}


def test_more_classes_have_a_curve_each():
    three = Scored(np.array([0, 1, 2]), np.array([0, 1, 2]), np.eye(3))
    points = roc(three, ["a", "b", "c"], np.arange(3), level=0.95)
    assert {point.label for point in points} == {"a", "b", "c"}


@given(st.integers(0, 2**32 - 1))
def test_the_curve_is_scikit_learns(seed):
    rng = np.random.default_rng(seed)
    truth = np.append([0, 1], rng.integers(0, 2, 58))
    said = rng.integers(0, 11, 60) / 10  # steps of a tenth, so with ties
    false_rates, true_rates, thresholds = sklearn_metrics.roc_curve(truth, said)
    points = curve(scored(truth, said))
    assert [p.false_positive_rate for p in points] == pytest.approx(false_rates.tolist())
    assert [p.true_positive_rate for p in points] == pytest.approx(true_rates.tolist())
    assert [p.threshold for p in points[1:]] == thresholds[1:].tolist()


def test_each_side_is_wilsons_at_the_root_of_the_level():
    point = next(p for p in curve(FOUR) if p.threshold == 0.6)
    assert (point.false_positive_rate, point.true_positive_rate) == (0.5, 0.5)
    own = wilson(0.5, 2, level=0.95**0.5, corrected=True)
    assert sides(point) == ((own.low, own.high),) * 2
    assert wilson(0.5, 2, corrected=True).width < own.width


def test_photos_of_one_group_count_as_one():
    doubled = scored(np.repeat(FOUR.truth, 5), np.repeat(FOUR.probabilities[:, 1], 5))
    grouped = curve(doubled, np.repeat(np.arange(4), 5))
    assert [sides(p) for p in grouped] == [sides(p) for p in curve(FOUR)]
    assert [sides(p) for p in grouped] != [sides(p) for p in curve(doubled)]


@pytest.mark.parametrize("area", [0.7, 0.93, 0.99])
@pytest.mark.parametrize("positives", [32, 400])
@pytest.mark.parametrize("negatives", [32, 400])
def test_a_rectangle_holds_its_point_about_as_often_as_the_level(area, positives, negatives):
    held = roc_coverage(area, positives, negatives)
    assert held.min() >= 0.935
    assert 0.95 <= held.mean() <= 0.98


def test_so_do_the_rectangles_of_drawn_photos():
    """True rates 0.15 and 0.9 at the threshold 0.8; 600 draws: standard error 0.9 %."""
    rng = np.random.default_rng(0)
    truth = np.repeat([0, 1], [60, 40])
    held = 0
    for called in rng.random((600, 100)) < np.where(truth, 0.9, 0.15):
        points = curve(scored(truth, np.where(called, 0.8, 0.2)))
        (false_low, false_high), (true_low, true_high) = sides(points[1])
        assert points[1].threshold == 0.8
        held += false_low <= 0.15 <= false_high and true_low <= 0.9 <= true_high
    assert 0.93 <= held / 600 < 1
