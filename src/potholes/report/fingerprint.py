"""What makes a state of the pipeline: its params and the md5s of what its stages made.

The page shows it and MLflow's runs bear it. dvc.lock is read when either is made, never declared as
a dep: it then holds every stage before, and also stages that no longer exist, which are ignored.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from potholes.files.documents import to_json
from potholes.params import Params

try:  # ten times as fast, where PyYAML was built with libyaml
    from yaml import CSafeLoader as _Loader
except ImportError:
    from yaml import SafeLoader as _Loader  # type: ignore[assignment]

FINGERPRINT = "fingerprint"  # the tag of MLflow's runs
# clocks, what prints them, and what only shows other outs
_NOT_COUNTED = (
    "reports/timing",
    "reports/figures",
    "reports/plots",
    "reports/index.html",
    "reports/mlflow.json",
)
_OUT_KINDS = ("outs", "metrics", "plots")
_TRACK = "track"  # the params section of where runs are logged


def fingerprint(project: Path, params: Params, *, running: str) -> str:
    """The sha256 (hex) of the state that `project`/dvc.lock and `params` describe.

    `running` is the stage that asks: dvc.lock still has its last run. Raises ValueError where
    dvc.lock lacks a stage or was written with other params, and where a table is not the one that
    it names.
    """
    return fingerprint_of(state_of(project, params, running=running), params)


def fingerprint_of(md5s: Mapping[str, str], params: Params) -> str:
    """The sha256 (hex) of what `state_of` found and of `params`."""
    text = to_json({"outs": md5s, "params": params.model_dump(mode="json")})
    return hashlib.sha256(text.encode()).hexdigest()


def state_of(project: Path, params: Params, *, running: str) -> dict[str, str]:
    """md5 by path of the outs of the stages that `project`/dvc.yaml has for `params.backbones`."""
    lock = project / "dvc.lock"
    locked = _stages(lock)
    declared = _declared(_stages(project / "dvc.yaml"), params.backbones)
    counted = [name for name, block in declared.items() if _counts(block)]
    # dvc.yaml has `${data.labelled}` where dvc.lock has the folder
    read = {path for block in declared.values() for path in _paths(block, ["deps"])}
    read |= {path for name in counted for path in _paths(locked.get(name, {}), ["deps"])}
    # a source that nobody reads (generated photos beside the user's own) is no part of the state
    used = [name for name in counted if _overlap(_paths(declared[name], _OUT_KINDS), read)]
    missing = [name for name in used if name not in locked]
    if missing:
        raise ValueError(f"{lock}: no stage {', '.join(missing)}; run `dvc repro` first")
    deps = _paths(declared[running], ["deps"])
    page = [name for name, block in declared.items() if _overlap(_paths(block, _OUT_KINDS), deps)]
    for name in dict.fromkeys([*used, *page]):
        _check_params(lock, name, locked.get(name, {}), params.model_dump(mode="json"))
    md5s = {path: md5 for name in used for path, md5 in _md5s(lock, name, locked[name])}
    md5s = {path: md5 for path, md5 in md5s.items() if not _overlap([path], _NOT_COUNTED)}
    _check_files(project, md5s)
    return md5s


def _counts(block: Mapping[str, Any]) -> bool:
    """Whether a stage makes anything but what only shows other outs."""
    return not all(_overlap([path], _NOT_COUNTED) for path in _paths(block, _OUT_KINDS))


def _check_files(project: Path, md5s: Mapping[str, str]) -> None:
    """Raise ValueError at a single file that differs; folders, which may be large, are trusted."""
    for path, md5 in md5s.items():
        file = project / path
        if not file.is_file():  # a clone need not have pulled everything
            continue
        if hashlib.md5(file.read_bytes(), usedforsecurity=False).hexdigest() != md5:
            raise ValueError(f"{path}: not as its stage in dvc.lock left it; run `dvc repro`")


def _stages(path: Path) -> dict[str, Any]:
    try:
        tree = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except FileNotFoundError:
        raise ValueError(f"{path}: not found; run `dvc repro` first to get results") from None
    except (yaml.YAMLError, UnicodeDecodeError):
        cure = f"`git checkout {path.name}`, then `dvc repro`"
        raise ValueError(
            f"{path}: truncated or with merge conflicts, not YAML; run {cure}"
        ) from None
    stages = tree.get("stages") if isinstance(tree, dict) else None
    if not isinstance(stages, dict):
        raise ValueError(f"{path}: no stages in it; run `dvc repro` first")
    return stages


def _declared(blocks: Mapping[str, Any], backbones: Sequence[str]) -> dict[str, Any]:
    stages = {}
    for name, block in blocks.items():
        if "foreach" not in block:
            stages[name] = block
            continue
        for backbone in backbones:
            stages[f"{name}@{backbone}"] = {
                kind: [path.replace("${item}", backbone) for path in _paths(block["do"], [kind])]
                for kind in ("deps", *_OUT_KINDS)
            }
    return stages


def _paths(block: Mapping[str, Any], kinds: Iterable[str]) -> list[str]:
    """Paths of dvc.yaml's entries (`x` or `x: {cache: false}`) and dvc.lock's (`path: x`)."""
    entries = [entry for kind in kinds for entry in block.get(kind, [])]
    texts = [
        entry if isinstance(entry, str) else entry.get("path") or next(iter(entry))
        for entry in entries
    ]
    return [str(text) for text in texts]


def _overlap(paths: Iterable[str], others: Iterable[str]) -> bool:
    """Whether one of `paths` is one of `others`, or inside it, or holds it."""
    known = [Path(other) for other in others]
    return any(
        path == other or path in other.parents or other in path.parents
        for path in map(Path, paths)
        for other in known
    )


def _md5s(lock: Path, stage: str, entry: Mapping[str, Any]) -> list[tuple[str, str]]:
    try:
        return [(out["path"], out["md5"]) for out in entry.get("outs", [])]
    except (KeyError, TypeError):
        raise ValueError(f"{lock}: {stage} has an output without md5; run `dvc repro`") from None


def _check_params(lock: Path, stage: str, entry: Mapping[str, Any], present: Any) -> None:
    for key, value in (entry.get("params", {}).get("params.yaml") or {}).items():
        if key == _TRACK:  # where runs are logged; the page only shows it
            continue
        current = present
        for part in key.split("."):
            current = current.get(part) if isinstance(current, dict) else None
        if current is not None and not _same(value, current):
            raise ValueError(
                f"{lock}: {stage} ran with another `{key}` than params.yaml has; run `dvc repro`"
            )


def _same(locked: Any, present: Any) -> bool:
    """Equal; keys that no longer exist do not count, and `1e-05` is a text to YAML 1.1."""
    if isinstance(present, dict):
        return isinstance(locked, dict) and all(
            key in locked and _same(locked[key], value) for key, value in present.items()
        )
    if isinstance(locked, str) and isinstance(present, float):
        try:
            return float(locked) == present
        except ValueError:
            return False
    return bool(locked == present)
