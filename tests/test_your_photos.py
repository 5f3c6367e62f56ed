"""The steps of docs/your-photos.md, taken from the page and run in a fresh clone."""

import os
import re
import sys
from pathlib import Path
from textwrap import dedent

import pytest
import yaml

from tests.clone import ROOT, Clone, make_clone
from tests.photo_files import encoded, scene, write_labelled
from tests.readme import blocks

PAGE = ROOT / "docs/your-photos.md"
MAKE_FOLDERS, KEEP, VERIFY, BRING_BACK = (
    block for block in blocks(PAGE) if "potholes predict" not in block
)
PHOTO = "data/raw/labelled/pothole/00.png"


@pytest.fixture(scope="module", params=[0, 3], ids=["labelled only", "both folders"])
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """A fresh clone in which a user with so many unlabelled photos has followed steps 1 to 3."""
    clone = make_clone(tmp_path_factory.mktemp("clone") / "a project")
    (clone.folder / ".venv").mkdir()
    (clone.folder / ".venv/bin").symlink_to(Path(sys.executable).parent)
    clone.run(f"set -eu\n{MAKE_FOLDERS}")
    write_labelled(clone.folder / "data/raw/labelled", {"normal": 4, "pothole": 4})
    for seed in range(request.param):
        photo = clone.folder / f"data/raw/unlabelled/drive 1/{seed}.jpg"
        photo.parent.mkdir(exist_ok=True)
        photo.write_bytes(encoded(scene(100 + seed)))
    clone.run("git add --all")  # by habit; it must not take the photos
    clone.run(f"set -eu\n{KEEP}")
    block = re.search(r"```yaml\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.S)
    assert block
    data = yaml.safe_load(dedent(block[1]))["data"]
    clone.set_params({f"data.{key}": value for key, value in data.items()})
    return clone


def test_dvc_keeps_the_photos_and_git_none(project: Clone) -> None:
    assert project.run("git ls-files data/raw").split() == [
        "data/raw/.gitkeep",
        "data/raw/labelled.dvc",
        "data/raw/unlabelled.dvc",
    ]
    assert project.run("git status --porcelain").split() == ["M", "params.yaml"]
    pointer = yaml.safe_load((project.folder / "data/raw/labelled.dvc").read_text())
    assert pointer["outs"][0]["nfiles"] == 8


def test_the_pipeline_takes_the_folders(project: Clone) -> None:
    assert project.run("python -m potholes.tidy") == ""
    assert project.repro("standardise") == ["standardise"]
    assert (project.folder / "data/standardised/manifest.csv").is_file()


def test_a_colleague_gets_both_folders(project: Clone) -> None:
    before = photos(project)
    project.run("rm -r data/raw/labelled data/raw/unlabelled")
    assert "dvc pull data/raw/labelled" in project.run("python -m potholes.tidy", fails=True)
    project.run("dvc checkout data/raw/labelled.dvc data/raw/unlabelled.dvc")
    assert photos(project) == before
    assert (project.folder / "data/raw/unlabelled").is_dir()


def test_a_changed_byte_that_dvc_does_not_notice_is_found_and_brought_back(project: Clone) -> None:
    path = project.folder / PHOTO
    before = photos(project)
    flip_a_byte(path)
    assert "modified" not in project.run("dvc status data/raw/labelled.dvc")
    assert "modified:           data/raw/labelled" in project.run(VERIFY)
    project.run(BRING_BACK)
    assert photos(project) == before


def photos(project: Clone) -> dict[str, bytes]:
    files = (project.folder / "data/raw").rglob("*.*g")
    return {path.relative_to(project.folder).as_posix(): path.read_bytes() for path in files}


def flip_a_byte(path: Path) -> None:
    """As a failing disk does: size and times stay."""
    times = path.stat()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))
