import subprocess
from pathlib import Path

import pytest

from potholes.tracking.provenance import Provenance, provenance


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    (tmp_path / "reports/select").mkdir(parents=True)
    for name in ("code.py", "dvc.lock", "reports/select/comparison.csv"):
        (tmp_path / name).write_text("a")
    for command in ("init -q", "add -A", "-c user.name=x -c user.email=x@x commit -qm x"):
        subprocess.run(["git", *command.split()], cwd=tmp_path, check=True)
    return tmp_path


def test_a_clean_tree_has_its_commit(repository: Path) -> None:
    found = provenance(repository)
    assert len(found.commit) == 40
    assert not found.dirty


def test_changed_code_is_dirty(repository: Path) -> None:
    (repository / "code.py").write_text("b")
    assert provenance(repository).dirty


def test_what_the_pipeline_writes_and_untracked_files_do_not_count(repository: Path) -> None:
    for name in ("dvc.lock", "reports/select/comparison.csv", "notes.txt"):
        (repository / name).write_text("b")
    assert not provenance(repository).dirty


def test_outside_git_the_commit_is_unknown(tmp_path: Path) -> None:
    assert provenance(tmp_path) == Provenance(commit="unknown", dirty=True)
