import warnings
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from potholes.dataset.splitting import draw_split
from potholes.dataset.tables import SPLITS, Split
from tests.photo_files import split_params


def counts(labels: list[str], splits: list[Split]) -> dict[str, list[int]]:
    pairs = Counter(zip(labels, splits, strict=True))
    return {name: [pairs[name, split] for split in SPLITS] for name in sorted(set(labels))}


def single(count: int) -> np.ndarray:
    return np.arange(count)


def test_each_class_has_its_shares() -> None:
    labels = ["a"] * 100 + ["b"] * 50
    splits = draw_split(labels, single(150), [None] * 150, split_params())
    assert counts(labels, splits) == {"a": [60, 20, 20], "b": [30, 10, 10]}


@pytest.mark.parametrize("shares", [(0.7, 0.15, 0.15), (0.34, 0.33, 0.33), (0.9, 0.07, 0.03)])
def test_any_shares_are_met(shares: tuple[float, float, float]) -> None:
    params = split_params(**dict(zip(SPLITS, shares, strict=True)))
    labels = ["a"] * 300 + ["b"] * 100
    splits = draw_split(labels, single(400), [None] * 400, params)
    for name, total in (("a", 300), ("b", 100)):
        got = np.array(counts(labels, splits)[name])
        assert np.abs(got - total * np.array(shares)).max() < 1.01


def test_a_class_of_three_photos_is_in_every_split() -> None:
    labels = ["a"] * 200 + ["rare"] * 3
    splits = draw_split(labels, single(203), [None] * 203, split_params())
    assert counts(labels, splits)["rare"] == [1, 1, 1]


def test_no_photos_have_no_splits() -> None:
    assert draw_split([], single(0), [], split_params()) == []


def test_what_is_fixed_stays_and_the_rest_is_drawn_around_it() -> None:
    labels = ["a", "b"] * 50
    fixed: list[Split | None] = ["test"] * 20 + [None] * 80
    splits = draw_split(labels, single(100), fixed, split_params())
    assert splits[:20] == ["test"] * 20
    assert counts(labels, splits) == {"a": [30, 10, 10], "b": [30, 10, 10]}


def test_where_more_is_fixed_than_its_share_the_others_keep_their_proportion() -> None:
    fixed: list[Split | None] = ["test"] * 60 + [None] * 40
    splits = draw_split(["a"] * 100, single(100), fixed, split_params())
    assert counts(["a"] * 100, splits) == {"a": [30, 10, 60]}


def test_everything_may_be_fixed() -> None:
    fixed: list[Split | None] = ["test", "train", "val"]
    assert draw_split(["a"] * 3, single(3), fixed, split_params()) == fixed


def test_another_seed_is_another_split() -> None:
    labels = ["a"] * 100
    drawn = [draw_split(labels, single(100), [None] * 100, split_params(seed=s)) for s in (0, 1)]
    assert drawn[0] != drawn[1]
    assert counts(labels, drawn[0]) == counts(labels, drawn[1])


def test_bursts_do_not_upset_the_shares() -> None:
    sizes = [1] * 60 + [2, 3, 4, 5] * 8 + [15]
    groups = np.repeat(np.arange(len(sizes)), sizes)
    labels = ["a" if group % 2 else "b" for group in groups]
    splits = draw_split(labels, groups, [None] * len(groups), split_params())
    for name, got in counts(labels, splits).items():
        target = np.array([0.6, 0.2, 0.2]) * labels.count(name)
        assert np.abs(np.array(got) - target).max() <= 2


PHOTOS = st.lists(
    st.tuples(st.sampled_from("abc"), st.integers(0, 30), st.sampled_from([None, *SPLITS])),
    min_size=1,
    max_size=80,
)


@settings(deadline=None, max_examples=40)
@given(PHOTOS, st.integers(0, 2**32 - 1))
def test_groups_are_never_parted_and_fixed_photos_stay(
    photos: list[tuple[str, int, Split | None]], seed: int
) -> None:
    labels = [label for label, _, _ in photos]
    groups = np.array([group for _, group, _ in photos])
    decided: dict[int, Split] = {}
    for _, group, split in photos:
        if split and group % 3 == 0:
            decided.setdefault(group, split)
    fixed = [decided.get(group) for group in groups.tolist()]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        splits = draw_split(labels, groups, fixed, split_params(seed=seed))
        assert splits == draw_split(labels, groups, fixed, split_params(seed=seed))
    for group in set(groups.tolist()):
        members = {split for split, own in zip(splits, groups, strict=True) if own == group}
        assert len(members) == 1
        assert decided.get(group) in (None, *members)


@pytest.mark.parametrize("mixed", [False, True])
@pytest.mark.parametrize("largest", [1, 9, 39])
def test_a_class_of_three_groups_or_more_is_in_every_split(largest: int, mixed: bool) -> None:
    for seed in range(30):
        rng = np.random.default_rng([seed, largest, mixed])
        others, own = rng.integers(10, 60), rng.integers(3, 7)
        many, few = (rng.integers(1, largest + 1, count) for count in (others, own))
        start = rng.choice(others, own, replace=False) if mixed else others + np.arange(own)
        groups = np.concatenate([np.repeat(np.arange(others), many), np.repeat(start, few)])
        labels = ["a"] * int(many.sum()) + ["rare"] * int(few.sum())
        splits = draw_split(labels, groups, [None] * len(labels), split_params(seed=seed))
        assert all(min(found) > 0 for found in counts(labels, splits).values())
        assert all(len(set(np.array(splits)[groups == group])) == 1 for group in set(groups))
