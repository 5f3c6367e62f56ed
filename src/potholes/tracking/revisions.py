"""The states of the pipeline that git knows: commits, and DVC's experiments."""

import re
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

STATE_FILES = ("dvc.lock", "dvc.yaml", "params.yaml")  # what makes a state

# DVC's other refs are its queue, with nothing in them yet
_EXPERIMENT = re.compile(r"refs/exps/[0-9a-f]{2}/[0-9a-f]{38}/(?P<name>.+)")


@dataclass(frozen=True)
class Revision:
    """A commit; of an experiment its name, too."""

    commit: str
    time: float  # of the commit, seconds since 1970
    experiment: str  # else empty
    subject: str
    blobs: tuple[str, ...]  # git's ids of STATE_FILES, as far as the commit has them

    @property
    def title(self) -> str:
        """What a person knows it by."""
        name = f"[{self.experiment}]" if self.experiment else self.subject
        return f"{self.commit[:7]} {name}"

    @property
    def has_results(self) -> bool:
        """Whether all of STATE_FILES are in it."""
        return len(self.blobs) == len(STATE_FILES)


def revisions(project: Path) -> list[Revision]:
    """Every commit of every branch and tag and every experiment; the oldest first.

    Of a commit that is an experiment as well, the experiment comes first: it has a name.

    Raises ValueError where `project` is in no git repository.
    """
    fields = "%H%x00%ct%x00%s"
    commits = _git(
        project,
        "log",
        "--reverse",
        "--branches",
        "--tags",
        "--remotes",
        f"--format={fields}",
        "HEAD",
    )
    lines = [line.split("\0") for line in commits.splitlines()]
    known = [(commit, time, "", subject) for commit, time, subject in lines]
    shown = "%(objectname)%00%(committerdate:unix)%00%(refname)"
    for line in _git(project, "for-each-ref", f"--format={shown}", "refs/exps").splitlines():
        commit, time, ref = line.split("\0")
        experiment = _EXPERIMENT.fullmatch(ref)
        if experiment:
            known.append((commit, time, experiment["name"], ""))
    found = [
        Revision(commit, float(time), name, subject, _blobs(project, commit))
        for commit, time, name, subject in known
    ]
    return sorted(found, key=lambda one: (one.time, not one.experiment, one.experiment))


def distinct(found: Iterable[Revision]) -> list[Revision]:
    """Those with results, and of those that have the same, the first."""
    first: dict[tuple[str, ...], Revision] = {}
    for revision in found:
        if revision.has_results:
            first.setdefault(revision.blobs, revision)
    return list(first.values())


def write_files(project: Path, revision: Revision, folder: Path) -> None:
    """Write the revision's STATE_FILES into `folder`."""
    for name in STATE_FILES:
        text = _git(project, "show", f"{revision.commit}:./{name}")
        (folder / name).write_text(text, encoding="utf-8")


def _blobs(project: Path, commit: str) -> tuple[str, ...]:
    return tuple(_git(project, "ls-tree", "--object-only", commit, *STATE_FILES).split())


def _git(project: Path, *arguments: str) -> str:
    return command(["git", *arguments], project)


def command(words: Sequence[str], folder: Path) -> str:
    """What a command prints; raises ValueError with what it says where it fails."""
    try:
        done = subprocess.run(words, cwd=folder, capture_output=True, encoding="utf-8")
    except FileNotFoundError:
        raise ValueError(f"{words[0]}: not found; activate the environment") from None
    if done.returncode:
        said = " ".join(done.stderr.split()) or f"exit code {done.returncode}"
        raise ValueError(f"`{words[0]} {words[1]}`: {said}")
    return done.stdout
