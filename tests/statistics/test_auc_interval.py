import math

import numpy as np
import pytest

from potholes.probabilities import macro_auc
from potholes.statistics.auc_interval import _macro_variance, auc_interval, macro_auc_interval
from potholes.statistics.delong import delong
from potholes.statistics.newcombe import newcombe, newcombe_of_labels


def three_classes(seed, photos=60):
    rng = np.random.default_rng(seed)
    labels = np.arange(photos) % 3
    logits = rng.standard_normal((photos, 3)) + 1.2 * np.eye(3)[labels]
    odds = np.exp(logits)
    return labels, odds / odds.sum(axis=1, keepdims=True)


def test_by_hand():
    # components 1, 0.5 and 0.75, 0.5, 1: variances 1/8 / 2 and 1/16 / 3, area 3/4
    positive = np.array([True, True, False, False, False])
    found = auc_interval(positive, np.array([0.9, 0.4, 0.4, 0.5, 0.1]))
    reach = 1.959964 * math.sqrt(1 / 16 + 1 / 48) / (3 / 16)
    assert found.low == pytest.approx(1 / (1 + math.exp(reach) / 3), abs=1e-6)
    assert found.high == pytest.approx(1 / (1 + math.exp(-reach) / 3), abs=1e-6)


def test_a_lower_level_is_narrower():
    positive, scores = np.arange(30) < 15, np.random.default_rng(0).random(30)
    wide, narrow = (auc_interval(positive, scores, level=level) for level in (0.95, 0.5))
    assert wide.low < narrow.low < narrow.high < wide.high


@pytest.mark.parametrize(("sign", "area"), [(1, 1.0), (-1, 0.0)])
def test_a_perfect_or_reversed_ranking_has_newcombes(sign, area):
    positive = np.arange(12) < 5
    assert auc_interval(positive, sign * positive.astype(float)) == newcombe(area, 5, 7)


def test_one_positive_photo_has_newcombes():
    positive = np.arange(12) < 1
    scores = np.array([3.5, *range(11)])
    assert auc_interval(positive, scores) == newcombe(4 / 11, 1, 11)


def test_scores_that_are_all_equal_have_newcombes():
    positive = np.arange(12) < 5
    assert auc_interval(positive, np.zeros(12)) == newcombe(0.5, 5, 7)


@pytest.mark.parametrize("perfect", [False, True])
def test_photos_saved_three_times_say_no_more_than_once(perfect):
    rng = np.random.default_rng(1)
    positive = np.arange(30) < 12
    scores = positive + (0 if perfect else 2) * rng.random(30)
    thrice = np.repeat(np.arange(30), 3)
    once = auc_interval(positive, scores)
    found = auc_interval(positive[thrice], scores[thrice], groups=thrice)
    assert (found.low, found.high) == pytest.approx((once.low, once.high))
    ungrouped = auc_interval(positive[thrice], scores[thrice])
    assert ungrouped.width < 0.8 * once.width


def test_two_classes_are_the_second_class():
    labels, probabilities = three_classes(0)
    two = np.minimum(labels, 1)
    scores = probabilities[:, :2] / probabilities[:, :2].sum(axis=1, keepdims=True)
    expected = auc_interval(two == 1, scores[:, 1])
    assert macro_auc_interval(two, scores) == expected
    scores[:, 0] = 0  # is not looked at
    assert macro_auc_interval(two, scores) == expected


def test_the_variance_of_a_mean_over_two_classes_is_delongs():
    rng = np.random.default_rng(0)
    labels, scores = (np.arange(40) < 13).astype(np.int64), rng.random(40)
    expected = delong(labels == 1, scores[None]).covariance[0, 0]
    found = _macro_variance(labels, np.stack([1 - scores, scores], axis=1), None)
    assert found == pytest.approx(expected)


def test_of_three_classes_it_lies_around_the_mean_and_is_as_wide_as_that_varies():
    found = [
        (macro_auc(*case), math.sqrt(_macro_variance(*case, None)))
        for case in map(three_classes, range(400))
    ]
    areas, errors = np.array(found).T
    assert errors.mean() == pytest.approx(areas.std(), rel=0.1)
    labels, probabilities = three_classes(0)
    interval = macro_auc_interval(labels, probabilities)
    assert interval.low < areas[0] < interval.high
    assert interval.width == pytest.approx(2 * 1.96 * errors[0], rel=0.1)


def test_three_classes_saved_twice_say_no_more_than_once():
    labels, probabilities = three_classes(3)
    twice = np.repeat(np.arange(60), 2)
    once = macro_auc_interval(labels, probabilities)
    found = macro_auc_interval(labels[twice], probabilities[twice], groups=twice)
    assert (found.low, found.high) == pytest.approx((once.low, once.high))


def test_three_classes_told_apart_perfectly_have_newcombes():
    labels = np.arange(30) % 3
    assert macro_auc_interval(labels, np.eye(3)[labels]) == newcombe_of_labels(1.0, labels)


def test_a_class_without_a_photo_is_refused():
    labels, probabilities = three_classes(0)
    with pytest.raises(ValueError, match="both classes"):
        macro_auc_interval(np.minimum(labels, 1), probabilities)
