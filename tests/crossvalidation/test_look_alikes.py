from dataclasses import replace

import numpy as np
import pytest

from potholes.crossvalidation.look_alikes import LookAlikes, find_look_alikes
from potholes.features.tables import FeatureRow, Features

COUNT, SIZE = 240, 8
DRIVES = np.arange(COUNT) // SIZE


def photos(
    width: int, alike: float, *, count: int = COUNT, series: bool = False, declared: bool = False
) -> Features:
    """Drives of 8 photos of one class, whose features correlate by `alike`."""
    rng = np.random.default_rng(0)
    drive = np.arange(count) // SIZE
    centres, own = (rng.standard_normal((count, width)) for _ in range(2))
    values = alike**0.5 * centres[drive] + (1 - alike) ** 0.5 * own
    names = np.arange(count) if series else rng.permutation(count)
    ids = [f"IMG_{name}.jpg" for name in names]
    groups = drive if declared else names
    rows = [
        FeatureRow(name, name, str(group), "ab"[number % 2], "train")
        for name, group, number in zip(ids, groups, drive, strict=True)
    ]
    return Features("r", "cpu", ["a", "b"], values.astype(np.float32), rows)


def found(features: Features) -> LookAlikes:
    return find_look_alikes(features, ("train", "val"), seed=0)


def partition(features: Features) -> set[frozenset[str]]:
    """The groups as sets of names."""
    told = found(features)
    return {
        frozenset(np.array(told.sample_ids)[told.groups == group].tolist())
        for group in np.unique(told.groups)
    }


@pytest.mark.parametrize("width", [5, 50, 512])
def test_photos_without_groups_are_not_look_alikes(width: int) -> None:
    told = found(photos(width, 0.0, series=True))
    assert not told.found
    assert told.alike < 0.2
    assert told.close < 0.02
    assert told.in_series < 0.12
    assert not told.united.any()
    assert len(np.unique(told.groups)) == COUNT


@pytest.mark.parametrize(("width", "alike"), [(50, 0.9), (512, 0.9), (512, 0.5)])
def test_drives_are_found_by_features_alone(width: int, alike: float) -> None:
    features = photos(width, alike)
    told = found(features)
    assert told.in_features
    assert not told.in_names
    ids = np.array(told.sample_ids)
    drives = {frozenset(ids[drive == DRIVES].tolist()) for drive in range(30)}
    assert len(partition(features) & drives) >= 28


def test_drives_that_hold_a_third_of_the_photos_are_found_too() -> None:
    drives, others = photos(50, 0.9), photos(50, 0.0)
    values = np.where(np.arange(COUNT)[:, None] < 80, drives.values, others.values)
    told = found(replace(drives, values=values))
    assert told.alike < 0.5
    assert told.close == pytest.approx(1 / 3, abs=0.02)
    assert told.found
    united = {told.sample_ids[index] for index in np.flatnonzero(told.united)}
    true = {row.sample_id for row in drives.rows[:80]}
    assert true <= united
    assert len(united - true) < 20


def test_names_in_series_tell_drives_that_features_alone_do_not() -> None:
    told = found(photos(10, 0.5, series=True))
    assert told.in_names
    assert not told.in_features
    assert told.united.mean() > 0.5
    assert not found(photos(10, 0.5)).found


def test_numbers_in_names_are_ordered_by_value() -> None:
    features = photos(50, 0.5, series=True)  # IMG_2.jpg comes before IMG_10.jpg
    assert found(features).in_series > 0.6


def test_declared_groups_are_not_told_again() -> None:
    told = found(photos(50, 0.9, declared=True))
    assert told.alike < 0.1
    assert not told.found


def test_neither_the_order_of_the_rows_nor_copies_nor_test_photos_matter() -> None:
    features = photos(50, 0.9)
    order = np.random.default_rng(1).permutation(COUNT)
    rows = [features.rows[index] for index in order]
    shuffled = replace(features, values=features.values[order], rows=rows)
    assert partition(shuffled) == partition(features)
    first = features.rows[0]
    more = [replace(first, sample_id="IMG_0.jpg#1", origin_id="IMG_0.jpg")]
    more += [FeatureRow(f"t{n}", f"t{n}", f"t{n}", "a", "test") for n in range(9)]
    values = np.concatenate([features.values, np.ones((10, 50), np.float32)])
    assert partition(replace(features, values=values, rows=[*features.rows, *more])) == partition(
        features
    )


def test_a_large_class_is_looked_at_in_blocks_of_consecutive_names() -> None:
    told = found(photos(50, 0.9, count=2400, series=True))
    assert told.alike > 0.95
    sizes = np.unique(told.groups, return_counts=True)[1]
    assert np.median(sizes) == SIZE


def test_features_that_are_all_equal_are_alike_by_nothing() -> None:
    features = photos(5, 0.0)
    told = found(replace(features, values=np.ones_like(features.values)))
    assert (told.alike, told.found) == (0.0, False)
