"""What a store says of its runs, without what differs from one logging to the next."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mlflow import MlflowClient
from mlflow.entities import ViewType

from potholes.tracking.store import sqlite_uri

_OWN = ("writer", "mlflow.parentRunId", "mlflow.user")  # tags of the process that logged


def client(project: Path) -> MlflowClient:
    return MlflowClient(sqlite_uri(project / "mlflow.db"))


def runs(project: Path, filter_string: str = "") -> list[Any]:
    return list(client(project).search_runs(["1"], filter_string))


def all_runs(client: MlflowClient, experiment: str = "1", *, deleted: bool = False) -> list[Any]:
    kind = ViewType.ALL if deleted else ViewType.ACTIVE_ONLY
    return list(client.search_runs([experiment], run_view_type=kind))


def content(client: MlflowClient, experiment: str = "1") -> list[Any]:
    """Every run: name, status, parent's name, params, points, tags, files; in order of name."""
    runs = {run.info.run_id: run for run in all_runs(client, experiment)}
    described = []
    for run in runs.values():
        parent = runs.get(run.data.tags.get("mlflow.parentRunId", ""))
        described.append(
            (
                run.info.run_name,
                run.info.status,
                parent.info.run_name if parent else "",
                run.data.params,
                {key: _points(client, run.info.run_id, key) for key in run.data.metrics},
                {key: value for key, value in run.data.tags.items() if key not in _OWN},
                sorted(_files(client, run.info.run_id)),
            )
        )
    return sorted(described, key=lambda one: (one[0], one[2]))


def _points(client: MlflowClient, run_id: str, key: str) -> list[tuple[int, float]]:
    return sorted((one.step, one.value) for one in client.get_metric_history(run_id, key))


def _files(client: MlflowClient, run_id: str, folder: str | None = None) -> Iterator[str]:
    for one in client.list_artifacts(run_id, folder):
        if one.is_dir:
            yield from _files(client, run_id, one.path)
        else:
            yield one.path


def files_on_disk(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))
