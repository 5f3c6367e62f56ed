"""The page of MLflow's UI that shows the runs as they are meant to be read.

Without a view of its own MLflow shows no metric in the list. A view is a tag of the experiment,
which the address names: the columns, and the order by what chose the backbone.
"""

import json

from potholes.tracking.measures import Measure

VIEW = "potholes"
VIEW_TAG = f"mlflow.sharedViewState.{VIEW}"
HOST, PORT = "127.0.0.1", 5000  # where `potholes ui` serves a store in a file
_NAME = "attributes.`Run Name`"
_WIDTHS = {
    _NAME: 255,
    "runDateAndNestInfo": 140,
    "metrics.`cv/accuracy`": 110,
    "metrics.`cv/auc`": 85,
    "metrics.`test/accuracy`": 115,
    "metrics.`test/auc`": 85,
    "tags.`changed`": 145,
    "attributes.`Dataset`": 240,
}


def run_page(tracking_uri: str, experiment_id: str, port: int = PORT) -> str:
    """The address of an experiment's runs: on its server, or on that of `potholes ui` at `port`."""
    server = (
        tracking_uri
        if tracking_uri.startswith(("http://", "https://"))
        else f"http://{HOST}:{port}"
    )
    query = f"workflowType=machine_learning&viewStateShareKey={VIEW}"
    return f"{server.rstrip('/')}/#/experiments/{experiment_id}/runs?{query}"


def view(measure: Measure) -> str:
    """The view as MLflow keeps it, in JSON: sorted by `measure`, the best first."""
    sorted_by = f"metrics.`{measure.key}`"
    widths = {_NAME: 0, "runDateAndNestInfo": 0, sorted_by: 110} | _WIDTHS
    state = {
        "orderByKey": sorted_by,
        "orderByAsc": measure.ascending,
        "selectedColumns": [column for column in widths if "`" in column and column != _NAME],
        "columnOrder": list(widths),
        "columnWidths": widths,
    }
    named = {"name": "Backbones compared", "createdAt": 0, "updatedAt": 0}
    return json.dumps({**named, "state": json.dumps(state)})
