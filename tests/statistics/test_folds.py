import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from potholes.statistics.folds import repeated_folds


def fold_sizes(drawn: np.ndarray, labels: np.ndarray, folds: int) -> np.ndarray:
    """Photos a class and fold of one repeat."""
    return np.array(
        [np.bincount(drawn[labels == name], minlength=folds) for name in np.unique(labels)]
    )


def test_every_class_is_spread_evenly_in_every_repeat() -> None:
    labels = np.array([0] * 62 + [1] * 38)
    drawn = repeated_folds(labels, np.arange(100), folds=5, repeats=3, seed=0)
    assert drawn.shape == (3, 100)
    for row in drawn:
        sizes = fold_sizes(row, labels, 5)
        assert sorted(sizes[0]) == [12, 12, 12, 13, 13]
        assert sorted(sizes[1]) == [7, 7, 8, 8, 8]
        assert set(sizes.sum(axis=0)) == {20}


def test_groups_of_any_size_stay_together_and_level_out() -> None:
    sizes = [1] * 60 + [2, 3, 4, 5] * 8 + [15]
    groups = np.repeat(np.arange(len(sizes)), sizes)
    labels = groups % 2
    (drawn,) = repeated_folds(labels, groups, folds=5, repeats=1, seed=1)
    assert all(len(set(drawn[groups == group])) == 1 for group in range(len(sizes)))
    counts = fold_sizes(drawn, labels, 5)
    assert np.abs(counts - counts.mean(axis=1, keepdims=True)).max() <= 2


def test_repeats_differ_and_do_not_depend_on_how_many_there_are() -> None:
    labels = np.tile([0, 1], 30)
    few, many = (repeated_folds(labels, np.arange(60), folds=5, repeats=n, seed=3) for n in (2, 4))
    assert np.array_equal(few, many[:2])
    assert len({row.tobytes() for row in many}) == 4


def test_another_seed_is_another_draw() -> None:
    labels = np.tile([0, 1], 30)
    one, other = (
        repeated_folds(labels, np.arange(60), folds=5, repeats=1, seed=seed) for seed in (0, 1)
    )
    assert not np.array_equal(one, other)


def test_a_class_in_fewer_groups_than_folds_is_in_as_many_folds() -> None:
    labels = np.array(["normal"] * 20 + ["pothole"] * 8)
    groups = np.append(np.arange(20), np.repeat(np.arange(20, 24), 2))
    for row in repeated_folds(labels, groups, folds=5, repeats=10, seed=0):
        assert len(set(row[20:])) == 4


def test_no_fold_has_all_of_a_class_of_two_mixed_groups() -> None:
    for seed in (97, 155, 343, 361, 467):  # each had one before they were drawn again
        rng = np.random.default_rng(seed)
        many, few = rng.integers(1, 40, 30), rng.integers(1, 40, 2)
        groups = np.concatenate([np.repeat(np.arange(30), many), np.repeat([3, 7], few)])
        labels = np.repeat([0, 1], [many.sum(), few.sum()])
        for row in repeated_folds(labels, groups, folds=5, repeats=20, seed=seed):
            assert len(set(row[labels == 1])) == 2


def test_fewer_groups_than_folds_are_refused() -> None:
    with pytest.raises(ValueError, match="4 groups of photos are too few for 5 folds"):
        repeated_folds(np.tile([0, 1], 4), np.arange(8) // 2, folds=5, repeats=1, seed=0)


PHOTOS = st.lists(st.tuples(st.integers(0, 1), st.integers(0, 40)), min_size=1, max_size=90)


@settings(deadline=None, max_examples=40)
@given(PHOTOS, st.integers(0, 2**32 - 1), st.permutations(range(51)))
def test_groups_are_never_parted_whatever_they_are_called(
    photos: list[tuple[int, int]], seed: int, names: list[int]
) -> None:
    photos = [*photos, *((index % 2, 41 + index) for index in range(10))]
    labels, groups = (np.array(column) for column in zip(*photos, strict=True))
    drawn = repeated_folds(labels, groups, folds=5, repeats=2, seed=seed)
    renamed = np.array(names)[groups]
    assert np.array_equal(repeated_folds(labels, renamed, folds=5, repeats=2, seed=seed), drawn)
    for row in drawn:
        assert set(row) <= set(range(5))
        assert all(len(set(row[groups == group])) == 1 for group in set(groups))
