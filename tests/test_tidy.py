import re
from pathlib import Path

import pytest

from potholes.params import BACKBONE_NAMES
from potholes.tidy import tidy
from tests.conftest import ROOT

PIPELINE = """\
stages:
  train:
    foreach: ${backbones}
    do:
      cmd: train ${item}
      outs: ['models/heads/${item}']
      plots: ['reports/train/${item}/history.csv': {cache: false}]
  select:
    cmd: select
    outs: [models/selected]
"""
LOCK = """\
schema: '2.0'
stages:
  train@resnet18:
    cmd: train resnet18
    outs:
    - path: models/heads/resnet18
      hash: md5
    - path: reports/train/resnet18/history.csv
  train@resnet34:
    cmd: train
      resnet34
    outs:
    - path: models/heads/resnet34
    - path: reports/train/resnet34/history.csv
  select:
    cmd: select
    outs:
    - path: models/selected
  distil:
    cmd: distil
    outs:
    - path: models/small.onnx
    - path: models/selected/part
    - path: ../outside
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project that compares resnet18 and no longer resnet34, and has lost the stage distil."""
    folder = tmp_path / "project"
    params = (ROOT / "params.yaml").read_text(encoding="utf-8")
    params = re.sub(r"(?m)^backbones:.*\n(- .*\n)*", "backbones: [resnet18]\n", params)
    for path, text in {
        "params.yaml": params,
        "dvc.yaml": PIPELINE,
        "dvc.lock": LOCK,
        "models/heads/resnet18/head": "",
        "models/heads/resnet34/head": "",
        "models/heads/my own": "",
        "models/selected/part": "",
        "models/small.onnx": "",
        "reports/train/resnet18/history.csv": "",
        "reports/train/resnet34/history.csv": "",
        "reports/train/wide_resnet50_2/history.csv": "",
        "../outside": "",
    }.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    return folder


def files(project: Path) -> list[str]:
    return sorted(p.relative_to(project).as_posix() for p in project.rglob("*") if p.is_file())


def test_files_of_dropped_backbones_and_stages_go_and_all_others_stay(project: Path) -> None:
    tidy(project)
    assert files(project) == [
        "dvc.lock",
        "dvc.yaml",
        "models/heads/my own",
        "models/heads/resnet18/head",
        "models/selected/part",
        "params.yaml",
        "reports/train/resnet18/history.csv",
    ]
    assert (project.parent / "outside").exists()


def test_dvc_lock_loses_the_blocks_of_dropped_stages_and_no_other_byte(project: Path) -> None:
    tidy(project)
    dropped = LOCK[LOCK.index("  train@resnet34") : LOCK.index("  select")]
    dropped_too = LOCK[LOCK.index("  distil") :]
    expected = LOCK.replace(dropped, "").replace(dropped_too, "")
    assert (project / "dvc.lock").read_text(encoding="utf-8") == expected


def test_everything_removed_is_named_once_and_a_second_time_finds_nothing(project: Path) -> None:
    assert tidy(project) == [
        "models/heads/resnet34",
        "models/small.onnx",
        "reports/train/resnet34/history.csv",
        "reports/train/wide_resnet50_2/history.csv",
        "dvc.lock: distil",
        "dvc.lock: train@resnet34",
    ]
    assert tidy(project) == []


def test_without_a_lock_there_are_still_files_to_tidy(project: Path) -> None:
    (project / "dvc.lock").unlink()
    assert "models/heads/resnet34" in tidy(project)


def test_a_lock_of_dropped_stages_only_goes_as_a_whole(project: Path) -> None:
    only = LOCK[: LOCK.index("  train@resnet18")] + LOCK[LOCK.index("  distil") :]
    (project / "dvc.lock").write_text(only, encoding="utf-8")
    tidy(project)
    assert not (project / "dvc.lock").exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("[resnet18]", "[resnet19]"),
        ("  lr: 0.01", "  lr: fast"),
        ("unlabelled: data/synthetic/unlabelled", "unlabelled: nowhere"),
    ],
)
def test_nothing_is_removed_while_the_params_or_their_folders_are_wrong(
    project: Path, old: str, new: str
) -> None:
    path = project / "params.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    before = files(project)
    with pytest.raises(ValueError, match=r"params\.yaml: "):
        tidy(project)
    assert files(project) == before
    assert (project / "dvc.lock").read_text(encoding="utf-8") == LOCK


@pytest.mark.parametrize("name", BACKBONE_NAMES)
def test_every_known_backbone_that_is_not_compared_is_tidied(project: Path, name: str) -> None:
    table = project / f"reports/train/{name}/history.csv"
    table.parent.mkdir(parents=True, exist_ok=True)
    table.write_text("")
    tidy(project)
    assert table.exists() == (name == "resnet18")


def test_a_dvc_yaml_without_stages_removes_nothing(project: Path) -> None:
    (project / "dvc.yaml").write_text("# cut\nstages:\n")
    before = files(project)
    with pytest.raises(ValueError, match=r"dvc\.yaml: expected .*git checkout HEAD -- dvc\.yaml"):
        tidy(project)
    assert files(project) == before


@pytest.mark.parametrize("text", [LOCK + "<<<<<<< HEAD\n", LOCK[:90] + "\n  - [", "stages"])
def test_a_conflicted_or_cut_lock_is_named_with_the_cure(project: Path, text: str) -> None:
    (project / "dvc.lock").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"dvc\.lock: (not readable|expected)"):
        tidy(project)
    assert (project / "models/heads/resnet34").exists()
