import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from potholes.dataset.standardising import standardise
from potholes.dataset.tables import SPLITS, SUMMARY_FILE, Sample, Summary, read_manifest
from potholes.files.documents import read_document
from potholes.files.png import read_png
from potholes.files.rows import read_rows
from potholes.params import DataParams
from potholes.photos.tables import REJECTED_FILE, Rejected
from tests.conftest import SHARED, needs_shared
from tests.photo_files import encoded, image_params, scene, split_params, write_labelled

COUNTS = {"normal": 10, "pothole": 10}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_labelled(tmp_path / "labelled", COUNTS)
    return tmp_path / "labelled"


def run(root: Path, *, workers: int = 1, on_bad_image: str = "fail", **split: Any) -> Summary:
    data = DataParams.model_validate(
        {"labelled": str(root), "unlabelled": "-", "on_bad_image": on_bad_image}
    )
    out = root.parent / "out"
    shutil.rmtree(out, ignore_errors=True)
    return standardise(data, image_params(), split_params(**split), out, workers=workers)


def samples(root: Path) -> dict[str, Sample]:
    return {sample.sample_id: sample for sample in read_manifest(root.parent / "out")}


def contents(root: Path) -> dict[str, bytes]:
    out = root.parent / "out"
    return {
        str(file.relative_to(out)): file.read_bytes() for file in out.rglob("*") if file.is_file()
    }


def complaint(root: Path, **options: Any) -> str:
    with pytest.raises(ValueError, match=str(root)) as error:
        run(root, **options)
    return str(error.value)


def test_every_photo_becomes_a_picture_with_its_facts(root: Path) -> None:
    data = encoded(scene(99, 80, 60), quality=77)
    (root / "normal/IMG 1.jpeg").write_bytes(data)
    summary = run(root)
    sample = samples(root)["normal/IMG 1.jpeg"]
    assert sample.path.startswith("images/img-1-")
    assert sample.source == f"{root}/normal/IMG 1.jpeg"
    assert (sample.label, sample.origin_id, sample.group_id) == ("normal", *[sample.sample_id] * 2)
    assert (sample.width, sample.height, sample.bytes) == (80, 60, len(data))
    assert (sample.format, sample.quality) == ("JPEG", 77)
    assert len(list((root.parent / "out/images").iterdir())) == 21
    assert read_png(root.parent / "out" / sample.path).std() > 10
    assert summary.photos == {
        "normal": {"train": 7, "val": 2, "test": 2},
        "pothole": {"train": 6, "val": 2, "test": 2},
    }
    assert read_document(root.parent / "out" / SUMMARY_FILE, Summary) == summary


def test_bytes_do_not_depend_on_workers_or_the_order_of_files(root: Path, tmp_path: Path) -> None:
    run(root, workers=1)
    one = contents(root)
    again = tmp_path / "again/labelled"
    for file in sorted(root.rglob("*.png"), reverse=True):
        target = again / file.relative_to(root)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, target)
    run(again, workers=2)
    two = contents(again)
    assert one.keys() == two.keys()
    for name in one.keys() - {"manifest.csv"}:
        assert one[name] == two[name]
    assert one["manifest.csv"] == two["manifest.csv"].replace(b"/again/labelled", b"/labelled")


def spoil(root: Path) -> list[str]:
    (root / "normal/00.png").write_bytes(b"")
    (root / "pothole/03.png").write_bytes(b"<html>")
    (root / "pothole/gone.jpg").symlink_to("nowhere")
    (root / "pothole" / os.fsdecode(b"\xff.png")).write_bytes(b"x")
    return ["normal/00.png", "pothole/03.png", "pothole/gone.jpg", r"pothole/\xff.png"]


def test_all_bad_files_are_listed_at_once_with_the_way_to_go_on(root: Path) -> None:
    names = spoil(root)
    lines = complaint(root).splitlines()
    assert "4 files cannot be used as photos" in lines[0]
    assert "data.on_bad_image: skip" in lines[0]
    assert [line.split(": ")[0].strip() for line in lines[1:]] == sorted(names)


