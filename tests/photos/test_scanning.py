import os
import unicodedata
from pathlib import Path

import pytest

from potholes.photos.scanning import scan_labelled
from tests.photo_files import encoded, scene, write_labelled

PNG = encoded(scene(0), "PNG")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "labelled"
    write_labelled(root, {"normal": 2, "pothole": 2})
    return root


def ids(root: Path) -> list[str]:
    return [photo.sample_id for photo in scan_labelled(root).photos]


def rejects(root: Path) -> dict[str, str]:
    return {row.path: row.reason for row in scan_labelled(root).rejected}


def test_photos_come_by_name_with_their_class(root: Path) -> None:
    scan = scan_labelled(root)
    assert scan.classes == ["normal", "pothole"]
    assert [(photo.sample_id, photo.label) for photo in scan.photos] == [
        ("normal/00.png", "normal"),
        ("normal/01.png", "normal"),
        ("pothole/00.png", "pothole"),
        ("pothole/01.png", "pothole"),
    ]


def test_nested_folders_belong_to_their_class(root: Path) -> None:
    (root / "pothole/drive 1/night").mkdir(parents=True)
    (root / "pothole/drive 1/night/a.JPG").write_bytes(PNG)
    assert "pothole/drive 1/night/a.JPG" in ids(root)


def test_hidden_files_and_folders_are_passed_over(root: Path) -> None:
    for folder in (".ipynb_checkpoints", "normal/.ipynb_checkpoints", ".git", "__MACOSX/normal"):
        (root / folder).mkdir(parents=True)
        (root / folder / "a.png").write_bytes(PNG)
    (root / "normal/._00.png").write_bytes(PNG)
    scan = scan_labelled(root)
    assert scan.classes == ["normal", "pothole"]
    assert (len(scan.photos), scan.others, scan.rejected) == (4, [], [])


def test_other_files_are_named_and_no_error(root: Path) -> None:
    (root / "normal/notes.txt").write_text("x")
    (root / "loose.png").write_bytes(PNG)
    (root / "photos.csv").write_text("path,group\n")
    os.mkfifo(root / "normal/pipe.png")
    scan = scan_labelled(root)
    assert scan.others == ["loose.png", "normal/notes.txt", "normal/pipe.png"]
    assert len(scan.photos) == 4


def test_heic_is_a_candidate_so_that_it_is_refused_with_its_cure(root: Path) -> None:
    (root / "normal/phone.HEIC").write_bytes(b"x")
    assert "normal/phone.HEIC" in ids(root)


@pytest.mark.parametrize(
    ("twin", "other"),
    [("Pothole", "pothole"), (unicodedata.normalize("NFD", "Schäden"), "schäden")],
)
def test_classes_that_differ_in_case_or_unicode_form_are_an_error(
    tmp_path: Path, twin: str, other: str
) -> None:
    write_labelled(tmp_path, {twin: 1, other: 1, "normal": 1})
    with pytest.raises(ValueError, match="differ only in case or Unicode form") as error:
        scan_labelled(tmp_path)
    assert twin in str(error.value)
    assert other in str(error.value)


def test_files_that_differ_in_case_or_unicode_form_are_two_photos(root: Path) -> None:
    names = ["É.png", unicodedata.normalize("NFD", "É.png"), "é.png", "A.png", "a.png"]
    for name in names:
        (root / "normal" / name).write_bytes(PNG)
    assert {f"normal/{name}" for name in names} <= set(ids(root))


def test_any_name_is_a_photo(root: Path) -> None:
    names = ["-rf.png", "a b.png", "a\nb.png", "🕳️.png", "\"quoted'.png", "=1+1.png", "x" * 236]
    names[-1] += ".png"
    for name in names:
        (root / "normal" / name).write_bytes(PNG)
    assert {f"normal/{name}" for name in names} <= set(ids(root))


@pytest.mark.parametrize("counts", [{}, {"normal": 1}])
def test_fewer_than_two_classes_show_the_expected_layout(
    tmp_path: Path, counts: dict[str, int]
) -> None:
    write_labelled(tmp_path, counts)
    with pytest.raises(
        ValueError, match=r"at least two sub-folders, one for each class.*normal/\*\.jpg"
    ):
        scan_labelled(tmp_path)


def test_an_empty_class_is_named(root: Path) -> None:
    (root / "crack/nested").mkdir(parents=True)
    with pytest.raises(ValueError, match=r"labelled: no photos in crack; add some or remove"):
        scan_labelled(root)


def test_a_missing_folder_shows_the_expected_layout(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no such folder; expected at least two sub-folders"):
        scan_labelled(tmp_path / "nowhere")


def test_links_to_folders_are_not_followed(root: Path) -> None:
    (root / "normal/again").symlink_to(root)
    (root / "normal/loop").symlink_to("loop")
    scan = scan_labelled(root)
    assert len(scan.photos) == 4
    assert scan.others == ["normal/again", "normal/loop"]


def test_a_class_that_is_a_link_is_an_error(root: Path, tmp_path: Path) -> None:
    write_labelled(tmp_path / "elsewhere", {"crack": 1})
    (root / "crack").symlink_to(tmp_path / "elsewhere/crack")
    with pytest.raises(ValueError, match="links to folders are not followed: crack"):
        scan_labelled(root)


def test_links_out_of_the_folder_and_broken_ones_are_refused_by_name(
    root: Path, tmp_path: Path
) -> None:
    (tmp_path / "outside.png").write_bytes(PNG)
    (root / "normal/out.png").symlink_to(tmp_path / "outside.png")
    (root / "normal/out").symlink_to(tmp_path)
    (root / "normal/gone.png").symlink_to("nothing.png")
    (root / "normal/circle.png").symlink_to("circle.png")
    reasons = rejects(root)
    assert list(reasons) == [
        f"normal/{name}" for name in ("circle.png", "gone.png", "out", "out.png")
    ]
    assert "circular link" in reasons["normal/circle.png"]
    assert "broken link" in reasons["normal/gone.png"]
    assert "outside its folder" in reasons["normal/out.png"]
    assert "outside its folder" in reasons["normal/out"]


def test_links_inside_the_folder_and_into_dvcs_cache_are_photos(root: Path, tmp_path: Path) -> None:
    cached = tmp_path / "cache/files/md5/ab" / ("c" * 30)
    cached.parent.mkdir(parents=True)
    cached.write_bytes(PNG)
    (root / "normal/cached.png").symlink_to(cached)
    (root / "normal/inside.png").symlink_to("00.png")
    assert {"normal/cached.png", "normal/inside.png"} <= set(ids(root))


def test_the_folder_itself_may_be_a_link(root: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(root)
    assert len(scan_labelled(tmp_path / "link").photos) == 4


def test_a_name_that_is_not_utf8_is_shown_in_escapes(root: Path) -> None:
    (root / "normal" / os.fsdecode(b"caf\xe9.png")).write_bytes(PNG)
    assert rejects(root) == {r"normal/caf\xe9.png": "name is not UTF-8; rename it"}
