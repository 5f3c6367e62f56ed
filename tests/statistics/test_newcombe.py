import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from potholes.statistics.binomial import wilson
from potholes.statistics.newcombe import (
    score_interval,
    score_interval_of_labels,
    score_limits,
)

shares = st.floats(0.01, 0.99)
photos = st.floats(2, 300)


def hanley_mcneil(area, positives, negatives, first, second):
    """Their variance in their own letters, with the numbers of pairs of either term."""
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    spread = area * (1 - area) + first * (q1 - area**2) + second * (q2 - area**2)
    return spread / (positives * negatives)


@given(shares, photos, photos)
def test_the_high_limit_is_newcombes_fifth(area, positives, negatives):
    high = score_interval(area, positives, negatives).high
    number = (positives + negatives) / 2 - 1
    variance = hanley_mcneil(high, positives, negatives, number, number)
    assert high - area == pytest.approx(1.959964 * np.sqrt(variance), rel=1e-4)


@given(shares, photos, photos)
def test_the_low_limit_has_the_rarer_class_spread_more(area, positives, negatives):
    low = score_interval(area, positives, negatives).low
    few, many = sorted((positives - 1, negatives - 1))
    variance = max(
        hanley_mcneil(low, positives, negatives, *pairs) for pairs in ((few, many), (many, few))
    )
    assert area - low == pytest.approx(1.959964 * np.sqrt(variance), rel=1e-4)


@given(shares, photos)
def test_of_as_many_photos_of_both_classes_turning_the_ranking_round_mirrors_it(area, number):
    found, mirrored = (score_interval(one, number, number) for one in (area, 1 - area))
    assert (found.low, found.high) == pytest.approx((1 - mirrored.high, 1 - mirrored.low), abs=1e-9)


@pytest.mark.parametrize("area", [0.0, 0.3, 1.0])
@pytest.mark.parametrize(("positives", "negatives"), [(1, 1), (1, 63), (500, 1.5)])
def test_of_less_than_two_photos_of_a_class_it_is_wilsons(area, positives, negatives):
    found = score_interval(area, positives, negatives)
    expected = wilson(area, min(positives, negatives))
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_a_perfect_ranking_has_a_lower_limit_that_rises_with_the_photos():
    lows = [score_interval(1.0, n, n).low for n in (5, 20, 200)]
    assert lows == sorted(lows)
    assert 0.6 < lows[0] < lows[-1] < 1
    assert score_interval(1.0, 5, 5).high == 1.0


def test_many_areas_at_once_have_the_limits_of_each():
    areas, positives = np.array([0.2, 0.9, 1.0]), np.array([1.0, 7.0, 30.0])
    low, high = score_limits(areas, positives, np.array([40.0]))
    for one in range(3):
        found = score_interval(areas[one], positives[one], 40)
        assert (found.low, found.high) == (low[one], high[one])


def limits_of(interval):
    return (interval.low, interval.high)


def test_labels_are_counted():
    labels, area = np.repeat([0, 1], [30, 10]), np.array([0.9])
    found = score_interval_of_labels(area, labels)
    assert limits_of(found) == pytest.approx(limits_of(score_interval(0.9, 10, 30)))
    found = score_interval_of_labels(area, labels, groups=np.arange(40) // 2)
    assert limits_of(found) == pytest.approx(limits_of(score_interval(0.9, 5, 15)))


def test_distances_of_three_classes_are_squared_added_and_doubled():
    labels, areas = np.repeat([0, 1, 2], [10, 20, 30]), np.array([0.8, 0.9, 1.0])
    each = [score_interval(a, n, 60 - n) for a, n in zip(areas, (10, 20, 30), strict=True)]
    found = score_interval_of_labels(areas, labels)
    down = sum((a - i.low) ** 2 for a, i in zip(areas, each, strict=True))
    up = sum((i.high - a) ** 2 for a, i in zip(areas, each, strict=True))
    assert found.low == pytest.approx(0.9 - np.sqrt(2 * down) / 3)
    assert found.high == pytest.approx(0.9 + np.sqrt(2 * up) / 3)


def test_a_mean_alone_stands_for_every_class():
    labels = np.repeat([0, 1, 2], [10, 20, 30])
    found = score_interval_of_labels(np.array([0.9]), labels)
    assert found == score_interval_of_labels(np.full(3, 0.9), labels)


def test_what_has_no_area_is_refused():
    with pytest.raises(ValueError, match=r"area: got 1\.2"):
        score_interval(1.2, 5, 5)
    with pytest.raises(ValueError, match="at least one of each"):
        score_interval(0.5, 0, 5)
    with pytest.raises(ValueError, match="at least two classes, got 1"):
        score_interval_of_labels(np.array([0.5]), np.zeros(4, dtype=np.int64))
