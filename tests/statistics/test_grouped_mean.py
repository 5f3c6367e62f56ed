import numpy as np
import pytest

from potholes.statistics.grouped_mean import grouped_mean

VALUES = np.array([0.0, 0.2, 0.4, 0.6])


def test_of_single_photos_it_is_students() -> None:
    # sum of squares 0.2, variance of the mean 0.2 / 3 / 4, t(3) = 3.182446
    found = grouped_mean(VALUES, np.arange(4), level=0.95)
    reach = 3.182446 * (0.2 / 12) ** 0.5
    assert (found.low, found.high) == pytest.approx((0.3 - reach, 0.3 + reach), abs=1e-6)


def test_photos_of_a_group_are_summed_first() -> None:
    # sums of the deviations -0.4 and 0.4: variance 2 * 0.32 / 16, t(1) = 12.706205
    found = grouped_mean(VALUES, np.array(["a", "a", "b", "b"]), level=0.95)
    assert found.width == pytest.approx(2 * 12.706205 * 0.2)


def test_twice_the_variance_is_root_two_as_wide() -> None:
    once, twice = (
        grouped_mean(VALUES, np.arange(4), level=0.9, inflation=times) for times in (1.0, 2.0)
    )
    assert twice.width == pytest.approx(2**0.5 * once.width)


def test_one_group_shows_no_spread() -> None:
    with pytest.raises(ValueError, match="2 or more"):
        grouped_mean(VALUES, np.zeros(4, dtype=np.int64), level=0.95)
