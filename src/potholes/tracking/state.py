"""A state of the pipeline into MLflow, once; a store that cannot be reached stops nobody."""

import logging
import os
import sqlite3
import sys
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from potholes.familiarity.tables import read_familiarity
from potholes.files.collecting import rarely_collecting
from potholes.files.optional import without
from potholes.params import Params
from potholes.report.fingerprint import fingerprint_of, state_of
from potholes.report.results import read_results
from potholes.tracking.candidate import Candidate, check_files
from potholes.tracking.content import REGISTRY, State, named, state_content
from potholes.tracking.datasets import STANDARDISED, read_photos
from potholes.tracking.leftovers import keep_one, remove_half_logged
from potholes.tracking.lookup import known_state
from potholes.tracking.provenance import Provenance, provenance
from potholes.tracking.reaching import check_answer
from potholes.tracking.registering import settle
from potholes.tracking.sqlite import bring_home, create, sole_writer
from potholes.tracking.store import Store, find_store, without_credentials
from potholes.tracking.tables import Receipt
from potholes.tracking.writer import (
    Logged,
    experiment_id,
    find_state,
    last_params,
    write_state,
)

if TYPE_CHECKING:
    from mlflow import MlflowClient

_REASON = 500  # characters of it that are kept
_BUCKET_ERRORS = (
    ("boto3.exceptions", "Boto3Error"),
    ("botocore.exceptions", "BotoCoreError"),
    ("botocore.exceptions", "ClientError"),
)

log = logging.getLogger(__name__)


@rarely_collecting()
@without("pandas", "scipy")
def log_state(
    project: Path,
    reports: Path,
    models: Path,
    predictions: Path,
    params: Params,
    environ: Mapping[str, str],
    *,
    source: Provenance | None = None,
    ended: float | None = None,
    register: bool = False,
) -> Receipt:
    """Log the state that lies in `project` unless the store has it; works from files alone.

    And register its model where it is the best on its photos, or with `register` in any case.
    `source` is the project's own commit, if None; `ended` (seconds since 1970; now, if None) is
    when the state's work was done.

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
        source or provenance(project),
        read_photos(project, md5s[STANDARDISED], params.data.labelled, params.augment.copies),
        project=project,
        reports=reports,
        models=models,
        environ=environ,
        ended=time.time() if ended is None else ended,
    )
    candidate = Candidate(state.fingerprint, md5s[STANDARDISED], models / "selected", results)
    check_files(candidate.selected)
    store = find_store(environ, project)
    set_switches(store)
    try:
        logged = _log_once(store, params.track.experiment, state, candidate, force=register)
    except OSError as error:  # first, since the other kinds cost MLflow's import
        return _receipt(store, params, state, None, _reason(error))
    except _store_errors() as error:
        return _receipt(store, params, state, None, _reason(error))
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
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
        os.environ.setdefault("MLFLOW_HTTP_REQUEST_TIMEOUT", "8")


def _reason(error: Exception) -> str:
    return without_credentials(" ".join(str(error).split()))[:_REASON]


def _store_errors() -> tuple[type[Exception], ...]:
    """What a store, its driver (of a database, of a bucket) or the network may raise."""
    from mlflow.exceptions import MlflowException
    from sqlalchemy.exc import SQLAlchemyError

    return MlflowException, SQLAlchemyError, sqlite3.Error, ImportError, *_bucket_errors()


def _bucket_errors() -> tuple[type[Exception], ...]:
    """Of S3, where MLflow has loaded its client: a server may leave the files to us."""
    return tuple(
        getattr(sys.modules[module], name)
        for module, name in _BUCKET_ERRORS
        if module in sys.modules
    )


def _log_once(
    store: Store, experiment: str, state: State, candidate: Candidate, *, force: bool
) -> Logged:
    database, artifacts = store.database, store.artifacts
    if not database or not artifacts:
        check_answer(store.uri)
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
    removed = remove_half_logged(client, mlflow_id)
    if removed:
        log.info("MLflow: removed %d half-logged runs of a process that was killed", removed)
    logged = find_state(client, mlflow_id, state.fingerprint)
    if logged:
        log.info("MLflow: this state is already in %s", store.public_uri)
    else:
        logged = _write(client, mlflow_id, state)
        log.info("MLflow: logged 1 + %d runs to %s", len(logged.children), store.public_uri)
    if logged.registry and not force:
        return logged
    settled = settle(client, mlflow_id, logged.parent, candidate, force=force)
    client.set_tag(logged.parent, REGISTRY, settled)
    return replace(logged, registry=settled)


def _write(client: "MlflowClient", mlflow_id: str, state: State) -> Logged:
    last = last_params(client, mlflow_id, state.ended)
    written = write_state(client, mlflow_id, named(state, last))
    if keep_one(client, mlflow_id, state.fingerprint) == written.parent:
        return written
    return find_state(client, mlflow_id, state.fingerprint) or written


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
