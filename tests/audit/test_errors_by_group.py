import numpy as np
import pytest

from potholes.audit.errors_by_group import ErrorsByGroup, errors_by_group
from potholes.audit.tables import GroupErrors
from potholes.crossvalidation.tables import OutOfFold
from potholes.dataset.tables import Sample, Split
from potholes.evaluation.tables import TestPredictions
from potholes.statistics.binomial import wilson

CLASSES = ["normal", "pothole"]


def sample(name: str, group: str | None, split: Split) -> Sample:
    return Sample(
        name, name, name, "p", "normal", split, name, 9, 9, 1, "JPEG", 90, "0" * 64, group
    )  # fmt: skip


def told(groups: list[str | None], wrong: list[list[bool]], test: dict[str, bool]) -> ErrorsByGroup:
    """Photos of train in `groups`, wrong in each repeat; and test photos of the group `road`."""
    ids = [f"{number:02}" for number in range(len(groups))]
    samples = [sample(name, group, "train") for name, group in zip(ids, groups, strict=True)]
    samples += [sample(name, "road", "test") for name in test]
    sure = np.where(wrong, 0.1, 0.9)
    photos = OutOfFold(
        CLASSES, ids, ids, np.zeros(len(ids), dtype=np.int64),
        np.zeros(np.shape(wrong), dtype=np.int64), np.stack([sure, 1 - sure], axis=2),
    )  # fmt: skip
    called = [CLASSES[missed] for missed in test.values()]
    shares = np.full((len(test), 2), 0.5)
    tested = TestPredictions(
        CLASSES, list(test), list(test), ["normal"] * len(test), called, shares
    )
    return errors_by_group(samples, photos, tested, level=0.95)


def test_errors_are_the_share_of_the_repeats_and_of_the_test_photos() -> None:
    found = told(
        ["drive 1", "drive 1", None],
        [[True, False, True], [False, False, True]],
        {"x": True, "y": True, "z": False},
    )
    road, drive = found.rows
    assert (road.group, road.split, road.photos, road.errors) == ("road", "test", 3, 2.0)
    assert (drive.group, drive.split, drive.photos, drive.errors) == ("drive 1", "train", 2, 0.5)
    assert drive.rate == 0.25
    assert found.overall == pytest.approx((0.5 + 1 + 2) / 6)


def test_intervals_are_wilsons_adjusted_for_the_number_of_groups() -> None:
    found = told(["drive 1"] * 4, [[True, False, False, False]], {"x": False})
    drive = next(row for row in found.rows if row.group == "drive 1")
    limits = wilson(0.25, 4, level=0.975)
    assert (drive.low, drive.high) == pytest.approx((limits.low, limits.high), abs=1e-6)


def test_one_error_of_one_photo_is_not_the_worst() -> None:
    groups: list[str | None] = ["one", *["many"] * 40]
    found = told(groups, [[True, *[True] * 30, *[False] * 10]], {})
    assert [row.group for row in found.rows] == ["many", "one"]
    assert [row.rate for row in found.rows] == [0.75, 1.0]


def test_the_worst_group_is_told_only_if_chance_does_not_explain_it() -> None:
    row = GroupErrors("drive 3", "train", 10, 6.0, 0.6, 0.25, 0.85)
    assert ErrorsByGroup([row], 0.25).worst is None
    assert ErrorsByGroup([], 0.25).worst is None
    assert ErrorsByGroup([row], 0.2).worst == (
        "group drive 3 has an error rate of 0.600 (0.250 to 0.850, adjusted for 1 group), all "
        "photos 0.200"
    )


def test_without_named_groups_there_are_no_rows() -> None:
    assert told([None, None], [[True, False]], {}).rows == []
