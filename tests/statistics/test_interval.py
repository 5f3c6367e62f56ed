import math

import pytest

from potholes.statistics.interval import (
    Interval,
    degenerate,
    hull,
    logit_interval,
    normal_quantile,
)


def test_a_standard_error_becomes_an_interval_on_the_logit_scale():
    # odds of 0.8 are 4; 0.08 / (0.8 * 0.2) = 0.5, twice that is a factor e in the odds
    found = logit_interval(0.8, 0.08, 2.0)
    assert found.low == pytest.approx(4 / math.e / (1 + 4 / math.e))
    assert found.high == pytest.approx(4 * math.e / (1 + 4 * math.e))


def test_a_standard_error_beyond_all_bounds_leaves_anything_possible():
    found = logit_interval(0.01, 1e6, 2.0)
    assert found.low == pytest.approx(0)
    assert found.high == pytest.approx(1)


def test_the_hull_of_two_holds_both():
    first, second = Interval(0.5, 0.9), Interval(0.8, 1.0)
    assert hull(first, second) == hull(second, first) == Interval(0.5, 1.0)
    assert hull(first, Interval(0.6, 0.7)) == first
    assert first.width == pytest.approx(0.4)


def test_quantiles_are_two_sided():
    assert normal_quantile(0.95) == pytest.approx(1.959964, abs=1e-6)


@pytest.mark.parametrize("level", [0.0, 1.0, 95.0])
def test_a_level_is_a_share(level):
    with pytest.raises(ValueError, match="level: got"):
        normal_quantile(level)


@pytest.mark.parametrize(
    ("share", "variance", "expected"),
    [
        (0.9, 0.01, False),
        (1.0, 0.01, True),
        (0.0, 0.01, True),
        (0.9, 0.0, True),
        (0.9, math.inf, True),
    ],
)
def test_what_gives_no_interval(share, variance, expected):
    assert degenerate(share, variance) is expected