def test_bad_files_can_be_skipped_and_are_kept_in_rejected_csv(root: Path) -> None:
    names = spoil(root)
    summary = run(root, on_bad_image="skip")
    rejected = {
        row.path: row.reason for row in read_rows(root.parent / "out" / REJECTED_FILE, Rejected)
    }
    assert sorted(rejected) == sorted(names)
    assert rejected["normal/00.png"] == "empty file"
    assert summary.rejected == 4
    assert len(samples(root)) == 18


def test_the_same_photo_in_two_classes_is_listed_with_its_pair(root: Path) -> None:
    shutil.copy(root / "normal/00.png", root / "pothole/copy.png")  # the same bytes
    (root / "pothole/bmp.bmp").write_bytes(encoded(scene(1), "BMP"))  # the same pixels
    message = complaint(root)
    assert "4 files cannot be used as photos" in message
    assert "normal/00.png: the same photo is in another class: pothole/copy.png" in message
    assert "pothole/bmp.bmp: the same photo is in another class: normal/01.png" in message
    run(root, on_bad_image="skip")
    left = samples(root)
    assert {"normal/00.png", "normal/01.png"}.isdisjoint(left)
    assert {"pothole/copy.png", "pothole/bmp.bmp"}.isdisjoint(left)
    assert len(list((root.parent / "out/images").iterdir())) == len(left) == 18


def test_near_duplicates_share_a_group_and_a_split(root: Path) -> None:
    for quality in (30, 60, 90):
        (root / f"normal/z{quality}.jpg").write_bytes(encoded(scene(3), quality=quality))
    shutil.copy(root / "pothole/05.png", root / "pothole/same.png")
    summary = run(root)
    group = [s for s in samples(root).values() if s.group_id == "normal/03.png"]
    assert len(group) == 4
    assert len({sample.split for sample in group}) == 1
    assert summary.near_duplicates == 6
    assert summary.exact_duplicates == 2
    assert (summary.groups, summary.largest_group) == (20, 4)


def test_near_duplicates_of_two_classes_are_listed_and_stay_together(root: Path) -> None:
    (root / "pothole/close.jpg").write_bytes(encoded(scene(3), quality=50))
    summary = run(root)
    assert summary.across_classes == [["normal/03.png", "pothole/close.jpg"]]
    found = samples(root)
    assert found["normal/03.png"].split == found["pothole/close.jpg"].split
    assert found["pothole/close.jpg"].group_id == "normal/03.png"


def test_photos_csv_fixes_groups_and_splits(root: Path) -> None:
    lines = ["path,group,split", *(f"normal/0{n}.png,drive,test" for n in range(2))]
    lines += ["pothole/00.png,drive,", "pothole/01.png,,val"]
    (root / "photos.csv").write_text("\n".join(lines) + "\n")
    summary = run(root)
    found = samples(root)
    drive = [found[name] for name in ("normal/00.png", "normal/01.png", "pothole/00.png")]
    assert {sample.split for sample in drive} == {"test"}
    assert {sample.group_id for sample in drive} == {"normal/00.png"}
    assert {sample.group for sample in drive} == {"drive"}
    assert found["pothole/01.png"].split == "val"
    assert found["pothole/01.png"].group is None
    assert summary.photos["normal"] == {"train": 6, "val": 2, "test": 2}
    assert summary.other_files == []


def test_a_group_in_two_splits_is_an_error_naming_both_lines(root: Path) -> None:
    text = "path,group,split\nnormal/00.png,d,test\nnormal/01.png,d,train\n"
    (root / "photos.csv").write_text(text)
    assert "line 2 says test, line 3 train" in complaint(root)
    assert "(group d)" in complaint(root)


