"""What the runs of a state say, read from files: plain data that knows nothing of MLflow."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from potholes.familiarity.tables import Familiarity
from potholes.head.tables import HEAD_FILE
from potholes.params import Params
from potholes.report.fingerprint import FINGERPRINT
from potholes.report.results import Outcome, Results
from potholes.tracking.provenance import Provenance
from potholes.wording import weights_note

# names of the tags by which runs are found again
BACKBONE = "backbone"
COMMIT = "git_commit"
ROLE = "role"
PIPELINE = "pipeline"  # the parent's role

Artifact = tuple[Path, str]  # a file and its folder inside the run's artifacts


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
    note: str  # what people read first; may be empty
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
    familiarity: Familiarity,
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
    parent = _parent(tags, flat, results, familiarity, _parent_artifacts(project, reports))
    children = {}
    for backbone in results.backbones:
        files = _child_artifacts(backbone.name, reports, models)
        children[backbone.name] = _child(
            tags, flat, backbone, files, selected=backbone.name == chosen
        )
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
        COMMIT: source.commit,
        "git_dirty": _yes(source.dirty),
        "selected_backbone": selection.backbone,
        "stand_in": _yes(selection.origin == "random"),
        "weights": selection.origin,
    }
    return {key: value for key, value in tags.items() if value}


def _parent(
    tags: dict[str, str],
    params: dict[str, str],
    results: Results,
    familiarity: Familiarity,
    files: Sequence[Artifact],
) -> RunContent:
    selection = results.selection
    return RunContent(
        name=tags.get("dvc_exp_name", tags[FINGERPRINT][:10]),
        note=(
            f"{selection.reason} ({weights_note(selection.origin)}) "
            f"The unlabelled photos: {familiarity.sentence}"
        ),
        tags={**tags, ROLE: PIPELINE, "selected": "true", **_unlabelled(familiarity)},
        params=params,
        points=_finals(results.chosen),
        artifacts=_existing(files),
    )


def _unlabelled(familiarity: Familiarity) -> dict[str, str]:
    """Whether the unlabelled photos are like the training ones, as tags of the parent."""
    if familiarity.familiar is None:
        return {"familiar": "unknown"}
    return {"familiar": _yes(familiarity.familiar), "domain_auc": f"{familiarity.domain_auc:.3f}"}


def _child(
    tags: dict[str, str],
    params: dict[str, str],
    backbone: Outcome,
    files: Sequence[Artifact],
    *,
    selected: bool,
) -> RunContent:
    own = {BACKBONE: backbone.name, ROLE: BACKBONE, "selected": _yes(selected)}
    return RunContent(
        name=backbone.name,
        note="",
        tags={**tags, **own},
        params={**params, "backbone.name": backbone.name},
        points=[*_epochs(backbone), *_finals(backbone)],
        artifacts=_existing(files),
    )


def flat_params(params: Params) -> dict[str, str]:
    """`train.lr` to `0.01` and so on; lists as JSON."""
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
        flat[name] = text


def _finals(backbone: Outcome) -> list[Point]:
    """The numbers by which runs are compared: the same keys for every backbone."""
    scores = {
        key: value
        for key, value in asdict(backbone.scores).items()
        if value is not None and not isinstance(value, str)
    }
    values = {
        **backbone.evaluated.evaluation.metrics,
        **scores,
        "features_seconds": backbone.time.extraction,
        "test_photos": backbone.evaluated.evaluation.test_photos,
        "train_seconds": backbone.time.head,
        "train_time": backbone.time.total,
    }
    return [Point(key, float(value), 0) for key, value in values.items()]


def _epochs(backbone: Outcome) -> list[Point]:
    return [
        Point(key, float(value), epoch.epoch)
        for epoch in backbone.history
        for key, value in asdict(epoch).items()
        if key != "epoch"
    ]


def _parent_artifacts(project: Path, reports: Path) -> list[Artifact]:
    """Params, lock and page, then every file of the stages that compare: a folder a stage."""
    stages = ("select", "audit", "figures")
    page = reports / "index.html"
    return [
        (project / "params.yaml", ""),
        (project / "dvc.lock", ""),
        *([(page, "")] if page.exists() else []),
        *(artifact for stage in stages for artifact in _folder(reports / stage, stage)),
    ]


def _child_artifacts(name: str, reports: Path, models: Path) -> list[Artifact]:
    """Every file of the backbone's own stages, and its head; no name in a path of the run.

    So runs can be compared file by file.
    """
    stages = ("train", "crossvalidate", "evaluate")
    tables = [artifact for stage in stages for artifact in _folder(reports / stage / name, stage)]
    return [*tables, (models / "heads" / name / HEAD_FILE, "head")]


def _folder(folder: Path, name: str) -> list[Artifact]:
    """The files of `folder`; itself where there are none, for `_existing` to name."""
    files = sorted(path for path in folder.glob("*") if path.is_file())
    return [(path, name) for path in files or [folder]]


def _existing(artifacts: Sequence[Artifact]) -> list[Artifact]:
    missing = [os.fspath(path) for path, _ in artifacts if not path.is_file()]
    if missing:
        raise ValueError(f"{', '.join(missing)}: not found; run `dvc repro` to regenerate it")
    return list(artifacts)


def _yes(value: bool) -> str:
    return "true" if value else "false"
