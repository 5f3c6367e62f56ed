"""A state of the pipeline into MLflow, once; a store that cannot be reached stops nobody."""

import logging
import os
import sqlite3
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from potholes.familiarity.tables import read_familiarity
from potholes.files.optional import without
from potholes.params import Params
from potholes.report.fingerprint import fingerprint_of, state_of
from potholes.report.results import read_results
from potholes.tracking.candidate import STANDARDISED, Candidate, check_files
from potholes.tracking.content import State, state_content
from potholes.tracking.lookup import known_state
from potholes.tracking.provenance import provenance
from potholes.tracking.registering import settle
from potholes.tracking.sqlite import bring_home, create, sole_writer
from potholes.tracking.store import Store, find_store, without_credentials
from potholes.tracking.tables import Receipt
from potholes.tracking.writer import (
    REGISTRY,
    Logged,
    close_stale,
    experiment_id,
    find_state,
    write_state,
)

_REASON = 500  # characters of it that are kept

log = logging.getLogger(__name__)


@without("pandas", "scipy")
def log_state(
    project: Path,
    reports: Path,
    models: Path,
    predictions: Path,
    params: Params,
    environ: Mapping[str, str],
    *,
    register: bool = False,
) -> Receipt:
    """Log the state that lies in `project` unless the store has it; works from files alone.

    And register its model where it is the best on its photos, or with `register` in any case.
    Raises ValueError where results are missing or older than the params. A store that cannot be
    reached is no error: the receipt says `logged: false` and why.
    """
    md5s = state_of(project, params, running="track")
    results = read_results(reports, params.backbones)
    state = state_content(
        fingerprint_of(md5s, params),
        results,
        read_familiarity(predictions / results.selection.backbone),
        params,
        provenance(project),
        project=project,
        reports=reports,
        models=models,
        environ=environ,
    )
    candidate = Candidate(state.fingerprint, md5s[STANDARDISED], models / "selected", results)
    check_files(candidate.selected)
    store = find_store(environ, project)
    set_switches(store)
    try:
        logged = _log_once(store, params.track.experiment, state, candidate, force=register)
    except _store_errors() as error:
        reason = without_credentials(" ".join(str(error).split()))[:_REASON]
        return _receipt(store, params, state, None, reason)
    return _receipt(store, params, state, logged, "")


def set_switches(store: Store) -> None:
    """Set MLflow's switches in the process's environment, the only place where it looks for them.

    Usage reports are off; a server that does not answer is given up after seconds, not minutes.
    Call before mlflow is imported.
    """
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    os.environ["DO_NOT_TRACK"] = "true"
    os.environ["MLFLOW_SUPPRESS_PRINTING_URL_TO_STDOUT"] = "true"  # two lines a run otherwise
    if store.is_server:
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "1")
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "5")


def _store_errors() -> tuple[type[Exception], ...]:
    """What a store, its driver (of a database, of a bucket) or the network may raise."""
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    return MlflowException, SQLAlchemyError, sqlite3.Error, OSError, ImportError


def _log_once(
    store: Store, experiment: str, state: State, candidate: Candidate, *, force: bool
) -> Logged:
    database, artifacts = store.database, store.artifacts
    if not database or not artifacts:
        return _find_or_write(store, experiment, None, state, candidate, force=force)
    with sole_writer(database):
        # before mlflow is imported: most of the time there is nothing to do
        if database.exists():
            bring_home(database, artifacts.as_uri())
            known = known_state(database, experiment, state.fingerprint)
            if known and not force:
                log.info("MLflow: this state is already in %s", store.public_uri)
                return known
        else:
            create(database, artifacts.as_uri())
        return _find_or_write(store, experiment, artifacts.as_uri(), state, candidate, force=force)


def _find_or_write(
    store: Store,
    experiment: str,
    artifacts_uri: str | None,
    state: State,
    candidate: Candidate,
    *,
    force: bool,
) -> Logged:
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri=store.uri)
    mlflow_id = experiment_id(client, experiment, artifacts_uri)
    stale = close_stale(client, mlflow_id)
    if stale:
        log.info("MLflow: closed %d runs of a process that was killed", stale)
    logged = find_state(client, mlflow_id, state.fingerprint)
    if logged:
        log.info("MLflow: this state is already in %s", store.public_uri)
    else:
        logged = write_state(client, mlflow_id, state)
        log.info("MLflow: logged 1 + %d runs to %s", len(logged.children), store.public_uri)
    if logged.registry and not force:
        return logged
    settled = settle(client, mlflow_id, logged.parent, candidate, force=force)
    client.set_tag(logged.parent, REGISTRY, settled)
    return replace(logged, registry=settled)


def _receipt(
    store: Store, params: Params, state: State, logged: Logged | None, reason: str
) -> Receipt:
    return Receipt(
        tracking_uri=store.public_uri,
        experiment=params.track.experiment,
        experiment_id=logged.experiment_id if logged else None,
        fingerprint=state.fingerprint,
        logged=logged is not None,
        reason=reason,
        parent_run_id=logged.parent if logged else None,
        child_run_ids=logged.children if logged else {},
        registry=logged.registry if logged else "",
    )
