"""What killed processes and simultaneous writers leave in a store, and how it is removed."""

import logging
import shutil
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from potholes.report.fingerprint import FINGERPRINT
from potholes.tracking.content import PIPELINE, REGISTRY, ROLE
from potholes.tracking.writing_process import is_gone

if TYPE_CHECKING:
    from mlflow import MlflowClient

PARENT = "mlflow.parentRunId"
WRITER = "writer"  # the tag of who logs a run

_PAGE = 1000

log = logging.getLogger(__name__)


def remove_half_logged(client: "MlflowClient", experiment: str) -> int:
    """Remove runs whose writer was killed, and their finished children; returns how many.

    The state is then logged anew, so that the store is as if nobody had been killed.
    """
    running = _search(client, experiment, "attributes.status = 'RUNNING'")
    gone = [run for run in running if is_gone(run.data.tags.get(WRITER, ""))]
    return _remove_with_children(client, experiment, gone)


def keep_one(client: "MlflowClient", experiment: str, fingerprint: str) -> str:
    """The run id of the parent of a state that stays, where several processes logged the state.

    On a server there is no lock, and two machines may log one state at once. Whoever sees both
    removes the same one.
    """
    found = _search(client, experiment, parent_filter(fingerprint))
    # one whose model may be registered already stays
    first, *others = sorted(found, key=lambda run: (REGISTRY not in run.data.tags, run.info.run_id))
    if others:
        log.info("MLflow: this state was logged by another process too; one is removed")
        _remove_with_children(client, experiment, others)
    return str(first.info.run_id)


def parent_filter(fingerprint: str) -> str:
    """MLflow's filter for the parents of a state that was logged to its end."""
    return (
        f"tags.{FINGERPRINT} = '{fingerprint}' and tags.{ROLE} = '{PIPELINE}' "
        "and attributes.status = 'FINISHED'"
    )


def children_filter(parent: str) -> str:
    """MLflow's filter for the children of a run."""
    return f"tags.`{PARENT}` = '{parent}'"


def _search(client: "MlflowClient", experiment: str, condition: str) -> list[Any]:
    return list(client.search_runs([experiment], condition, max_results=_PAGE))


def _remove_with_children(client: "MlflowClient", experiment: str, runs: Sequence[Any]) -> int:
    """Remove `runs`, of which one may be another's child; returns how many are removed."""
    every = {run.info.run_id: run for run in runs}
    for run in runs:
        for child in _search(client, experiment, children_filter(run.info.run_id)):
            every.setdefault(child.info.run_id, child)
    for run in every.values():
        _remove(client, run)
    return len(every)


def _remove(client: "MlflowClient", run: Any) -> None:
    """For good where the store is a database; a server keeps it as deleted until `mlflow gc`."""
    from mlflow.entities import RunStatus

    run_id = run.info.run_id
    if run.info.status == RunStatus.to_string(RunStatus.RUNNING):
        client.set_terminated(run_id, status="KILLED")
    client.delete_run(run_id)
    for_good = getattr(client._tracking_client.store, "_hard_delete_run", None)
    if for_good is None:
        return
    for_good(run_id)
    place = urlsplit(run.info.artifact_uri)
    if place.scheme == "file":  # .../RUN/artifacts
        folder = url2pathname(place.path).removesuffix("/artifacts")
        shutil.rmtree(folder, ignore_errors=True)
