"""A store filled again from git and DVC: every commit and experiment whose outputs are kept."""

import configparser
import logging
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from potholes.params import Params
from potholes.params_file import load_params
from potholes.report.fingerprint import fingerprint
from potholes.tracking.lookup import known_state
from potholes.tracking.provenance import Provenance
from potholes.tracking.revisions import Revision, command, distinct, revisions, write_files
from potholes.tracking.state import log_state
from potholes.tracking.store import find_store

log = logging.getLogger(__name__)

_TRACK = "track"


@dataclass(frozen=True)
class Outcome:
    """What became of a revision."""

    title: str
    what: Literal["logged", "known", "skipped", "waits"]
    why: str = ""


def log_history(project: Path, environ: Mapping[str, str]) -> Iterator[Outcome]:
    """Log each state that git knows once, the oldest first; yield what became of each.

    Results come from DVC's cache, else from its remote, into a folder of their own; the project's
    files stay as they are. A revision without results, with params of another version of the
    project, or whose outputs are lost is skipped. Ends where the store cannot be reached. Raises
    ValueError where `project` is in no git repository, or no DVC project.
    """
    found = revisions(project)
    for revision in found:
        if not revision.has_results:
            yield Outcome(revision.title, "skipped", "no results (dvc.lock) in it")
    config = _config(project)
    scratch = project / ".dvc" / "tmp"
    scratch.mkdir(exist_ok=True)
    seen: dict[str, str] = {}
    for revision in distinct(found):
        with tempfile.TemporaryDirectory(prefix="history-", dir=scratch) as folder:
            outcome = _log_revision(project, Path(folder), config, revision, seen, environ)
        yield outcome
        if outcome.what == "waits":
            return


def _log_revision(
    project: Path,
    folder: Path,
    config: configparser.ConfigParser,
    revision: Revision,
    seen: dict[str, str],
    environ: Mapping[str, str],
) -> Outcome:
    write_files(project, revision, folder)
    try:
        params = load_params(folder / "params.yaml")
        state = fingerprint(folder, params, running=_TRACK)
        if state in seen:
            return Outcome(revision.title, "known", f"the state of {seen[state]}")
        seen[state] = revision.title
        if _is_logged(project, params, state, environ):
            return Outcome(revision.title, "known")
        _bring_results(project, folder, config, params)
        receipt = log_state(
            folder,
            folder / "reports",
            folder / "models",
            folder / "data/predictions",
            params,
            {**environ, "DVC_ROOT": _root(project, environ), "DVC_EXP_NAME": revision.experiment},
            source=Provenance(revision.commit, dirty=False),
            ended=revision.time,
        )
    except (ValueError, OSError) as error:  # of another version, or its outputs are lost
        first = str(error).replace(f"{folder}/", "").splitlines()[0]
        return Outcome(revision.title, "skipped", first)
    if not receipt.logged:
        return Outcome(revision.title, "waits", receipt.reason)
    return Outcome(revision.title, "logged")


def _is_logged(project: Path, params: Params, state: str, environ: Mapping[str, str]) -> bool:
    """Asked before results are fetched, of a database; a server is asked when they are there."""
    database = find_store(environ, project).database
    if not database or not database.exists():
        return False
    return known_state(database, params.track.experiment, state) is not None


def _root(project: Path, environ: Mapping[str, str]) -> str:
    return environ.get("DVC_ROOT") or str(project.resolve())


def _bring_results(
    project: Path, folder: Path, config: configparser.ConfigParser, params: Params
) -> None:
    """Link the outputs that `track` reads from DVC's cache into `folder`, or pull them first."""
    outs = _outs(project, folder, params)
    (folder / ".dvc").mkdir()
    with (folder / ".dvc" / "config").open("w", encoding="utf-8") as file:
        config.write(file)
    try:
        command(["dvc", "checkout", "--quiet", *outs], folder)
        if all(_has_files(folder / out) for out in outs):
            return
    except ValueError as error:
        log.debug("%s", error)
    try:
        command(["dvc", "pull", "--quiet", *outs], folder)
    except ValueError as error:
        log.debug("%s", error)
        raise ValueError(
            "outputs neither in DVC's cache nor in its remote; "
            "`dvc push --all-commits` where they were made (docs/experiments.md)"
        ) from None


def _has_files(path: Path) -> bool:
    """False for a folder that DVC made empty because its cache lacks the list of its files."""
    return path.exists() and (path.is_file() or any(path.iterdir()))


def _outs(project: Path, folder: Path, params: Params) -> list[str]:
    """What today's `track` reads of the outputs in the revision's dvc.lock; no dropped backbone's.

    Of an output of which it reads one file, that file.
    """
    deps = [Path(dep) for dep in _yaml(project / "dvc.yaml")["stages"][_TRACK]["deps"]]
    targets = set()
    for name, stage in _yaml(folder / "dvc.lock")["stages"].items():
        if name.partition("@")[2] not in ("", *params.backbones):
            continue
        for out in (Path(entry["path"]) for entry in stage.get("outs", [])):
            if any(dep == out or dep in out.parents for dep in deps):
                targets.add(str(out))
            else:
                targets |= {str(dep) for dep in deps if out in dep.parents}
    return sorted(targets)


def _config(project: Path) -> configparser.ConfigParser:
    """DVC's settings of the project for another folder: the same cache and remotes."""
    cache = command(["dvc", "cache", "dir"], project).strip()
    config = configparser.ConfigParser(interpolation=None)
    config.read([project / ".dvc" / name for name in ("config", "config.local")], encoding="utf-8")
    for name in config.sections():
        url = config[name].get("url")
        if url and "://" not in url:  # relative to the file that has it
            config[name]["url"] = str((project / ".dvc" / url).resolve())
    for section, values in {
        "core": {"no_scm": "true", "analytics": "false", "check_update": "false"},
        "cache": {"dir": cache, "type": "symlink"},
    }.items():
        if not config.has_section(section):
            config.add_section(section)
        config[section].update(values)
    return config


def _yaml(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))
