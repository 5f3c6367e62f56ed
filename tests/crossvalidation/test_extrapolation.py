import numpy as np
import pytest

from potholes.crossvalidation.extrapolation import Gain, extrapolated_gain

SIZES = np.array([20.0, 40, 80, 160])


@pytest.mark.parametrize("power", [0.5, 1.0])
def test_a_curve_of_either_law_lies_at_an_end_of_the_interval(power: float) -> None:
    limits = np.array([0.93, 0.95, 0.97])[:, None]
    scores = limits - 1.5 * SIZES**-power
    found = extrapolated_gain(SIZES, scores, 200, ratio=0.25)
    end = found.high if power == 0.5 else found.low
    assert end == pytest.approx(1.5 * (200**-power - 400**-power))
    assert found.gain == pytest.approx((found.low + found.high) / 2)
    assert found.more == 200


def test_the_interval_is_the_corrected_ts_of_both_laws() -> None:
    sizes = np.array([25.0, 100])
    scores = 0.95 - np.array([1.0, 2.0, 3.0])[:, None] * np.array([0.04, 0.01])
    found = extrapolated_gain(sizes, scores, 200, ratio=0.25)
    # a rise of 0.03 a unit of cost is 0.1 of 1 / sqrt(25) - 1 / sqrt(100)
    units = {0.5: 0.3 * (200**-0.5 - 400**-0.5), 1: 1 / 200 - 1 / 400}
    # sd of the three is 1, (1/3 + 1/4) its correction, 4.303 Student's t of two
    reach = 4.302653 * np.sqrt(1 / 3 + 1 / 4)
    assert found.gain == pytest.approx(units[0.5] + units[1])
    assert found.low == pytest.approx(min((2 - reach) * unit for unit in units.values()))
    assert found.high == pytest.approx(max((2 + reach) * unit for unit in units.values()))


def test_a_flat_curve_gains_nothing() -> None:
    found = extrapolated_gain(SIZES, np.full((3, 4), 0.9), 200, ratio=0.25)
    assert found.gain == pytest.approx(0, abs=1e-12)


def test_one_size_is_no_curve() -> None:
    with pytest.raises(ValueError, match="two different ones"):
        extrapolated_gain(np.array([20.0, 20]), np.zeros((3, 2)), 200, ratio=0.25)


def test_the_sentence_counts_in_points() -> None:
    assert Gain(400, 0.008, 0.002, 0.0151).sentence == (
        "400 more photos: about +0.8 percentage points (0.2 to 1.5), extrapolated"
    )
    assert Gain(1400, -0.0001, -0.012, 0.01).sentence == (
        "1,400 more photos: about +0.0 percentage points (-1.2 to 1.0), extrapolated"
    )
