"""The runs of a state in an MLflow store, by as few calls as MLflow allows."""

import logging
import re
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Any

from potholes.tracking.content import (
    BACKBONE,
    COMMIT,
    PIPELINE,
    REGISTRY,
    ROLE,
    RunContent,
    State,
)
from potholes.tracking.datasets import Photos
from potholes.tracking.leftovers import PARENT, WRITER, children_filter, parent_filter
from potholes.tracking.measures import Point
from potholes.tracking.private_paths import PrivatePaths
from potholes.tracking.run_page import VIEW_TAG, view
from potholes.tracking.writing_process import this_writer

if TYPE_CHECKING:
    from mlflow import MlflowClient


_LONGEST_PARAM = 6000  # characters that MLflow stores
_FORBIDDEN = re.compile(r"[^\w.\-/ ]")  # in a metric's name; what stands before `/` is its section
_POINTS = 900  # a call: MLflow takes 1,000 things, of which at most 100 params
_PARAMS = 100
_PAGE = 1000
_UPLOADS = 8  # files at once


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


def find_state(client: "MlflowClient", experiment: str, fingerprint: str) -> Logged | None:
    """The runs of a state that was logged to its end."""
    parents = client.search_runs([experiment], parent_filter(fingerprint), max_results=1)
    if not parents:
        return None
    parent = parents[0].info.run_id
    children = client.search_runs([experiment], children_filter(parent), max_results=_PAGE)
    ids = {run.data.tags.get(BACKBONE, ""): run.info.run_id for run in children}
    return Logged(experiment, parent, ids, parents[0].data.tags.get(REGISTRY, ""))


def last_params(client: "MlflowClient", experiment: str, before: float) -> dict[str, str] | None:
    """The params of the last state that was finished `before` (seconds since 1970), if any."""
    parents = client.search_runs(
        [experiment],
        f"tags.{ROLE} = '{PIPELINE}' and attributes.status = 'FINISHED' "
        f"and attributes.end_time < {_milliseconds(before)}",
        order_by=["attributes.end_time DESC"],
        max_results=1,
    )
    return dict(parents[0].data.params) if parents else None


def write_state(client: "MlflowClient", experiment: str, state: State) -> Logged:
    """Log the parent and its children; the parent is finished last, when all is there.

    The runs' times are those of the work: one backbone after the other, the parent over all.
    """
    client.set_experiment_tag(experiment, VIEW_TAG, view(state.measure))
    clock = state.ended - sum(child.seconds for child in state.children.values())
    parent = _start(client, experiment, state, state.parent, {}, clock)
    children = {}
    for name, content in state.children.items():
        children[name] = _start(client, experiment, state, content, {PARENT: parent}, clock)
        clock += content.seconds
        _finish(client, children[name], clock)
    _finish(client, parent, state.ended)
    return Logged(experiment, parent, children)


def _start(
    client: "MlflowClient",
    experiment: str,
    state: State,
    content: RunContent,
    tags: dict[str, str],
    start: float,
) -> str:
    own = {
        "mlflow.note.content": content.note,
        "mlflow.source.git.commit": content.tags.get(COMMIT, ""),
        "mlflow.source.name": "stages/track.py",
        WRITER: str(this_writer()),
    }
    tags = {**content.tags, **tags, **{key: value for key, value in own.items() if value}}
    tags = {key: state.private.hide(value) for key, value in tags.items()}
    run = client.create_run(experiment, _milliseconds(start), tags, content.name)
    run_id = str(run.info.run_id)
    _log_numbers(client, run_id, content, _milliseconds(start + content.seconds))
    if content.photos:
        client.log_inputs(run_id, [_dataset(photos) for photos in content.photos])
    _log_files(client, run_id, content, state.private)
    return run_id


def _finish(client: "MlflowClient", run_id: str, ended: float) -> None:
    """End a run; who wrote it matters only as long as it is not complete."""
    client.set_terminated(run_id, "FINISHED", _milliseconds(ended))
    client.delete_tag(run_id, WRITER)


def _log_numbers(client: "MlflowClient", run_id: str, content: RunContent, at: int) -> None:
    from mlflow.entities import Param

    metrics = [_metric(point, at) for point in content.points]
    pairs = [Param(key, _cut_param(key, value)) for key, value in content.params.items()]
    batches = zip_longest(_cut(metrics, _POINTS), _cut(pairs, _PARAMS), fillvalue=())
    for some_metrics, some_pairs in batches:
        client.log_batch(run_id, some_metrics, some_pairs)


def _metric(point: Point, at: int) -> Any:
    from mlflow.entities import Metric

    return Metric(_FORBIDDEN.sub("_", point.key), point.value, at, point.step)


def _dataset(photos: Photos) -> Any:
    from mlflow.entities import Dataset, DatasetInput, InputTag

    dataset = Dataset(
        name=photos.name,
        digest=photos.digest,
        source_type="local",
        source=photos.source,
        schema=photos.schema,
        profile=photos.profile,
    )
    return DatasetInput(dataset, [InputTag("mlflow.data.context", photos.split)])


def _log_files(
    client: "MlflowClient", run_id: str, content: RunContent, private: PrivatePaths
) -> None:
    """Log the files, to a server several at once: each waits for its answer.

    The first that fails ends it; those that have not begun are left.
    """
    for artifact in content.artifacts[:1]:
        _log_file(client, run_id, *artifact, private)  # MLflow then knows the run's folder
    at_once = _UPLOADS if client.tracking_uri.startswith("http") else 1
    with ThreadPoolExecutor(at_once) as pool:
        files = [
            pool.submit(_log_file, client, run_id, *artifact, private)
            for artifact in content.artifacts[1:]
        ]
        try:
            for file in files:
                file.result()
        finally:
            pool.shutdown(cancel_futures=True)


def _log_file(
    client: "MlflowClient", run_id: str, path: Path, folder: str, private: PrivatePaths
) -> None:
    """Log a file; of a text, a copy without the paths of the user's machine."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        text = ""
    public = private.hide(text)
    if public == text:
        client.log_artifact(run_id, str(path), folder or None)
    else:
        client.log_text(run_id, public, f"{folder}/{path.name}" if folder else path.name)


def _milliseconds(seconds: float) -> int:
    return round(seconds * 1000)


def _cut(things: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [things[start : start + size] for start in range(0, len(things), size)]


def _cut_param(key: str, value: str) -> str:
    """`value` as far as MLflow stores it; that it was cut is said."""
    if len(value) <= _LONGEST_PARAM:
        return value
    log.warning("MLflow: param %s is truncated to %d characters", key, _LONGEST_PARAM)
    return f"{value[: _LONGEST_PARAM - 1]}…"
