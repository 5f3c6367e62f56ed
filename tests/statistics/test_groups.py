import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from potholes.statistics.groups import effective_number, effective_or_count


def test_by_hand():
    assert effective_number(np.array([7, 7, 3])) == pytest.approx(9 / 5)


def test_groups_of_one_photo_count_fully_and_equal_groups_once():
    assert effective_number(np.arange(40)) == 40
    assert effective_number(np.repeat(np.arange(8), 5)) == pytest.approx(8)


def test_one_group_is_one_photo():
    assert effective_number(np.zeros(31, dtype=np.int64)) == 1


@given(st.lists(st.integers(0, 6), min_size=1, max_size=40))
def test_never_more_than_the_groups(groups):
    found = effective_number(np.array(groups))
    assert 1 <= found <= len(set(groups)) + 1e-9


def test_it_is_the_variance_of_a_mean_of_copies():
    sizes = np.array([1, 2, 6])
    weights = sizes / sizes.sum()  # of independent values, each repeated so often
    assert effective_number(np.repeat(np.arange(3), sizes)) == pytest.approx(1 / (weights**2).sum())


def test_only_the_groups_of_the_mask_count():
    groups, mask = np.array([0, 0, 1, 2]), np.array([True, True, True, False])
    assert effective_or_count(groups, mask) == pytest.approx(9 / 5)
    assert effective_or_count(None, mask) == 3


def test_no_photo_is_refused():
    with pytest.raises(ValueError, match="groups: got none"):
        effective_number(np.array([], dtype=np.int64))
