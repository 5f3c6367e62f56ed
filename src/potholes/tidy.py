"""Remove what stages left behind that are no more: `python -m potholes.tidy`, before `dvc repro`.

A backbone dropped from params.yaml leaves its files and its entries in dvc.lock. The files count
in the hash of every folder that a later stage reads, so a colleague without them would run that
stage again. What DVC has cached stays in its cache: the backbone named again comes back from there.
"""

import logging
import re
import shutil
import sys
from collections.abc import Collection
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from potholes.params import BACKBONE_NAMES
from potholes.params_file import check_folders, load_params

_log = logging.getLogger(__name__)
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def tidy(project: Path) -> list[str]:
    """Remove outs and dvc.lock entries of stages that dvc.yaml and `backbones` no longer make.

    Out come the removed paths and stage names. Nothing outside `project` and nothing that a
    present stage writes is touched. Raises ValueError, before anything is removed, for a file
    that cannot be read, a wrong param or a missing folder.
    """
    params = load_params(project / "params.yaml")
    check_folders(params, project)
    backbones = params.backbones
    blocks = _stages(project / "dvc.yaml")
    lock = project / "dvc.lock"
    entries = _stages(lock) if lock.exists() else {}
    gone = {name: entry for name, entry in entries.items() if not _exists(name, blocks, backbones)}
    rest = entries.keys() - gone.keys()
    slim = _without(lock.read_text(encoding="utf-8"), set(gone)) if gone and rest else None
    leftovers = {out["path"] for entry in gone.values() for out in entry.get("outs", [])}
    # Left by a colleague's lock, too. Only known names: another file there is the user's.
    leftovers |= {str(out) for out in _outs(blocks, set(BACKBONE_NAMES) - set(backbones))}
    kept = _outs(blocks, backbones)
    removed = [path for path in sorted(leftovers) if _remove(project, path, kept)]
    if slim is not None:
        lock.write_text(slim, encoding="utf-8")
    elif gone:
        lock.unlink()
    return removed + [f"dvc.lock: {name}" for name in sorted(gone)]


def _stages(path: Path) -> dict[str, Any]:
    try:
        tree = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        where = f" (line {mark.line + 1})" if (mark := getattr(error, "problem_mark", None)) else ""
        raise ValueError(
            f"{path.name}: not readable as YAML{where}; if a merge or an interrupted run "
            f"damaged it, restore it: git checkout HEAD -- {path.name}"
        ) from None
    stages = tree.get("stages") if isinstance(tree, dict) else None
    if not isinstance(stages, dict):
        raise ValueError(
            f"{path.name}: expected a mapping with `stages:`; restore it: "
            f"git checkout HEAD -- {path.name}"
        )
    return stages


def _exists(stage: str, blocks: dict[str, Any], backbones: list[str]) -> bool:
    name, at, item = stage.partition("@")
    if name not in blocks:
        return False
    return "foreach" not in blocks[name] or (at == "@" and item in backbones)


def _outs(blocks: dict[str, Any], backbones: Collection[str]) -> set[PurePosixPath]:
    """Every path that the stages of `blocks` write for `backbones`."""
    templates = {template for block in blocks.values() for template in _templates(block)}
    return {PurePosixPath(t.replace("${item}", name)) for t in templates for name in backbones}


def _templates(block: dict[str, Any]) -> list[str]:
    body = block.get("do", block)
    entries = [entry for kind in ("outs", "metrics", "plots") for entry in body.get(kind, [])]
    return [next(iter(entry)) if isinstance(entry, dict) else entry for entry in entries]


def _remove(project: Path, path: str, kept: set[PurePosixPath]) -> bool:
    target = PurePosixPath(path)
    if target.is_absolute() or ".." in target.parts:
        return False
    if any(target.is_relative_to(out) or out.is_relative_to(target) for out in kept):
        return False
    full = project / target
    if full.is_dir() and not full.is_symlink():
        shutil.rmtree(full)
    elif full.exists() or full.is_symlink():
        full.unlink()
    else:
        return False
    return True


def _without(text: str, stages: set[str]) -> str:
    """The text of dvc.lock less these stages' blocks; every other byte stays, for a short diff."""
    kept, skipping = [], False
    for line in text.splitlines(keepends=True):
        key = re.match(r"  (\S.*?):\s*$", line)
        if key or not line.startswith("  "):
            skipping = key is not None and key[1].strip("'\"") in stages
        if not skipping:
            kept.append(line)
    slim = "".join(kept)
    before, after = yaml.load(text, Loader=_LOADER), yaml.load(slim, Loader=_LOADER)
    rest = {name: entry for name, entry in before["stages"].items() if name not in stages}
    assert after["stages"] == rest, "dvc.lock does not have the layout that DVC writes"
    return slim


def main() -> None:
    """Tidy the current folder and say what was removed."""
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        for what in tidy(Path()):
            _log.info("removed %s", what)
    except (ValueError, OSError) as error:
        sys.exit(f"error: {error}")


if __name__ == "__main__":
    main()
