import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from potholes.statistics.binomial import wilson
from potholes.statistics.newcombe import newcombe, newcombe_of_labels


def hanley_mcneil(area, positives, negatives):
    """Their variance in their own letters, with Newcombe's common number."""
    q1, q2 = area / (2 - area), 2 * area**2 / (1 + area)
    number = (positives + negatives) / 2 - 1
    spread = area * (1 - area) + number * (q1 - area**2) + number * (q2 - area**2)
    return spread / (positives * negatives)


@given(
    st.floats(0.01, 0.99), st.floats(1, 300, exclude_min=True), st.floats(1, 300, exclude_min=True)
)
def test_limits_lie_z_standard_errors_off_by_their_own_variance(area, positives, negatives):
    found = newcombe(area, positives, negatives)
    assert found.low < area < found.high
    for limit in (found.low, found.high):
        reach = 1.959964 * np.sqrt(hanley_mcneil(limit, positives, negatives))
        assert abs(limit - area) == pytest.approx(reach, rel=1e-4)


@pytest.mark.parametrize("area", [0.0, 0.3, 1.0])
def test_of_one_pair_it_is_wilsons(area):
    found, expected = newcombe(area, 1, 1), wilson(area, 1)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high), abs=1e-9)


def test_a_perfect_ranking_has_a_lower_limit_that_rises_with_the_photos():
    lows = [newcombe(1.0, n, n).low for n in (5, 20, 200)]
    assert lows == sorted(lows)
    assert 0.6 < lows[0] < lows[-1] < 1
    assert newcombe(1.0, 5, 5).high == 1.0


@given(st.floats(0, 1), st.floats(1, 50), st.floats(1, 50))
def test_turning_the_ranking_round_mirrors_it(area, positives, negatives):
    found, mirrored = newcombe(area, positives, negatives), newcombe(1 - area, negatives, positives)
    assert (found.low, found.high) == pytest.approx((1 - mirrored.high, 1 - mirrored.low), abs=1e-9)


def test_labels_are_counted():
    labels = np.repeat([0, 1], [30, 10])
    assert newcombe_of_labels(0.9, labels) == newcombe(0.9, 10, 30)
    groups = np.arange(40) // 2
    assert newcombe_of_labels(0.9, labels, groups=groups) == newcombe(0.9, 5, 15)


def test_more_classes_have_the_mean_of_the_limits():
    labels = np.repeat([0, 1, 2], [10, 20, 30])
    each = [newcombe(0.9, n, 60 - n) for n in (10, 20, 30)]
    found = newcombe_of_labels(0.9, labels)
    assert found.low == pytest.approx(np.mean([i.low for i in each]))
    assert found.high == pytest.approx(np.mean([i.high for i in each]))


def test_what_has_no_area_is_refused():
    with pytest.raises(ValueError, match=r"area: got 1\.2"):
        newcombe(1.2, 5, 5)
    with pytest.raises(ValueError, match="at least one of each"):
        newcombe(0.5, 0, 5)
    with pytest.raises(ValueError, match="at least two classes, got 1"):
        newcombe_of_labels(0.5, np.zeros(4, dtype=np.int64))
