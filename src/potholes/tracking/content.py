"""What the runs of a state say, read from files: plain data that knows nothing of MLflow."""

import json
import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from potholes.familiarity.tables import Familiarity
from potholes.head.tables import HEAD_FILE
from potholes.params import Params
from potholes.report.fingerprint import FINGERPRINT
from potholes.report.results import Results
from potholes.selection.tables import Selection
from potholes.tracking.datasets import Photos
from potholes.tracking.description import of_changes, of_child, of_parent
from potholes.tracking.measures import Measure, Point, deciding, points
from potholes.tracking.private_paths import PrivatePaths, private_paths
from potholes.tracking.provenance import Provenance
from potholes.tracking.run_names import changes, run_name

# names of the tags by which runs are found again
BACKBONE = "backbone"
COMMIT = "git_commit"
ROLE = "role"
PIPELINE = "pipeline"  # the parent's role
WEIGHTS = "weights"  # the tag of where they come from
REGISTRY = "registry"  # the parent's tag of whether this state was registered, and why
CHANGED = "changed"
# sheets of photos, which the page shows too: half of what a run would need
_SHEETS = ("augmentation.png", "spotcheck.png", "suspects.png", "unlabelled.png")

Artifact = tuple[Path, str]  # a file and its folder inside the run's artifacts


@dataclass(frozen=True)
class RunContent:
    """One run."""

    name: str  # the backbone and its score; `named` adds the params that differ
    note: str  # Markdown that people read first; may be empty
    tags: dict[str, str]
    params: dict[str, str]
    points: list[Point]
    artifacts: list[Artifact]
    photos: Sequence[Photos] = ()
    seconds: float = 0.0  # of the work: extraction and training


@dataclass(frozen=True)
class State:
    """A state of the pipeline as it is logged: one parent, a child for each backbone."""

    fingerprint: str
    parent: RunContent
    children: dict[str, RunContent]
    measure: Measure = field(default_factory=lambda: deciding("best_crossvalidated", []))
    ended: float = field(default_factory=time.time)  # seconds since 1970
    private: PrivatePaths = field(default_factory=PrivatePaths)


def state_content(
    fingerprint: str,
    results: Results,
    familiarity: Familiarity,
    params: Params,
    source: Provenance,
    photos: Sequence[Photos],
    *,
    project: Path,
    reports: Path,
    models: Path,
    environ: Mapping[str, str],
    ended: float,
) -> State:
    """Everything to be logged but what the last state decides; `ended` is seconds since 1970.

    Raises ValueError naming the files that are missing.
    """
    chosen, rule = results.selection.backbone, results.selection.rule
    measure = deciding(rule, [one.scores for one in results.backbones])
    flat = flat_params(params)
    private = private_paths(project, environ, flat.values())
    flat = {key: private.hide(value) for key, value in flat.items()}
    tags = _common_tags(fingerprint, results, source, photos, environ) | _unlabelled(familiarity)
    children = {
        one.name: RunContent(
            name=f"{one.name} · {measure.text(one.scores)}",
            note=of_child(results, one, photos),
            tags={**tags, BACKBONE: one.name, ROLE: BACKBONE, "chosen": _yes(one.name == chosen)},
            params={**flat, "backbone.name": one.name},
            points=points(one, measure),
            artifacts=_existing(_child_artifacts(one.name, reports, models)),
            photos=photos,
            seconds=one.time.total,
        )
        for one in results.backbones
    }
    parent = RunContent(
        name=f"{chosen} of {len(children)} · {measure.text(results.chosen.scores)}",
        note=of_parent(results, photos, familiarity),
        tags={**tags, BACKBONE: chosen, ROLE: PIPELINE, "chosen": "true"},
        params=flat,
        points=points(results.chosen, measure),
        artifacts=_existing(_parent_artifacts(project, reports)),
        photos=photos,
        seconds=sum(child.seconds for child in children.values()),
    )
    return State(fingerprint, parent, children, measure, ended, private)


def named(state: State, last: Mapping[str, str] | None) -> State:
    """`state` with what differs from the params of the `last` one in names, tags and notes."""
    now = state.parent.params
    changed = changes(now, last) if last is not None else []
    said = of_changes(changed, first=last is None)
    tag = "first state" if last is None else "; ".join(map(str, changed)) or "no param"

    def with_changes(run: RunContent) -> RunContent:
        return replace(
            run,
            name=run_name(run.name, now, changed),
            note=f"{run.note}\n\n{said}",
            tags={**run.tags, CHANGED: tag},
        )

    children = {name: with_changes(child) for name, child in state.children.items()}
    return replace(state, parent=with_changes(state.parent), children=children)


def _common_tags(
    fingerprint: str,
    results: Results,
    source: Provenance,
    photos: Sequence[Photos],
    environ: Mapping[str, str],
) -> dict[str, str]:
    """What parent and children are filtered by alike."""
    selection = results.selection
    tags = {
        "alarms": ", ".join(alarm.what for alarm in results.alarms),
        "chosen_backbone": selection.backbone,
        "dataset": photos[0].digest if photos else "",
        "dvc_exp": environ.get("DVC_EXP_NAME", ""),
        FINGERPRINT: fingerprint,
        COMMIT: source.commit,
        "git_dirty": _yes(source.dirty),
        **tags_of_choice(selection),
    }
    return {key: value for key, value in tags.items() if value}


def tags_of_choice(selection: Selection) -> dict[str, str]:
    """The rule, and whose weights the result rests on: of runs and of the model's versions."""
    return {
        "rule": selection.rule,
        "stand_in": _yes(selection.origin == "random"),
        WEIGHTS: selection.origin,
    }


def _unlabelled(familiarity: Familiarity) -> dict[str, str]:
    """Whether the unlabelled photos are like the training ones, as tags."""
    if familiarity.familiar is None:
        return {"familiar": "unknown"}
    return {"familiar": _yes(familiarity.familiar), "domain_auc": f"{familiarity.domain_auc:.3f}"}


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


def _parent_artifacts(project: Path, reports: Path) -> list[Artifact]:
    """Params, lock and page, then tables and charts of what compares: a folder a stage."""
    stages = ("select", "audit", "figures")
    page = reports / "index.html"
    return [
        (project / "params.yaml", ""),
        (project / "dvc.lock", ""),
        *([(page, "")] if page.exists() else []),
        *(
            (path, folder)
            for stage in stages
            for path, folder in _folder(reports / stage, stage)
            if path.name not in _SHEETS
        ),
    ]


def _child_artifacts(name: str, reports: Path, models: Path) -> list[Artifact]:
    """Every file of the backbone's own stages, and its head; no folder and no name of a backbone.

    MLflow compares the files of runs that have the same name and lie in no folder.
    """
    stages = ("train", "crossvalidate", "evaluate")
    tables = [artifact for stage in stages for artifact in _folder(reports / stage / name, "")]
    return [*tables, (models / "heads" / name / HEAD_FILE, "")]


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
