"""The SQLite store: one writer at a time, created whole or not at all, at home where it lies."""

import fcntl
import logging
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from potholes.tracking.store import sqlite_uri

_PATIENCE = 300  # seconds to wait for another writer, who needs about two
_MOVABLE = (
    ("experiments", "artifact_location"),
    ("runs", "artifact_uri"),
    ("logged_models", "artifact_location"),
    ("model_versions", "source"),
    ("model_versions", "storage_location"),
)

log = logging.getLogger(__name__)


@contextmanager
def sole_writer(database: Path, patience: float = _PATIENCE) -> Iterator[None]:
    """Hold the lock beside `database`; raises TimeoutError after `patience` seconds.

    Two writers of one state would both find it missing and log it twice.
    """
    database.parent.mkdir(parents=True, exist_ok=True)
    lock = database.with_name(f"{database.name}.lock")
    with lock.open("a") as file:
        deadline = time.monotonic() + patience
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > deadline:
                    raise TimeoutError(f"{lock}: held by another process") from None
                time.sleep(0.05)
        yield


def create(database: Path, artifacts_uri: str) -> None:
    """Make an empty store at a temporary path and rename it: a killed creation leaves nothing.

    MLflow runs some sixty migrations. Without waiting for the disk after each they take 3 s
    instead of 8, and nothing is lost by it: the file is synced before it gets its name. Call as
    the sole writer.
    """
    import sqlalchemy
    from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("mlflow.store").setLevel(logging.WARNING)
    log.info("MLflow: creating %s", database)
    partial = database.with_name(f"{database.name}.partial")
    partial.unlink(missing_ok=True)
    partial.touch()  # where this is not allowed, MLflow would try for 100 seconds
    sqlalchemy.event.listen(sqlalchemy.Engine, "connect", _without_syncing)
    try:
        SqlAlchemyStore(sqlite_uri(partial), artifacts_uri).engine.dispose()
    finally:
        sqlalchemy.event.remove(sqlalchemy.Engine, "connect", _without_syncing)
    with partial.open("rb") as file:
        os.fsync(file.fileno())
    partial.replace(database)


def _without_syncing(connection: Any, _record: Any) -> None:
    for setting in ("synchronous=OFF", "journal_mode=MEMORY"):
        connection.execute(f"PRAGMA {setting}").close()


def bring_home(database: Path, artifacts_uri: str) -> None:
    """Point what the project logged at `artifacts_uri` if its folder was moved or copied.

    MLflow stores absolute paths: a moved project's runs would show no artifacts, and a copy's new
    runs would write theirs into the original's folder.
    """
    folder = f"/{artifacts_uri.rsplit('/', 1)[1]}"
    with closing(sqlite3.connect(database, timeout=30)) as connection, connection:
        rows = connection.execute("SELECT DISTINCT artifact_location FROM experiments").fetchall()
        roots = {_root(location or "", folder) for (location,) in rows} - {None, artifacts_uri}
        for old in sorted(filter(None, roots)):
            log.info("MLflow: artifacts were at %s, now at %s", old, artifacts_uri)
            for table, column in _MOVABLE:
                _move(connection, table, column, old, artifacts_uri)


def _root(location: str, folder: str) -> str | None:
    """`file:///x/mlartifacts` of that and of what lies in it; None for what is not ours."""
    head, found, tail = location.rpartition(folder)
    ours = location.startswith("file:") and found and (not tail or tail.startswith("/"))
    return f"{head}{folder}" if ours else None


def _move(connection: sqlite3.Connection, table: str, column: str, old: str, new: str) -> None:
    columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
    if column in columns:
        connection.execute(
            f"UPDATE {table} SET {column} = ? || substr({column}, ?) "
            f"WHERE {column} = ? OR substr({column}, 1, ?) = ?",
            (new, len(old) + 1, old, len(old) + 1, f"{old}/"),
        )
