import unicodedata
from pathlib import Path

import pytest

from potholes.dataset.photos_csv import Known, read_photos_csv

IDS = ["normal/a.jpg", "normal/b.jpg", "pothole/a.jpg", "pothole/é.jpg"]


def read(folder: Path, text: str, encoding: str = "utf-8") -> dict[str, Known]:
    (folder / "photos.csv").write_text(text, encoding=encoding)
    return read_photos_csv(folder, IDS)


def complaint(folder: Path, text: str, encoding: str = "utf-8") -> str:
    with pytest.raises(ValueError, match=r"photos\.csv") as error:
        read(folder, text, encoding)
    return str(error.value)


def test_without_the_file_nothing_is_known(tmp_path: Path) -> None:
    assert read_photos_csv(tmp_path, IDS) == {}


def test_groups_and_splits_are_read_with_their_lines(tmp_path: Path) -> None:
    text = (
        "path,group,split\nnormal/a.jpg,drive 1,\npothole/a.jpg,drive 1,test\nnormal/b.jpg,,val\n"
    )
    assert read(tmp_path, text) == {
        "normal/a.jpg": Known(2, "drive 1", None),
        "pothole/a.jpg": Known(3, "drive 1", "test"),
        "normal/b.jpg": Known(4, None, "val"),
    }


@pytest.mark.parametrize("header", ["path,group", "path,split", "split,path", "\ufeffPath, Split"])
def test_columns_come_in_any_order_and_excels_mark_is_no_part_of_them(
    tmp_path: Path, header: str
) -> None:
    assert read(tmp_path, f"{header}\n") == {}


def test_a_path_in_the_other_unicode_form_is_found(tmp_path: Path) -> None:
    path = unicodedata.normalize("NFD", "pothole/é.jpg")
    assert list(read(tmp_path, f"path,split\n{path},test\n")) == ["pothole/é.jpg"]


def test_all_wrong_lines_are_named_at_once(tmp_path: Path) -> None:
    text = "path,split\nnormal/c.jpg,test\nnormal/a.jpg,tset\nnormal/b.jpg,val\nnormal/b.jpg,val\n"
    lines = complaint(tmp_path, text).splitlines()
    assert len(lines) == 3
    assert "line 2: no photo normal/c.jpg" in lines[0]
    assert "line 3: split 'tset', expected train, val, test" in lines[1]
    assert "line 5: normal/b.jpg is listed twice, first in line 4" in lines[2]


@pytest.mark.parametrize("text", ["path\n", "photo,group\n", "path;group\n", "path,group,colour\n"])
def test_other_columns_are_refused(tmp_path: Path, text: str) -> None:
    assert "expected path, and group or split or both" in complaint(tmp_path, text)


def test_another_encoding_is_refused(tmp_path: Path) -> None:
    assert "not UTF-8" in complaint(tmp_path, "path,group\npothole/é.jpg,1\n", "latin-1")


def test_a_ragged_line_is_named(tmp_path: Path) -> None:
    assert "line 2" in complaint(tmp_path, "path,group\nnormal/a.jpg\n")
