"""What `adopt` copies, refuses, and keeps as it was."""

import shutil
from pathlib import Path

import pytest

from potholes.dataset.standardising import standardise
from potholes.dataset.tables import read_manifest
from potholes.files.rows import read_cells, write_cells
from potholes.params import Params
from potholes.review.adopting import Adoption, adopt
from tests.photo_files import encoded, scene, write_labelled

PHOTO = encoded(scene(500), "PNG")


class Desk:
    """A labelled folder of which the pipeline has run, a source folder, and a labels.csv."""

    def __init__(self, root: Path, params: Params) -> None:
        self.root, self.into, self.source = root, root / "raw/labelled", root / "drive"
        self.labels, self.standardised = root / "labels.csv", root / "standardised"
        data = params.data.model_copy(update={"labelled": str(self.into)})
        self.params = params.model_copy(update={"data": data})
        self.source.mkdir()

    def run_pipeline(self) -> None:
        shutil.rmtree(self.standardised, ignore_errors=True)
        p = self.params
        standardise(p.data, p.image, p.split, self.standardised, workers=1)

    def photo(self, path: str, data: bytes) -> None:
        (self.source / path).parent.mkdir(parents=True, exist_ok=True)
        (self.source / path).write_bytes(data)

    def says(self, *lines: tuple[str, str]) -> None:
        write_cells(self.labels, ["path", "label"], lines)

    def adopt(self, subfolder: str = "") -> Adoption:
        return adopt(
            self.labels,
            self.source,
            self.into,
            self.params,
            standardised=self.standardised,
            subfolder=subfolder,
        )

    def files(self) -> dict[str, bytes]:
        found = (path for path in (self.root / "raw").rglob("*") if path.is_file())
        return {path.relative_to(self.root).as_posix(): path.read_bytes() for path in found}

    def splits(self) -> dict[str, str]:
        return {s.sample_id: s.split for s in read_manifest(self.standardised)}


@pytest.fixture
def desk(tmp_path: Path, params: Params) -> Desk:
    made = Desk(tmp_path, params)
    write_labelled(made.into, {"normal": 10, "pothole": 10})
    made.run_pipeline()
    return made


def test_photos_go_into_their_class_with_where_they_came_from(desk: Desk) -> None:
    desk.photo("a/1.png", PHOTO)
    write_cells(
        desk.labels,
        ["path", "label", "predicted", "probability", "model", "sha256"],
        [["a/1.png", "pothole", "normal", 0.625, "ab12", None]],
    )
    done = desk.adopt(subfolder="drive 7")
    assert done.copied == ["pothole/drive 7/a/1.png"]
    assert (desk.into / "pothole/drive 7/a/1.png").read_bytes() == PHOTO
    header, lines = read_cells(desk.root / "raw/labelled.adopted.csv")
    row = dict(zip(header, lines[0], strict=True))
    assert row["source"].endswith("drive")
    assert (row["source_path"], row["label"]) == ("a/1.png", "pothole")
    assert (row["predicted"], row["probability"], row["model"]) == ("normal", "0.625", "ab12")
    assert len(row["sha256"]) == 64


def test_a_second_time_nothing_changes(desk: Desk) -> None:
    for number in range(3):
        desk.photo(f"{number}.png", encoded(scene(500 + number), "PNG"))
    desk.says(("0.png", "pothole"), ("1.png", "normal"), ("2.png", "normal"))
    assert len(desk.adopt().copied) == 3
    before = desk.files()
    again = desk.adopt()
    assert (again.copied, again.present) == ([], 3)
    assert desk.files() == before
    desk.run_pipeline()
    after_a_run = desk.adopt()
    assert (after_a_run.copied, after_a_run.present) == ([], 3)
    assert desk.files() == before


def test_what_a_killed_run_left_is_completed(desk: Desk) -> None:
    desk.photo("1.png", PHOTO)
    desk.says(("1.png", "pothole"))
    desk.adopt()
    whole = desk.files()
    (desk.into / "photos.csv").unlink()
    (desk.root / "raw/labelled.adopted.csv").unlink()
    desk.adopt()
    assert desk.files() == whole


def test_present_photos_keep_their_split_and_new_ones_train(desk: Desk) -> None:
    before = desk.splits()
    for number in range(12):
        desk.photo(f"new{number:02d}.png", encoded(scene(500 + number), "PNG"))
    desk.says(*((f"new{n:02d}.png", "pothole" if n < 9 else "normal") for n in range(12)))
    assert desk.adopt().splits == {"train": 12}
    desk.run_pipeline()
    after = desk.splits()
    assert {name: after[name] for name in before} == before
    new = set(after) - set(before)
    assert len(new) == 12
    assert {after[name] for name in new} == {"train"}


def test_a_near_duplicate_of_a_test_photo_joins_its_group(desk: Desk) -> None:
    before = desk.splits()
    test = next(name for name, split in before.items() if split == "test")
    (desk.into / "photos.csv").write_text(f"path,group\n{test},drive-3\n")
    desk.run_pipeline()
    assert desk.splits() == before
    with_a_brighter_corner = scene(int(test[-6:-4]) + 10 * test.startswith("pothole"))
    with_a_brighter_corner.paste((255, 255, 255), (0, 0, 2, 2))
    desk.photo("near.png", encoded(with_a_brighter_corner, "PNG"))
    desk.says(("near.png", test.split("/")[0]))
    assert desk.adopt().splits == {"test": 1}
    lines = (desk.into / "photos.csv").read_text().splitlines()
    target = f"{test.split('/')[0]}/near.png"
    assert f"{target},drive-3,test" in lines
    desk.run_pipeline()
    groups = {s.sample_id: s.group_id for s in read_manifest(desk.standardised)}
    assert groups[target] == groups[test]
    assert desk.splits() == before | {target: "test"}


