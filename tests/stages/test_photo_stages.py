"""standardise and augment as commands, in a folder with nothing but params.yaml and photos."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import ROOT
from tests.photo_files import write_labelled


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a space in its name, both stages run in it."""
    folder = tmp_path_factory.mktemp("a project")
    write_labelled(folder / "photos", {"normal": 6, "pothole": 6})
    (folder / "photos/normal/notes.txt").write_text("x")
    text = (ROOT / "params.yaml").read_text(encoding="utf-8")
    default = "labelled: data/synthetic/labelled"
    assert default in text
    text = text.replace(default, "labelled: photos")
    (folder / "params.yaml").write_text(text, encoding="utf-8")
    return folder


def stage(project: Path, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *command],
        cwd=project,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")])},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def standardised(project: Path) -> subprocess.CompletedProcess[str]:
    return stage(project, "stages.standardise", "standardised")


def test_standardise_prints_counts_and_other_files(
    standardised: subprocess.CompletedProcess[str],
) -> None:
    assert standardised.returncode == 0, standardised.stderr
    lines = standardised.stdout.splitlines()
    assert lines[0].split() == ["class", "train", "val", "test"]
    assert lines[1].split() == ["normal", "4", "1", "1"]
    assert lines[2].split() == ["pothole", "4", "1", "1"]
    assert "12 groups" in lines[3]
    assert "  normal/notes.txt" in lines
    assert lines[-1] == "0 files rejected (standardised/rejected.csv)"


def test_no_roads_are_generated_for_who_has_photos(project: Path) -> None:
    done = stage(project, "stages.synthesise", "roads", "data/synthetic/unlabelled")
    assert done.returncode == 0, done.stderr
    assert "0 normal and 0 pothole photos in roads, 120 unlabelled" in done.stdout
    assert not list((project / "roads").rglob("*.jpg"))
    assert len(list((project / "data/synthetic/unlabelled").iterdir())) == 120


def test_augment_writes_copies(
    project: Path, standardised: subprocess.CompletedProcess[str]
) -> None:
    command = ("stages.augment", "standardised", "augmented")
    first = stage(project, *command)
    assert first.returncode == 0, first.stderr
    assert "8 copies of 8 training photos" in first.stdout
    assert len(list((project / "augmented/images").iterdir())) == 8


def test_a_users_mistake_is_a_message_without_a_traceback(
    project: Path, standardised: subprocess.CompletedProcess[str]
) -> None:
    (project / "photos/pothole/bad.jpg").write_bytes(b"")
    before = (project / "standardised/manifest.csv").read_bytes()
    failed = stage(project, "stages.standardise", "standardised")
    (project / "photos/pothole/bad.jpg").unlink()
    assert failed.returncode == 1
    assert "Traceback" not in failed.stderr
    assert "pothole/bad.jpg: empty file" in failed.stderr
    assert (project / "standardised/manifest.csv").read_bytes() == before
