import numpy as np
import pytest

from potholes.statistics.doubling import Gain, doubling_gain

SIZES = np.array([20.0, 40, 80, 160])


def test_a_curve_of_the_law_is_carried_on_exactly() -> None:
    limits = np.array([0.93, 0.95, 0.97])[:, None]
    scores = limits - 1.5 / SIZES
    found = doubling_gain(SIZES, scores, 200, ratio=0.25)
    expected = 1.5 * (1 / 200 - 1 / 400)
    assert found.gain == pytest.approx(expected)
    assert found.low == pytest.approx(expected, abs=1e-9)
    assert found.more == 200


def test_the_interval_is_the_corrected_ts() -> None:
    costs = np.array([1.0, 2.0, 3.0])[:, None]
    scores = 0.95 - costs / SIZES
    found = doubling_gain(SIZES, scores, 200, ratio=0.25)
    per_cost = 1 / 200 - 1 / 400
    # sd of the three is 1, (1/3 + 1/4) its correction, 4.303 Student's t of two
    reach = 4.302653 * np.sqrt(1 / 3 + 1 / 4) * per_cost
    assert found.gain == pytest.approx(2 * per_cost)
    assert (found.low, found.high) == pytest.approx((found.gain - reach, found.gain + reach))
    wide = doubling_gain(SIZES, scores, 200, ratio=0.25, level=0.99)
    assert wide.low < found.low


def test_a_flat_curve_gains_nothing() -> None:
    found = doubling_gain(SIZES, np.full((3, 4), 0.9), 200, ratio=0.25)
    assert found.gain == pytest.approx(0, abs=1e-12)


def test_one_size_is_no_curve() -> None:
    with pytest.raises(ValueError, match="two different ones"):
        doubling_gain(np.array([20.0, 20]), np.zeros((3, 2)), 200, ratio=0.25)


def test_the_sentence_counts_in_points() -> None:
    assert Gain(400, 0.008, 0.002, 0.0151).sentence == (
        "400 more photos: about +0.8 points (0.2 to 1.5), extrapolated"
    )
    assert Gain(1400, -0.0001, -0.012, 0.01).sentence == (
        "1,400 more photos: about +0.0 points (-1.2 to 1.0), extrapolated"
    )
