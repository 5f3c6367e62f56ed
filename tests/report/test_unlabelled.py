import numpy as np
import pytest

from potholes.prediction.tables import Predictions
from potholes.report.unlabelled import pick


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
