"""The registry: one model, the best so far as `champion`, the one before as `previous`.

A version takes as much disk as the whole model, so a state is registered only where it is the first
on its photos or better than all others on them. Every step can be repeated: a killed attempt is
taken up where it stopped.
"""

import logging
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from potholes.files.documents import to_json
from potholes.report.fingerprint import FINGERPRINT
from potholes.tracking.candidate import DATA, SCORE, Candidate, description, version_tags
from potholes.tracking.content import BACKBONE
from potholes.tracking.servable import write_servable

if TYPE_CHECKING:
    from mlflow import MlflowClient

MODEL = "potholes"
CHAMPION, PREVIOUS = "champion", "previous"
_VERSIONS = (
    "mlflow.modelVersions"  # the logged model's tag by which MLflow's pages find its version
)
_SCORES = ("cv", "test")  # what the keys of scores begin with
_ABOUT = (
    "Labels photos: the pipeline's selected backbone and its head. A state of the pipeline is "
    "registered where it is the first on its photos, or better than all versions on the same "
    "photos. `champion` is the version registered last, `previous` the champion before it. A "
    "version's tags say on which photos, by which measure, and whether its weights are a stand-in."
)

log = logging.getLogger(__name__)


def settle(
    client: "MlflowClient", experiment: str, parent: str, candidate: Candidate, *, force: bool
) -> str:
    """Register the state that `parent` is the run of, or not; returns what was done, a sentence.

    It becomes the champion if it is the first on its data or better than all versions on it; with
    `force` in any case. A state that has a version gets no second one.
    """
    versions = sorted(client.search_model_versions(f"name = '{MODEL}'"), key=_number)
    own = [v for v in versions if v.tags.get(FINGERPRINT) == candidate.fingerprint]
    why, wins = _verdict(candidate, [v for v in versions if v not in own])
    if own and own[-1] is versions[-1]:  # its registration may have been broken off
        wins = True
    elif own and not force:
        return f"version {own[-1].version}"
    if force and not wins:
        why = f"on demand ({why})"
    elif not wins:
        return f"not registered: {why}"
    version = own[-1] if own else _register(client, experiment, parent, candidate, why)
    model = _logged_model(client, experiment, version.run_id)
    if model is not None:
        link = [{"name": MODEL, "version": str(version.version)}]
        client.set_logged_model_tags(model.model_id, {_VERSIONS: to_json(link)})
    _crown(client, str(version.version))
    return f"version {version.version}, champion: {why}"


def _verdict(candidate: Candidate, versions: Sequence[Any]) -> tuple[str, bool]:
    """Why the candidate is the champion or not, and whether it is."""
    measure, score = candidate.measure, candidate.score
    mine = f"{measure.name} {score:.4f}"
    known = [
        (float(version.tags[SCORE + measure.column]), version.version)
        for version in versions
        if version.tags.get(DATA) == candidate.data and SCORE + measure.column in version.tags
    ]
    if not known:
        return f"the first on these photos, {mine}", True
    best, number = (min if measure.ascending else max)(known, key=lambda pair: pair[0])
    if measure.better(score, best):
        return f"{mine}, better than version {number} ({best:.4f})", True
    return f"{mine} is not better than version {number} ({best:.4f})", False


def _register(
    client: "MlflowClient", experiment: str, parent: str, candidate: Candidate, why: str
) -> Any:
    """A new version, whose files are in the store before it has a number."""
    from mlflow.exceptions import MlflowException

    tags = version_tags(candidate)
    run = client.get_run(parent)
    model = _logged_model(client, experiment, parent)
    if model is None:
        note = {**tags, "mlflow.note.content": description(candidate, why)}
        model = client.create_logged_model(
            experiment, tags[BACKBONE], source_run_id=parent, tags=note, params=run.data.params
        )
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "model"
        write_servable(folder, candidate.selected, model.model_id, parent)
        client.log_model_artifacts(model.model_id, str(folder))
    client.finalize_logged_model(model.model_id, "READY")
    _show_on_run(client, run, model)
    try:
        client.create_registered_model(MODEL, description=_ABOUT)
    except MlflowException as error:
        if error.error_code != "RESOURCE_ALREADY_EXISTS":
            raise
    version = client.create_model_version(
        MODEL,
        source=model.artifact_location,
        run_id=parent,
        tags=tags,
        description=description(candidate, why),
        await_creation_for=None,  # it is there at once; asking says so in the log
        model_id=model.model_id,
    )
    log.info("MLflow: registered %s, version %s", MODEL, version.version)
    return version


def _show_on_run(client: "MlflowClient", run: Any, model: Any) -> None:
    """The model on the run's page, and the run's scores on the model's."""
    from mlflow.entities import LoggedModelOutput, Metric

    run_id, model_id = run.info.run_id, model.model_id
    if run.outputs is None or not run.outputs.model_outputs:
        client.log_outputs(run_id, [LoggedModelOutput(model_id, step=0)])
    if model.metrics:
        return
    # the very points of the run: another time would be a second point there
    keys = [key for key in run.data.metrics if key.startswith(_SCORES)]
    points = [point for key in keys for point in client.get_metric_history(run_id, key)]
    client.log_batch(
        run_id,
        [
            Metric(p.key, p.value, p.timestamp, p.step, run_id=run_id, model_id=model_id)
            for p in points
        ],
    )


def _logged_model(client: "MlflowClient", experiment: str, run_id: str) -> Any:
    """The model of a run, which a killed process may have begun; None where there is none."""
    found = client.search_logged_models([experiment], f"source_run_id = '{run_id}'")
    return found[0] if found else None


def _crown(client: "MlflowClient", version: str) -> None:
    """Make `version` the champion and the former champion `previous`."""
    model = client.get_registered_model(MODEL)
    champion = model.aliases.get(CHAMPION)
    if champion is not None and str(champion) == version:
        return
    if champion is not None:
        client.set_registered_model_alias(MODEL, PREVIOUS, str(champion))
    client.set_registered_model_alias(MODEL, CHAMPION, version)


def _number(version: Any) -> int:
    return int(version.version)
