import numpy as np
import pytest

from potholes.prediction.labelling import label, pick
from potholes.prediction.tables import Predictions


def table(errors):
    count = len(errors)
    return Predictions(
        ["a", "b"], list(map(str, range(count))), ["a"] * count, np.zeros((count, 2)), errors
    )


def test_the_sheet_shows_random_photos_without_error_the_same_each_time():
    errors = [None, "cut", None, None, None, None]
    rows = pick(table(errors), 3, seed=0)
    assert rows == pick(table(errors), 3, seed=0)
    assert len(set(rows)) == 3
    assert 1 not in rows
    assert len({tuple(pick(table(errors), 3, seed=seed)) for seed in range(9)}) > 1


@pytest.mark.parametrize(("errors", "expected"), [([], []), (["cut"], []), ([None], [0])])
def test_fewer_photos_than_asked_are_all_shown(errors, expected):
    assert pick(table(errors), 8, seed=0) == expected


def test_a_photo_with_an_error_has_no_label():
    probabilities = np.array([[0.4, 0.6], [np.nan, np.nan]])
    got = label(["a", "b"], ["x", "y"], probabilities, [None, "cut"], 0.5)
    assert got.labels == ["b", None]
    assert got.errors == [None, "cut"]
