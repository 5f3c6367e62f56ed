from pathlib import Path

import pytest

from potholes.bulk.listing import open_sources


def put(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())


def listed(*arguments: object) -> list[str]:
    return [photo.path for photo in open_sources([str(one) for one in arguments]).photos()]


def test_a_folder_is_listed_with_all_its_sub_folders(tmp_path):
    put(tmp_path, "b.jpg", "a/deep/c.PNG", "a.jpg", "notes.txt")
    source = open_sources([str(tmp_path)])
    assert [photo.path for photo in source.photos()] == ["a.jpg", "a/deep/c.PNG", "b.jpg"]
    assert source.read("a/deep/c.PNG") == b"a/deep/c.PNG"
    assert source.ignored == 1


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("*.jpg", ["top.jpg"]),
        ("*/1.jpg", ["a/1.jpg", "b/1.jpg"]),
        ("**/1.jpg", ["a/1.jpg", "a/deep/1.jpg", "b/1.jpg"]),
        ("[ac]", ["a/1.jpg", "a/2.png", "a/deep/1.jpg"]),
        ("a/?.*", ["1.jpg", "2.png"]),
    ],
)
def test_a_glob_finds_photos_and_folders_of_photos(tmp_path, pattern, found):
    put(tmp_path, "top.jpg", "a/1.jpg", "a/2.png", "a/deep/1.jpg", "b/1.jpg")
    assert listed(tmp_path / pattern) == found


def test_a_text_file_of_paths_is_read_beside_it_sorted_and_without_doubles(tmp_path):
    put(tmp_path, "photos/b.jpg", "photos/a.jpg")
    names = f"photos/b.jpg\n\n./photos/a.jpg\n{tmp_path}/photos/b.jpg\nphotos/gone.jpg\n"
    (tmp_path / "list.txt").write_text(names)
    photos = list(open_sources([str(tmp_path / "list.txt")]).photos())
    assert [photo.path for photo in photos] == ["photos/a.jpg", "photos/b.jpg", "photos/gone.jpg"]
    assert [photo.problem for photo in photos] == [None, None, "no such file"]


def test_paths_elsewhere_are_told_below_their_common_folder(tmp_path):
    put(tmp_path, "x/drive/b.jpg", "x/a.jpg", "lists/list.txt")
    (tmp_path / "lists/list.txt").write_text(f"../x/a.jpg\n{tmp_path}/x/drive/b.jpg\n")
    assert listed(tmp_path / "lists/list.txt") == ["a.jpg", "drive/b.jpg"]


def test_a_single_photo_is_told_by_its_name(tmp_path):
    put(tmp_path, "a b.jpg")
    assert listed(tmp_path / "a b.jpg") == ["a b.jpg"]


def test_several_sources_are_told_apart_by_their_names_in_any_order(tmp_path):
    put(tmp_path, "drive2/a.jpg", "drive1/a.jpg", "drive1-b/a.jpg")
    expected = ["drive1-b/a.jpg", "drive1/a.jpg", "drive2/a.jpg"]
    folders = [tmp_path / name for name in ("drive2", "drive1", "drive1-b")]
    assert listed(*folders) == expected
    assert listed(*reversed(folders)) == expected
    source = open_sources([str(folder) for folder in folders])
    assert source.read("drive2/a.jpg") == b"drive2/a.jpg"
    assert source.version("drive2/a.jpg")


def test_two_sources_of_one_name_are_refused(tmp_path):
    put(tmp_path, "x/drive/a.jpg", "y/drive/a.jpg")
    with pytest.raises(ValueError, match="two are called 'drive'"):
        listed(tmp_path / "x/drive", tmp_path / "y/drive")


def test_a_version_is_another_after_a_change_and_empty_for_a_photo_that_is_gone(tmp_path):
    put(tmp_path, "a.jpg")
    source = open_sources([str(tmp_path)])
    before = source.version("a.jpg")
    (tmp_path / "a.jpg").write_bytes(b"longer than before")
    assert source.version("a.jpg") != before
    assert source.version("gone.jpg") == ""


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("gone", None, "no such folder or file"),
        ("list.txt", b"\n", "names no photo"),
        ("list.txt", b"caf\xe9.jpg\n", "no UTF-8 text"),
    ],
)
def test_what_is_no_source_is_named(tmp_path, name, content, message):
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ValueError, match=rf"{name}: .*{message}"):
        open_sources([str(tmp_path / name)])
