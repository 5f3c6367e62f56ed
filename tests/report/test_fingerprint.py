import hashlib
from pathlib import Path
from typing import Any

import pytest
import yaml

from potholes.params_file import load_params
from potholes.report.fingerprint import fingerprint, state_of
from tests.factories import TWO, set_params, write_lock, write_project


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_project(tmp_path)
    return tmp_path


def of(root: Path, running: str = "track") -> str:
    return fingerprint(root, load_params(root / "params.yaml"), running=running)


def read_lock(root: Path) -> Any:
    return yaml.load((root / "dvc.lock").read_text(), Loader=yaml.CSafeLoader)


def save_lock(root: Path, lock: Any) -> None:
    (root / "dvc.lock").write_text(yaml.dump(lock, Dumper=yaml.CSafeDumper))


def change_lock(root: Path, stage: str, path: str, **changes: Any) -> None:
    lock = read_lock(root)
    entries = [out for out in lock["stages"][stage]["outs"] if out["path"] == path]
    assert len(entries) == 1
    entries[0].update(changes)
    save_lock(root, lock)


@pytest.mark.parametrize(
    ("stage", "path"),
    [
        ("features@resnet18", "reports/timing/features/resnet18.json"),
        ("train@resnet50", "reports/timing/train/resnet50.json"),
        ("report", "reports/figures"),
        ("report", "reports/plots"),
    ],
)
def test_clocks_and_figures_do_not_count(root: Path, stage: str, path: str) -> None:
    before = of(root)
    change_lock(root, stage, path, md5="0" * 32)
    assert of(root) == before


@pytest.mark.parametrize(
    ("stage", "path"),
    [
        ("train@resnet50", "models/heads/resnet50"),
        ("evaluate@resnet18", "reports/evaluate/resnet18"),
        ("select", "reports/metrics.json"),
        ("explain", "data/explained"),
        ("predict", "data/predictions"),
    ],
)
def test_every_other_out_counts(root: Path, stage: str, path: str) -> None:
    before = of(root)
    change_lock(root, stage, path, md5="0" * 32)
    assert of(root) != before


METRICS = "reports/metrics.json"


def test_a_table_counts_and_must_be_the_one_that_dvc_lock_names(root: Path) -> None:
    before = of(root)
    (root / METRICS).write_text("{}")  # as a stage run by hand does
    with pytest.raises(ValueError, match=rf"{METRICS}: not as its stage .*run `dvc repro`"):
        of(root)
    change_lock(root, "select", METRICS, md5=hashlib.md5(b"{}").hexdigest())
    assert of(root) != before


def test_a_clone_that_has_not_pulled_a_file_has_the_same_state(root: Path) -> None:
    before = of(root)
    (root / "reports/train/resnet18/architecture.txt").unlink()
    assert of(root) == before


def test_the_page_and_the_runs_have_the_same(root: Path) -> None:
    assert of(root, running="report") == of(root)


def test_a_first_run_has_it_before_the_page_is_made(root: Path) -> None:
    expected = of(root)
    lock = read_lock(root)
    del lock["stages"]["report"]
    save_lock(root, lock)
    assert of(root, running="report") == expected == of(root)


def test_a_later_run_has_it_while_dvc_lock_still_has_the_page_of_the_last(root: Path) -> None:
    lock = read_lock(root)
    last = {name: lock["stages"][name] for name in ("report",)}
    set_params(root, {"train.lr": 0.5, "data.unlabelled": "data/raw/new"})
    write_lock(root)
    finished = read_lock(root)
    expected = of(root)
    save_lock(root, {**finished, "stages": {**finished["stages"], **last, "track": last["report"]}})
    assert of(root, running="report") == expected
    with pytest.raises(ValueError, match=r"report ran with another .*dvc repro"):
        of(root)  # such a page is not logged


def test_dropped_backbones_and_track_itself_do_not_count(root: Path) -> None:
    before = of(root)
    write_lock(root, [*TWO, "resnet34"])
    lock = read_lock(root)
    assert "train@resnet34" in lock["stages"]
    lock["stages"]["track"] = {"cmd": "x", "deps": [], "outs": []}
    save_lock(root, lock)
    assert of(root) == before


def test_params_count_even_where_no_out_changed(root: Path) -> None:
    before = of(root)
    set_params(root, {"track.experiment": "another"})
    assert of(root) != before


def test_the_way_a_number_is_written_does_not_count(root: Path) -> None:
    before = of(root)
    text = (root / "params.yaml").read_text()
    assert "max_aspect: 8\n" in text
    (root / "params.yaml").write_text(text.replace("max_aspect: 8\n", "max_aspect: 8.0\n"))
    assert of(root) == before


def test_photos_that_nobody_reads_do_not_count(root: Path) -> None:
    set_params(root, {"data.labelled": "data/raw/a", "data.unlabelled": "data/raw/b"})
    write_lock(root)
    paths = state_of(root, load_params(root / "params.yaml"), running="track")
    assert "data/synthetic/labelled" not in paths
    lock = read_lock(root)
    del lock["stages"]["synthesise"]
    before = of(root)
    save_lock(root, lock)
    assert of(root) == before


@pytest.mark.parametrize("stage", ["synthesise", "train@resnet50", "select", "explain"])
def test_a_stage_that_has_not_run_is_named_with_the_cure(root: Path, stage: str) -> None:
    lock = read_lock(root)
    del lock["stages"][stage]
    save_lock(root, lock)
    with pytest.raises(ValueError, match=rf"dvc.lock: no stage {stage}; run `dvc repro`"):
        of(root)


def test_results_of_other_params_are_refused(root: Path) -> None:
    set_params(root, {"train.lr": 0.5})
    with pytest.raises(ValueError, match=r"train@resnet18 ran with another `train`.*dvc repro"):
        of(root)


def test_small_numbers_are_the_same_in_dvc_lock_and_params(root: Path) -> None:
    set_params(root, {"train.weight_decay": 1e-05})
    write_lock(root)
    lock = (root / "dvc.lock").read_text()
    assert "weight_decay: 1.0e-05" in lock
    (root / "dvc.lock").write_text(lock.replace("1.0e-05", "1e-05"))  # as DVC writes it
    assert len(of(root)) == 64


@pytest.mark.parametrize("text", ["<<<<<<< HEAD\nstages: {}\n", "schema: '2.0'\nsta"])
def test_a_conflicted_or_cut_lock_is_named(root: Path, text: str) -> None:
    (root / "dvc.lock").write_text(text)
    with pytest.raises(ValueError, match=r"dvc.lock: .*dvc repro"):
        of(root)


def test_a_missing_lock_is_named(root: Path) -> None:
    (root / "dvc.lock").unlink()
    with pytest.raises(ValueError, match=r"dvc.lock: not found; run `dvc repro`"):
        of(root)
