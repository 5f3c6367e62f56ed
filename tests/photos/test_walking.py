import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from potholes.photos.walking import Listed, PhotoWalk


def put(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"")


def test_photos_of_sub_folders_are_found_in_order_and_hidden_ones_passed_over(tmp_path):
    put(tmp_path, "b.JPG", "a/é 1.png", ".hidden.jpg", ".git/x.jpg", "notes.txt", "a/-=.webp")
    walk = PhotoWalk(tmp_path)
    assert [photo.path for photo in walk] == ["a/-=.webp", "a/é 1.png", "b.JPG"]
    assert walk.ignored == 1


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(ValueError, match="gone: no such folder"):
        PhotoWalk(tmp_path / "gone")


def test_a_loop_of_links_ends(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path)
    assert list(PhotoWalk(tmp_path)) == []


def test_links_are_read_only_where_they_lead_to_a_photo_inside(tmp_path):
    put(tmp_path, "out.jpg", "photos/real.jpg")
    root = tmp_path / "photos"
    (root / "in.jpg").symlink_to(root / "real.jpg")
    (root / "leaves.jpg").symlink_to(tmp_path / "out.jpg")
    (root / "broken.jpg").symlink_to(root / "gone.jpg")
    problems = {photo.path: photo.problem for photo in PhotoWalk(root)}
    assert problems["real.jpg"] is problems["in.jpg"] is None
    assert "outside its folder" in str(problems["leaves.jpg"])
    assert "broken link" in str(problems["broken.jpg"])


def test_a_folder_that_is_left_out_is_not_entered(tmp_path):
    put(tmp_path, "a.jpg", "out/b.jpg")
    walk = PhotoWalk(tmp_path, leave_out={os.path.realpath(tmp_path / "out")})
    assert list(walk) == [Listed("a.jpg")]


def test_a_name_that_is_no_utf8_is_listed_with_its_problem(tmp_path):
    (tmp_path / os.fsdecode(b"\xff.jpg")).write_bytes(b"")
    (photo,) = PhotoWalk(tmp_path)
    assert photo.path == r"\xff.jpg"
    assert "not UTF-8" in str(photo.problem)


PART = st.sampled_from(["a", "a-", "a.b", "a@", "a0", "b"])


@given(st.sets(st.lists(PART, min_size=1, max_size=3).map("/".join), max_size=8))
def test_photos_come_in_the_order_of_their_whole_paths(tmp_path_factory, stems):
    folder = tmp_path_factory.mktemp("photos")
    names = [f"{stem}.jpg" for stem in stems]
    put(folder, *names)
    assert [photo.path for photo in PhotoWalk(folder)] == sorted(names)
