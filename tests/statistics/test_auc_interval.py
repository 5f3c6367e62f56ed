import math

import numpy as np
import pytest

from potholes.probabilities import macro_auc
from potholes.statistics.auc_interval import auc_interval, auc_limits, macro_auc_interval
from potholes.statistics.delong import delong, macro_delong
from potholes.statistics.newcombe import score_interval, score_interval_of_labels


def three_classes(seed, photos=60):
    rng = np.random.default_rng(seed)
    labels = np.arange(photos) % 3
    logits = rng.standard_normal((photos, 3)) + 1.2 * np.eye(3)[labels]
    odds = np.exp(logits)
    return labels, odds / odds.sum(axis=1, keepdims=True)


def test_by_hand():
    # of 60 positive photos half are at 0.9, half at 0.4, 30 negatives each at 0.4, 0.5 and 0.1:
    # components 1, 0.5 and 0.75, 0.5, 1: variances 1/16 / 59 and 1/24 / 89, area 3/4
    positive = np.repeat([True, True, False, False, False], 30)
    found = auc_interval(positive, np.repeat([0.9, 0.4, 0.4, 0.5, 0.1], 30))
    reach = 1.959964 * math.sqrt(1 / 16 / 59 + 1 / 24 / 89) / (3 / 16)
    own = score_interval(0.75, 60, 90)
    low, high = 1 / (1 + math.exp(reach) / 3), 1 / (1 + math.exp(-reach) / 3)
    assert found.low == pytest.approx(min(own.low, low), abs=1e-6)
    assert found.high == pytest.approx(max(own.high, high), abs=1e-6)


def test_a_rare_class_that_varies_much_has_delongs():
    positive = np.arange(200) < 20
    scores = np.random.default_rng(4).standard_normal(200)
    scores[:20] = 2 + 4 * scores[:20]
    result = delong(positive, scores[None])
    area = result.areas.item()
    reach = 1.959964 * math.sqrt(result.covariance.item()) / (area * (1 - area))
    odds = area / (1 - area)
    found = auc_interval(positive, scores)
    assert found.low == pytest.approx(1 / (1 + math.exp(reach) / odds), abs=1e-6)
    assert found.high == pytest.approx(1 / (1 + math.exp(-reach) / odds), abs=1e-6)
    own = score_interval(area, 20, 180)
    assert found.low < own.low
    assert own.high < found.high


def test_many_areas_at_once_have_the_limits_of_each():
    positive, rng = np.arange(40) < 6, np.random.default_rng(0)
    scores = rng.standard_normal((5, 40)) + np.array([0, 1, 2, 9, -9])[:, None] * positive
    results = [delong(positive, row[None]) for row in scores]
    low, high = auc_limits(
        np.array([result.areas.item() for result in results]),
        np.array([result.covariance.item() for result in results]),
        np.array([6.0]),
        np.array([34.0]),
    )
    for row, *ends in zip(scores, low, high, strict=True):
        found = auc_interval(positive, row)
        assert ends == [found.low, found.high]


def test_a_lower_level_is_narrower():
    positive, scores = np.arange(30) < 15, np.random.default_rng(0).random(30)
    wide, narrow = (auc_interval(positive, scores, level=level) for level in (0.95, 0.5))
    assert wide.low < narrow.low < narrow.high < wide.high


@pytest.mark.parametrize(("sign", "area"), [(1, 1.0), (-1, 0.0)])
def test_a_perfect_or_reversed_ranking_has_newcombes(sign, area):
    positive = np.arange(12) < 5
    assert auc_interval(positive, sign * positive.astype(float)) == score_interval(area, 5, 7)


def test_one_positive_photo_has_newcombes():
    positive = np.arange(12) < 1
    scores = np.array([3.5, *range(11)])
    assert auc_interval(positive, scores) == score_interval(4 / 11, 1, 11)


def test_scores_that_are_all_equal_have_limits_from_the_numbers_alone():
    positive = np.arange(12) < 5
    assert auc_interval(positive, np.zeros(12)) == score_interval(0.5, 5, 7)


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


def test_of_three_classes_it_lies_around_the_mean_and_is_as_wide_as_that_varies():
    cases = [three_classes(seed) for seed in range(400)]
    areas = np.array([macro_auc(*case) for case in cases])
    labels, probabilities = cases[0]
    found = macro_delong(labels, np.stack([case[1] for case in cases]))
    assert found.areas == pytest.approx(areas)
    errors = np.sqrt(np.diag(found.covariance))
    assert errors.mean() == pytest.approx(areas.std(), rel=0.1)
    interval = macro_auc_interval(labels, probabilities)
    assert interval.low < areas[0] < interval.high
    assert 1 < interval.width / (2 * 1.96 * errors[0]) < 1.25


def test_three_classes_saved_twice_say_no_more_than_once():
    labels, probabilities = three_classes(3)
    twice = np.repeat(np.arange(60), 2)
    once = macro_auc_interval(labels, probabilities)
    found = macro_auc_interval(labels[twice], probabilities[twice], groups=twice)
    assert (found.low, found.high) == pytest.approx((once.low, once.high))


def test_three_classes_told_apart_perfectly_have_limits_from_the_numbers_alone():
    labels = np.arange(30) % 3
    found = macro_auc_interval(labels, np.eye(3)[labels])
    assert found == score_interval_of_labels(np.ones(3), labels)
    assert found.low < found.high == 1


def test_a_class_without_a_photo_is_refused():
    labels, probabilities = three_classes(0)
    with pytest.raises(ValueError, match="both classes"):
        macro_auc_interval(np.minimum(labels, 1), probabilities)
