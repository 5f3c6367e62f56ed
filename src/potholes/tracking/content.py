"""What the runs of a state say, read from files: plain data that knows nothing of MLflow."""

import json
import logging
import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from potholes.params import Params
from potholes.results import Depth, Results
from potholes.tables.head import HEAD_FILE
from potholes.tracking.provenance import Provenance
from potholes.wording import weights_note

# names of the tags by which runs are found again
BACKBONE = "backbone"
FINGERPRINT = "fingerprint"
PARENT = "mlflow.parentRunId"
ROLE = "role"
PIPELINE = "pipeline"  # the parent's role

_LONGEST_PARAM = 6000  # characters that MLflow stores
_FORBIDDEN = re.compile(r"[^\w.\- ]")  # in a metric's name; `/` would make a group of it

Artifact = tuple[Path, str]  # a file and its folder inside the run's artifacts

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Point:
    """One value of a metric at one step (an epoch, or 0 for what is final)."""

    key: str
    value: float
    step: int


@dataclass(frozen=True)
class RunContent:
    """One run."""

    name: str
    tags: dict[str, str]
    params: dict[str, str]
    points: list[Point]
    artifacts: list[Artifact]


@dataclass(frozen=True)
class State:
    """A state of the pipeline as it is logged: one parent, a child for each backbone."""

    fingerprint: str
    parent: RunContent
    children: dict[str, RunContent]


def state_content(
    fingerprint: str,
    results: Results,
    params: Params,
    source: Provenance,
    *,
    project: Path,
    reports: Path,
    models: Path,
    environ: Mapping[str, str],
) -> State:
    """Everything to be logged; raises ValueError naming the files that are missing."""
    chosen = results.selection.backbone
    tags = _common_tags(fingerprint, results, source, environ)
    flat = flat_params(params)
    parent = _parent(tags, flat, results, _parent_artifacts(project, reports))
    children = {}
    for depth in results.depths:
        files = _child_artifacts(depth.name, reports, models)
        children[depth.name] = _child(tags, flat, depth, files, selected=depth.name == chosen)
    return State(fingerprint, parent, children)


def _common_tags(
    fingerprint: str, results: Results, source: Provenance, environ: Mapping[str, str]
) -> dict[str, str]:
    """What parent and children are filtered by alike."""
    selection = results.selection
    tags = {
        "alarms": ", ".join(alarm.what for alarm in results.alarms),
        "dvc_exp_name": environ.get("DVC_EXP_NAME", ""),
        FINGERPRINT: fingerprint,
        "git_commit": source.commit,
        "git_dirty": _yes(source.dirty),
        "mlflow.source.git.commit": source.commit,
        "mlflow.source.name": "stages/track.py",
        "selected_backbone": selection.backbone,
        "stand_in": _yes(selection.origin == "random"),
        "weights": selection.origin,
    }
    return {key: value for key, value in tags.items() if value}


def _parent(
    tags: dict[str, str], params: dict[str, str], results: Results, files: Sequence[Artifact]
) -> RunContent:
    selection = results.selection
    chosen = next(depth for depth in results.depths if depth.name == selection.backbone)
    note = f"{selection.reason} ({weights_note(selection.origin)})"
    return RunContent(
        name=tags.get("dvc_exp_name", tags[FINGERPRINT][:10]),
        tags={**tags, ROLE: PIPELINE, "selected": "true", "mlflow.note.content": note},
        params=params,
        points=_finals(chosen),
        artifacts=_existing(files),
    )


def _child(
    tags: dict[str, str],
    params: dict[str, str],
    depth: Depth,
    files: Sequence[Artifact],
    *,
    selected: bool,
) -> RunContent:
    own = {BACKBONE: depth.name, ROLE: BACKBONE, "selected": _yes(selected)}
    return RunContent(
        name=depth.name,
        tags={**tags, **own},
        params={**params, "backbone.name": depth.name},
        points=[*_epochs(depth), *_finals(depth)],
        artifacts=_existing(files),
    )


def flat_params(params: Params) -> dict[str, str]:
    """`train.lr` to `0.01` and so on; lists as JSON; too long values cut, which is said."""
    flat: dict[str, str] = {}
    _flatten("", params.model_dump(mode="json"), flat)
    return flat


def _flatten(prefix: str, tree: dict[str, Any], flat: dict[str, str]) -> None:
    for key, value in tree.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict):
            _flatten(f"{name}.", value, flat)
            continue
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        if len(text) > _LONGEST_PARAM:
            log.warning("MLflow: param %s is cut to %d characters", name, _LONGEST_PARAM)
            text = f"{text[: _LONGEST_PARAM - 1]}…"
        flat[name] = text


def _finals(depth: Depth) -> list[Point]:
    """The numbers by which runs are compared: the same keys for every depth."""
    scores = {
        key: value
        for key, value in asdict(depth.scores).items()
        if value is not None and not isinstance(value, str)
    }
    values = {
        **depth.evaluation.metrics,
        **scores,
        "features_seconds": depth.time.extraction,
        "test_photos": depth.evaluation.test_photos,
        "train_seconds": depth.time.head,
        "train_time": depth.time.total,
    }
    return [Point(_FORBIDDEN.sub("_", key), float(value), 0) for key, value in values.items()]


def _epochs(depth: Depth) -> list[Point]:
    return [
        Point(key, float(value), epoch.epoch)
        for epoch in depth.history
        for key, value in asdict(epoch).items()
        if key != "epoch"
    ]


def _parent_artifacts(project: Path, reports: Path) -> list[Artifact]:
    figures = sorted(path for path in (reports / "figures").glob("*") if path.is_file())
    return [
        (project / "params.yaml", ""),
        (project / "dvc.lock", ""),
        (reports / "comparison.csv", ""),
        (reports / "selection.json", ""),
        (reports / "validation/alarms.csv", "validation"),
        (reports / "validation/labels.csv", "validation"),
        (reports / "augmentation.png", "figures"),
        (reports / "unlabelled.png", "figures"),
        *((figure, "figures") for figure in figures),
    ]


def _child_artifacts(name: str, reports: Path, models: Path) -> list[Artifact]:
    tables = [
        reports / "architecture" / f"{name}.txt",
        reports / "evaluation" / f"{name}.json",
        reports / "history" / f"{name}.csv",
        reports / "predictions" / f"{name}.csv",
        reports / "reliability" / f"{name}.csv",
        reports / "roc" / f"{name}.csv",
        reports / "validation" / "folds" / f"{name}.csv",
        reports / "validation" / "learning_curve" / f"{name}.csv",
        reports / "validation" / "out_of_fold" / f"{name}.csv",
        reports / "validation" / "summary" / f"{name}.json",
    ]
    # named by what they are, so that runs can be compared file by file
    return [(table, table.parent.name) for table in tables] + [
        (models / "heads" / name / HEAD_FILE, "head")
    ]


def _existing(artifacts: Sequence[Artifact]) -> list[Artifact]:
    missing = [os.fspath(path) for path, _ in artifacts if not path.is_file()]
    if missing:
        raise ValueError(f"{', '.join(missing)}: not found; `dvc repro` makes it")
    return list(artifacts)


def _yes(value: bool) -> str:
    return "true" if value else "false"
