import numpy as np
import pytest
from scipy import stats

from potholes.statistics.paired import paired

EACH = np.arange(8)


def right(*rows):
    return np.array([[cell == "1" for cell in row] for row in rows])


FIRST = right("11111101", "11111111")
SECOND = right("11110011", "11111010")
# differences 0 0 0 0 1 1 -1 0 and 0 0 0 0 0 1 0 1


def test_the_difference_and_its_standard_error_by_hand():
    found = paired(FIRST, SECOND, EACH)
    # averages 0 0 0 0 .5 1 -.5 .5 of mean 3/16: squares 1.75 - 8 x 9/256 = 1.46875
    # single repeats: 3 - 1/8 and 2 - 4/8, of mean 2.1875
    variance = (1.46875 + (0.25 + 0.25 / 2 + 20 / 8) * 2.1875) / 8**2 * 8 / 7 + 1 / 64
    assert found.difference == pytest.approx(3 / 16)
    assert found.standard_error == pytest.approx(np.sqrt(variance))
    assert (found.freedom, found.photos) == (7, 8)
    assert found.informative == pytest.approx(1 + 1.75**2 / (3 / 16 + 1))
    assert found.p == pytest.approx(2 * stats.t.sf(3 / 16 / np.sqrt(variance), 7))


def test_groups_count_as_their_sums_and_the_training_sets_for_more():
    found = paired(FIRST, SECOND, EACH // 2)
    # four groups: averages 0 0 1.5 0 of mean 3/8, then single repeats 0 0 2 -1 and 0 0 1 1
    averaged = 2.25 - 4 * (3 / 8) ** 2
    single = (5 - 4 / 16 + 2 - 4 / 4) / 2
    variance = (
        averaged + (0.25 + 0.25 / 2 + 20 / 8) * (2 - 4 / 8) * single
    ) / 8**2 * 4 / 3 + 1 / 64
    assert found.standard_error == pytest.approx(np.sqrt(variance))
    assert (found.freedom, found.photos) == (3, 8)
    assert found.informative == 2


def test_unequal_groups_have_the_freedom_of_their_effective_number():
    found = paired(FIRST, SECOND, np.array([0, 0, 0, 0, 1, 2, 3, 3]))
    assert found.freedom == 1  # 64 / 22 = 2.9 groups
    assert paired(FIRST, SECOND, np.array([0] * 7 + [1])).freedom == 1


def test_neither_the_names_nor_the_order_of_the_groups_matter():
    one = paired(FIRST, SECOND, np.array([5, 5, 2, 2, 9, 9, 1, 1]))
    assert one == paired(FIRST, SECOND, EACH // 2)
    order = np.array([3, 1, 7, 0, 2, 6, 5, 4])
    shuffled = paired(FIRST[:, order], SECOND[:, order], (EACH // 2)[order])
    assert shuffled == one


def test_swapped_backbones_have_the_opposite_difference():
    one, other = paired(FIRST, SECOND, EACH), paired(SECOND, FIRST, EACH)
    assert one.difference == -other.difference
    assert (one.standard_error, one.p) == (other.standard_error, other.p)


def test_backbones_that_never_part_are_not_said_to_be_equal():
    found = paired(FIRST, FIRST, EACH)
    assert (found.difference, found.p, found.informative) == (0, 1, 1)
    assert found.standard_error == pytest.approx(1 / 8)


@pytest.mark.parametrize("level", [0.8, 0.95])
def test_the_interval_excludes_0_where_p_is_below(level):
    rng = np.random.default_rng(0)
    said = 0
    for _ in range(60):
        first, second = rng.random((2, 5, 60)) < np.array([0.9, 0.78])[:, None, None]
        found = paired(first, second, np.arange(60))
        limits = found.interval(level)
        assert (limits.low > 0 or limits.high < 0) == (found.p < 1 - level)
        said += found.p < 1 - level
    assert 3 < said < 60


def test_the_detectable_difference_has_a_power_of_0_8():
    found = paired(FIRST, SECOND, EACH)
    expected = (2.364624 + 0.841621) * found.standard_error  # t(7)
    assert found.detectable(0.95) == pytest.approx(expected)


def test_half_the_difference_needs_four_times_the_photos_give_or_take():
    found = paired(FIRST, SECOND, EACH)
    limits = found.photos_to_detect(found.detectable(0.95) / 2, 0.95)
    assert limits.low * limits.high == pytest.approx(32**2)
    assert limits.high / limits.low == pytest.approx(np.exp(2 * 1.959964 / found.informative**0.5))


def test_what_does_not_fit_together_is_refused():
    with pytest.raises(ValueError, match=r"got \(2, 8\), \(2, 7\) and \(8,\)"):
        paired(FIRST, SECOND[:, :7], EACH)
    with pytest.raises(ValueError, match="groups: got 1"):
        paired(FIRST, SECOND, np.zeros(8, dtype=int))
