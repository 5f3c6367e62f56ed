from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from potholes.params import PredictParams
from potholes.report import unlabelled
from potholes.report.unlabelled import pick
from tests.factories import unlabelled as unlabelled_photos
from tests.photo_files import image_params


def table(errors):
    count = len(errors)
    labels = [None if error else "a" for error in errors]
    return unlabelled_photos(np.zeros((count, 2)), labels, ["a", "b"])


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


def test_the_probability_is_the_labels_own_even_where_costs_make_the_smaller_one_win(monkeypatch):
    told = []
    monkeypatch.setattr(
        unlabelled, "write_sheet", lambda path, title, tiles, subtitle: told.append(tiles)
    )
    monkeypatch.setattr(unlabelled, "decode", lambda data, image: SimpleNamespace(pixels=None))
    monkeypatch.setattr(Path, "read_bytes", lambda path: b"")
    cautious = unlabelled_photos(np.array([[0.7, 0.3]]), ["pothole"], paths=["a.jpg"])
    params = PredictParams(backbones="selected", sheet=8, seed=0)
    unlabelled.write_unlabelled_sheet(
        Path("x.png"), cautious, Path(), image_params(), params, title="", note=""
    )
    assert told[0][0].caption == "pothole 0.30\na.jpg"
