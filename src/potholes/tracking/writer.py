"""The runs of a state in an MLflow store, by as few calls as MLflow allows."""

import logging
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from potholes.report.fingerprint import FINGERPRINT
from potholes.tracking.content import (
    BACKBONE,
    COMMIT,
    PIPELINE,
    ROLE,
    Point,
    RunContent,
    State,
)
from potholes.tracking.writing_process import is_gone, this_writer

if TYPE_CHECKING:
    from mlflow import MlflowClient

PARENT = "mlflow.parentRunId"
REGISTRY = "registry"  # the parent's tag of whether this state was registered, and why

_WRITER = "writer"
_LONGEST_PARAM = 6000  # characters that MLflow stores
_FORBIDDEN = re.compile(r"[^\w.\- ]")  # in a metric's name; `/` would make a group of it
_POINTS = 900  # a call: MLflow takes 1,000 things, of which at most 100 params
_PARAMS = 100
_PAGE = 1000


log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Logged:
    """The run ids of a state."""

    experiment_id: str
    parent: str
    children: dict[str, str]  # by backbone
    registry: str = ""  # what the registry made of the state; empty until that is settled


def experiment_id(client: "MlflowClient", name: str, artifacts_uri: str | None) -> str:
    """The id of the experiment `name`, made if there is none."""
    from mlflow.exceptions import MlflowException

    found = client.get_experiment_by_name(name)
    if found is None:
        try:
            return str(client.create_experiment(name, artifact_location=artifacts_uri))
        except MlflowException:  # another writer was quicker
            found = client.get_experiment_by_name(name)
            if found is None:
                raise
    if found.lifecycle_stage != "active":
        cure = f"`mlflow experiments restore --experiment-id {found.experiment_id}`"
        raise MlflowException(
            f"experiment {name} is deleted; run {cure}, or set another track.experiment"
        )
    return str(found.experiment_id)


def close_stale(client: "MlflowClient", experiment: str) -> int:
    """Close runs whose writer was killed while it logged; returns how many."""
    running = client.search_runs([experiment], "attributes.status = 'RUNNING'", max_results=_PAGE)
    stale = [run.info.run_id for run in running if is_gone(run.data.tags.get(_WRITER, ""))]
    for run_id in stale:
        client.set_terminated(run_id, status="KILLED")
    return len(stale)


def find_state(client: "MlflowClient", experiment: str, fingerprint: str) -> Logged | None:
    """The runs of a state that was logged to its end."""
    parents = client.search_runs(
        [experiment],
        f"tags.{FINGERPRINT} = '{fingerprint}' and tags.{ROLE} = '{PIPELINE}' "
        "and attributes.status = 'FINISHED'",
        max_results=1,
    )
    if not parents:
        return None
    parent = parents[0].info.run_id
    children = client.search_runs([experiment], f"tags.`{PARENT}` = '{parent}'", max_results=_PAGE)
    ids = {run.data.tags.get(BACKBONE, ""): run.info.run_id for run in children}
    return Logged(experiment, parent, ids, parents[0].data.tags.get(REGISTRY, ""))


def write_state(client: "MlflowClient", experiment: str, state: State) -> Logged:
    """Log the parent and its children; the parent is finished last, when all is there."""
    parent = _start(client, experiment, state.parent, {})
    children = {}
    for name, content in state.children.items():
        children[name] = _start(client, experiment, content, {PARENT: parent})
        client.set_terminated(children[name], status="FINISHED")
    client.set_terminated(parent, status="FINISHED")
    return Logged(experiment, parent, children)


def _start(
    client: "MlflowClient", experiment: str, content: RunContent, tags: dict[str, str]
) -> str:
    own = {
        "mlflow.note.content": content.note,
        "mlflow.source.git.commit": content.tags.get(COMMIT, ""),
        "mlflow.source.name": "stages/track.py",
        _WRITER: str(this_writer()),
    }
    tags = {**content.tags, **tags, **{key: value for key, value in own.items() if value}}
    run_id = str(client.create_run(experiment, tags=tags, run_name=content.name).info.run_id)
    _log_numbers(client, run_id, content.params, content.points)
    for path, folder in content.artifacts:
        client.log_artifact(run_id, str(path), folder or None)
    return run_id


def _log_numbers(
    client: "MlflowClient", run_id: str, params: dict[str, str], points: Sequence[Point]
) -> None:
    from mlflow.entities import Metric, Param

    now = int(time.time() * 1000)
    metrics = [Metric(_FORBIDDEN.sub("_", p.key), p.value, now, p.step) for p in points]
    pairs = [Param(key, _cut_param(key, value)) for key, value in params.items()]
    batches = zip_longest(_cut(metrics, _POINTS), _cut(pairs, _PARAMS), fillvalue=())
    for some_metrics, some_pairs in batches:
        client.log_batch(run_id, some_metrics, some_pairs)


def _cut(things: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [things[start : start + size] for start in range(0, len(things), size)]


def _cut_param(key: str, value: str) -> str:
    """`value` as far as MLflow stores it; that it was cut is said."""
    if len(value) <= _LONGEST_PARAM:
        return value
    log.warning("MLflow: param %s is truncated to %d characters", key, _LONGEST_PARAM)
    return f"{value[: _LONGEST_PARAM - 1]}…"
