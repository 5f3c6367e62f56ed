import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from potholes.selection.holm import holm, holm_levels, p_of
from potholes.statistics.interval import Interval, normal_quantile

P_VALUES = st.lists(st.floats(0, 1), min_size=1, max_size=8).map(np.array)


def rejections(p, alpha):
    """Holm's own words: step from the smallest on, stop at the first that fails."""
    rejected = np.zeros(len(p), dtype=bool)
    for step, index in enumerate(np.argsort(p, kind="stable")):
        if p[index] >= alpha / (len(p) - step):
            break
        rejected[index] = True
    return rejected


def test_by_hand():
    assert holm(np.array([0.01, 0.04, 0.03])) == pytest.approx([0.03, 0.06, 0.06])
    assert holm(np.array([0.5, 0.9])) == pytest.approx([1, 1])


@given(P_VALUES)
def test_adjusted_values_are_no_smaller_and_keep_the_order(p):
    adjusted = holm(p)
    assert (adjusted >= p).all()
    assert (np.diff(adjusted[np.argsort(p)]) >= 0).all()


@given(P_VALUES, st.floats(0.01, 0.3))
def test_below_alpha_is_what_the_steps_reject(p, alpha):
    gap = np.abs(holm(p) - alpha).min()
    if gap > 1e-12:  # on the edge rounding decides
        assert ((holm(p) < alpha) == rejections(p, alpha)).all()


@given(P_VALUES)
def test_levels_agree_with_the_verdicts(p):
    levels = holm_levels(p, 0.95)
    if np.abs(holm(p) - 0.05).min() > 1e-12:
        assert ((p < 1 - levels) == (holm(p) < 1 - 0.95)).all()
    assert (levels >= 0.95 - 1e-12).all()


def test_levels_by_hand():
    # held against 0.05 / 3, then 0.05 / 2, which fails, and so for the last
    levels = holm_levels(np.array([0.9, 0.01, 0.03]), 0.95)
    assert 1 - levels == pytest.approx([0.025, 0.05 / 3, 0.025])


def test_one_test_is_left_as_it_is():
    assert holm(np.array([0.04])) == pytest.approx([0.04])
    assert holm_levels(np.array([0.04]), 0.95) == pytest.approx([0.95])


def test_no_test_at_all():
    assert len(holm(np.array([]))) == len(holm_levels(np.array([]), 0.95)) == 0


@pytest.mark.parametrize(("z", "p"), [(1.959964, 0.05), (-2.575829, 0.01), (0.0, 1.0), (9, 1e-9)])
def test_the_p_value_of_an_interval(z, p):
    def interval(level):
        return Interval(z - normal_quantile(level), z + normal_quantile(level))

    assert p_of(interval) == pytest.approx(p, rel=1e-5)


@pytest.mark.parametrize("p", [1.5, -0.1, float("nan")])
def test_what_is_no_p_value_is_refused(p):
    with pytest.raises(ValueError, match="p: got"):
        holm(np.array([0.5, p]))
