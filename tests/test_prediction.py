import numpy as np
import pytest

from potholes.prediction import find_photos, pick
from potholes.tables.unlabelled import Predictions


def test_photos_of_sub_folders_are_found_in_order_and_hidden_ones_passed_over(tmp_path, caplog):
    caplog.set_level("INFO")
    names = ["b.JPG", "a/é 1.png", ".hidden.jpg", ".git/x.jpg", "notes.txt", "a/-=.webp"]
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"")
    found = [path.relative_to(tmp_path).as_posix() for path in find_photos(tmp_path)]
    assert found == ["a/-=.webp", "a/é 1.png", "b.JPG"]
    assert "1 files are no photos" in caplog.text


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(ValueError, match="gone: no such folder"):
        find_photos(tmp_path / "gone")


def test_a_loop_of_links_ends(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path)
    assert find_photos(tmp_path) == []


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