def test_near_duplicates_in_two_splits_are_an_error_too(root: Path) -> None:
    (root / "normal/close.jpg").write_bytes(encoded(scene(0), quality=50))
    (root / "photos.csv").write_text("path,split\nnormal/00.png,test\nnormal/close.jpg,val\n")
    assert "near-duplicates" in complaint(root)
    assert "split.duplicate_distance" in complaint(root)


@pytest.mark.parametrize("count", [1, 2])
def test_a_class_with_fewer_photos_than_splits_is_named(tmp_path: Path, count: int) -> None:
    write_labelled(tmp_path / "labelled", {"normal": 10, "crack": count})
    message = complaint(tmp_path / "labelled")
    assert f"crack: {count} usable photos in {count} groups; split: " in message
    assert "too few photos for at least 1 in each split" in message


def test_all_classes_that_are_too_small_are_named_at_once(tmp_path: Path) -> None:
    root = tmp_path / "labelled"
    write_labelled(root, {"normal": 10, "crack": 1, "patch": 2})
    (root / "photos.csv").write_text("path,split\nnormal/00.png,train\n")
    lines = complaint(root).splitlines()
    assert [line.split(":")[0] for line in lines[1:]] == ["  crack", "  patch"]
    assert "or change photos.csv" in lines[0]


def test_a_class_of_one_burst_cannot_be_in_every_split(tmp_path: Path) -> None:
    write_labelled(tmp_path / "labelled", {"normal": 10, "crack": 1})
    for quality in range(40, 90, 5):
        photo = encoded(scene(10), quality=quality)
        (tmp_path / f"labelled/crack/{quality}.jpg").write_bytes(photo)
    assert "crack: 11 usable photos in 1 groups;" in complaint(tmp_path / "labelled")


def test_a_class_whose_photos_are_all_bad_is_named(tmp_path: Path) -> None:
    write_labelled(tmp_path / "labelled", {"normal": 10, "crack": 1})
    (tmp_path / "labelled/crack/00.png").write_bytes(b"")
    assert "crack: 0 usable photos" in complaint(tmp_path / "labelled", on_bad_image="skip")


def test_three_classes_with_awkward_names(tmp_path: Path) -> None:
    root = tmp_path / "labelled"
    write_labelled(root, {"=risse, lang": 5, "schöne straße": 5, "-loch\n2": 5})
    for seed, name in enumerate(("a\nb.png", "-x.png", "=1.png", '"q".png', "🕳️.png"), start=500):
        (root / "schöne straße" / name).write_bytes(encoded(scene(seed), "PNG"))
    run(root)
    assert {s.label for s in samples(root).values()} == {
        "=risse, lang",
        "schöne straße",
        "-loch\n2",
    }
    assert "schöne straße/a\nb.png" in samples(root)


def test_another_seed_moves_photos_but_not_their_pictures(root: Path) -> None:
    run(root, seed=0)
    first, before = contents(root), samples(root)
    run(root, seed=1)
    second, after = contents(root), samples(root)
    assert {name: data for name, data in first.items() if name.endswith("png")} == {
        name: data for name, data in second.items() if name.endswith("png")
    }
    assert [s.split for s in before.values()] != [s.split for s in after.values()]


@needs_shared("photos")
def test_real_photos_are_all_read_and_split_by_their_shares(tmp_path: Path) -> None:
    data = DataParams(labelled=str(SHARED / "photos"), unlabelled="-", on_bad_image="fail")
    summary = standardise(data, image_params(), split_params(), tmp_path, workers=1)
    assert sum(sum(counts.values()) for counts in summary.photos.values()) == 496
    for counts in summary.photos.values():
        shares = np.array([counts[split] for split in SPLITS]) / sum(counts.values())
        assert np.abs(shares - [0.6, 0.2, 0.2]).max() < 0.01
    assert {sample.quality for sample in read_manifest(tmp_path)} == {88}
