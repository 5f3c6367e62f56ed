import numpy as np
import pytest

from potholes.crossvalidation.split_draw import split_draw
from potholes.crossvalidation.tables import OutOfFold, SplitDraw
from potholes.features.tables import FeatureRow, Features


def draw(splits: list[str], right: list[bool], groups: list[str] | None = None) -> SplitDraw | None:
    ids = [f"{number:03}" for number in range(len(splits))]
    names = groups or ids
    rows = [FeatureRow(i, i, g, "a", s) for i, g, s in zip(ids, names, splits, strict=True)]
    features = Features("r", "cpu", ["a", "b"], np.zeros((len(ids), 1), np.float32), rows)
    sure = np.where(right, 0.9, 0.1)
    photos = OutOfFold(
        ["a", "b"], ids, names, np.zeros(len(ids), dtype=np.int64),
        np.zeros((1, len(ids)), dtype=np.int64), np.stack([sure, 1 - sure], axis=1)[None],
    )  # fmt: skip
    return split_draw(features, photos, level=0.95)


def test_the_interval_is_newcombes() -> None:
    """Newcombe (1998), Statistics in Medicine 17, table II, example (a): 56/70 and 48/80."""
    found = draw(
        ["val"] * 70 + ["train"] * 80, [i < 56 for i in range(70)] + [i < 48 for i in range(80)]
    )
    assert found is not None
    assert (found.val_acc, found.train_acc) == pytest.approx((0.8, 0.6))
    assert (found.low, found.high) == pytest.approx((0.0524, 0.3339), abs=5e-5)
    turned = draw(
        ["train"] * 70 + ["val"] * 80, [i < 56 for i in range(70)] + [i < 48 for i in range(80)]
    )
    assert turned is not None
    assert (turned.low, turned.high) == pytest.approx((-found.high, -found.low))


def test_photos_of_one_group_count_as_one() -> None:
    splits, right = ["val"] * 70 + ["train"] * 80, [i % 5 > 0 for i in range(150)]
    alone = draw(splits, right)
    grouped = draw(splits, right, [str(i // 5) for i in range(150)])
    assert alone is not None
    assert grouped is not None
    assert grouped.difference == alone.difference
    assert grouped.high - grouped.low > 1.5 * (alone.high - alone.low)


def test_without_photos_of_val_there_is_nothing_to_compare() -> None:
    assert draw(["train"] * 4, [True] * 4) is None
