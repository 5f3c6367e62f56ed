import pytest

from potholes.photos.scanning import find_photos


def test_photos_of_sub_folders_are_found_in_order_and_hidden_ones_passed_over(tmp_path, caplog):
    caplog.set_level("INFO")
    names = ["b.JPG", "a/é 1.png", ".hidden.jpg", ".git/x.jpg", "notes.txt", "a/-=.webp"]
    for name in names:
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"")
    found = [path.relative_to(tmp_path).as_posix() for path in find_photos(tmp_path)]
    assert found == ["a/-=.webp", "a/é 1.png", "b.JPG"]
    assert "1 files ignored, not photos by their names" in caplog.text


def test_a_missing_folder_is_named(tmp_path):
    with pytest.raises(ValueError, match="gone: no such folder"):
        find_photos(tmp_path / "gone")


def test_a_loop_of_links_ends(tmp_path):
    (tmp_path / "loop").symlink_to(tmp_path)
    assert find_photos(tmp_path) == []
