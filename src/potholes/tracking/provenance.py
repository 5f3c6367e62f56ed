"""Of which commit the code is."""

import subprocess
from dataclasses import dataclass
from pathlib import Path

_SECONDS = 20
# what a run of the pipeline itself changes in git is no change of the code
_OWN_OUTPUTS = (":(exclude)dvc.lock", ":(exclude)reports")


@dataclass(frozen=True)
class Provenance:
    """The commit (`unknown` outside git) and whether tracked files differ from it."""

    commit: str
    dirty: bool


def provenance(project: Path) -> Provenance:
    """Commit and dirtiness of `project`; dvc.lock, reports/ and untracked files do not count."""
    commit = _git(project, "rev-parse", "HEAD")
    if commit is None:
        return Provenance(commit="unknown", dirty=True)
    changes = _git(
        project, "status", "--porcelain", "--untracked-files=no", "--", ".", *_OWN_OUTPUTS
    )
    return Provenance(commit=commit, dirty=changes != "")


def _git(project: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", *arguments], cwd=project, capture_output=True, text=True, timeout=_SECONDS
        )
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