def test_what_the_user_wrote_into_photos_csv_stays(desk: Desk) -> None:
    name = next(path for path, split in desk.splits().items() if split == "train")
    (desk.into / "photos.csv").write_text(f"path,group,split\n{name},=drive 1,val\n")
    desk.photo("1.png", PHOTO)
    desk.says(("1.png", "normal"))
    desk.adopt()
    assert f"{name},'=drive 1,val" in (desk.into / "photos.csv").read_text().splitlines()


def test_a_photo_that_would_join_two_splits_is_left_out(desk: Desk) -> None:
    """Every photo is near every other at 64 bits of 64."""
    split = desk.params.split.model_copy(update={"duplicate_distance": 64})
    desk.params = desk.params.model_copy(update={"split": split})
    desk.photo("bridge.png", PHOTO)
    desk.says(("bridge.png", "normal"))
    before = desk.files()
    done = desk.adopt()
    assert list(done.left_out) == ["normal/bridge.png"]
    assert len(done.left_out["normal/bridge.png"]) == 20
    assert (done.copied, done.present) == ([], 0)
    assert desk.files() == before


def test_into_an_empty_folder_the_pipeline_draws_the_split(desk: Desk) -> None:
    shutil.rmtree(desk.into)
    for number in range(8):
        desk.photo(f"{number}.png", encoded(scene(500 + number), "PNG"))
    desk.says(*((f"{n}.png", "pothole" if n < 4 else "normal") for n in range(8)))
    assert desk.adopt().splits == {}
    assert not (desk.into / "photos.csv").exists()
    desk.run_pipeline()
    assert set(desk.splits().values()) == {"train", "val", "test"}


def test_every_line_that_cannot_be_adopted_is_named_and_nothing_is_copied(desk: Desk) -> None:
    desk.photo("good.png", PHOTO)
    desk.photo("cut.png", PHOTO[:200])
    desk.photo("twice.png", encoded(scene(501), "PNG"))
    desk.photo("known.png", (desk.into / "normal/03.png").read_bytes())
    desk.photo("04.png", encoded(scene(502), "PNG"))
    desk.photo("notes.txt", b"")
    desk.photo(".hidden/1.png", PHOTO)
    (desk.root / "secret.png").write_bytes(PHOTO)
    (desk.source / "link.png").symlink_to(desk.root / "secret.png")
    lines = {
        "good.png": ("pothole", None),
        "cut.png": ("pothole", "truncated PNG"),
        "gone.png": ("pothole", "no such file"),
        "../secret.png": ("pothole", "outside the source folder"),
        str(desk.root / "secret.png"): ("pothole", "outside the source folder"),
        "link.png": ("pothole", "a link to a file outside"),
        "known.png": ("pothole", "the same photo is normal/03.png"),
        "04.png": ("normal", "is there already and another photo"),
        "notes.txt": ("normal", "not a photo by its name"),
        ".hidden/1.png": ("normal", "hidden files"),
        "twice.png": ("crack", "unknown class crack; expected normal, pothole"),
    }
    desk.says(*((path, label) for path, (label, _) in lines.items()))
    before = desk.files()
    with pytest.raises(ValueError) as caught:
        desk.adopt()
    told = str(caught.value).splitlines()
    expected = [(path, reason) for path, (_, reason) in lines.items() if reason]
    assert f"{len(expected)} of {len(lines)} lines cannot be adopted; none was" in told[0]
    assert len(told) == 1 + len(expected)
    for path, reason in expected:
        assert any(f" {path}: " in line and reason in line for line in told), path
    assert desk.files() == before


def test_one_photo_with_two_labels_is_refused(desk: Desk) -> None:
    desk.photo("a.png", PHOTO)
    desk.photo("b.png", PHOTO)
    desk.says(("a.png", "normal"), ("b.png", "pothole"))
    with pytest.raises(ValueError, match="labelled pothole, but line 2, the same photo, normal"):
        desk.adopt()


def test_a_photo_that_changed_since_it_was_labelled_is_refused(desk: Desk) -> None:
    desk.photo("a.png", PHOTO)
    write_cells(desk.labels, ["path", "label", "sha256"], [["a.png", "normal", "0" * 64]])
    with pytest.raises(ValueError, match="has changed since it was labelled"):
        desk.adopt()


@pytest.mark.parametrize("label", ["a/b", "..", ".git", "a\\b"])
def test_a_class_that_is_no_folder_name_is_refused(desk: Desk, label: str) -> None:
    shutil.rmtree(desk.into)
    desk.photo("a.png", PHOTO)
    desk.says(("a.png", label))
    with pytest.raises(ValueError, match="cannot be the name of a folder"):
        desk.adopt()
    assert not desk.into.exists()


def test_a_folder_whose_splits_are_not_known_is_refused(desk: Desk) -> None:
    shutil.rmtree(desk.standardised)
    desk.photo("a.png", PHOTO)
    desk.says(("a.png", "normal"))
    with pytest.raises(ValueError, match="their splits could not be kept; run `dvc repro` first"):
        desk.adopt()


def test_a_csv_without_the_columns_or_labels_is_named(desk: Desk) -> None:
    desk.labels.write_text("path;label\na.png;normal\n")
    with pytest.raises(ValueError, match="expected path and label, separated by commas"):
        desk.adopt()
    desk.says(("a.png", ""))
    with pytest.raises(ValueError, match="no line has a label"):
        desk.adopt()
    desk.labels.unlink()
    with pytest.raises(ValueError, match="no such file; save it from the page"):
        desk.adopt()
