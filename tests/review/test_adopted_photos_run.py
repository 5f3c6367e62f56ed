"""`potholes adopt` and then DVC, in a fresh clone."""

from pathlib import Path

import pytest

from potholes.dataset.tables import read_manifest
from tests.clone import Clone, make_clone
from tests.photo_files import encoded, scene, write_labelled


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Clone:
    """A clone with 16 labelled photos of its user, standardised, and six on a drive."""
    clone = make_clone(tmp_path_factory.mktemp("clone") / "a project")
    write_labelled(clone.folder / "data/raw/labelled", {"normal": 8, "pothole": 8})
    (clone.folder / "drive").mkdir()
    for number in range(6):
        (clone.folder / f"drive/{number}.png").write_bytes(encoded(scene(90 + number), "PNG"))
    clone.set_params({"data.labelled": "data/raw/labelled"})
    clone.run("dvc add data/raw/labelled && dvc repro standardise")
    return clone


def splits(clone: Clone) -> dict[str, str]:
    folder = clone.folder / "data/standardised"
    return {sample.sample_id: sample.split for sample in read_manifest(folder)}


def test_the_pipeline_takes_adopted_photos_and_keeps_the_split(project: Clone) -> None:
    before = splits(project)
    lines = [f"{number}.png,{'pothole' if number % 2 else 'normal'}" for number in range(6)]
    Path(project.folder / "labels.csv").write_text("\n".join(["path,label", *lines]) + "\n")
    command = "potholes adopt labels.csv --source drive --into data/raw/labelled"
    printed = project.run(f"{command} --subfolder drive-1")
    assert "6 photos copied into data/raw/labelled, 0 were there already" in printed
    assert "split: 6 train" in printed
    assert "next: dvc add data/raw/labelled && dvc repro" in printed
    project.run("dvc add data/raw/labelled")
    assert project.repro("standardise") == ["standardise"]
    new = {f"{line.split(',')[1]}/drive-1/{line.split(',')[0]}": "train" for line in lines}
    assert splits(project) == before | new
    again = project.run(f"{command} --subfolder drive-1")
    assert "0 photos copied into data/raw/labelled, 6 were there already" in again
    assert project.repro("standardise") == []
    assert "data/raw/labelled.adopted.csv" in project.run("git status --porcelain --untracked=all")
    wrong = project.run(f"sed -i s/pothole/crack/ labels.csv; {command}; echo $?", fails=False)
    assert "unknown class crack" in wrong
    assert wrong.splitlines()[-1] == "2"
    missing = project.run(f"{command}s", fails=True)
    assert "data/raw/labelleds: no such folder; data.labelled is data/raw/labelled" in missing
