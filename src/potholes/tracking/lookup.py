"""What a SQLite store has, asked without MLflow, whose import takes seconds."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from potholes.report.fingerprint import FINGERPRINT
from potholes.tracking.content import BACKBONE, PIPELINE, REGISTRY, ROLE
from potholes.tracking.leftovers import PARENT
from potholes.tracking.writer import Logged

_PARENT_QUERY = f"""
SELECT runs.experiment_id, runs.run_uuid, registry.value FROM runs
JOIN experiments USING (experiment_id)
JOIN tags AS state ON state.run_uuid = runs.run_uuid AND state.key = '{FINGERPRINT}'
JOIN tags AS role ON role.run_uuid = runs.run_uuid AND role.key = '{ROLE}'
JOIN tags AS registry ON registry.run_uuid = runs.run_uuid AND registry.key = '{REGISTRY}'
WHERE experiments.name = ? AND state.value = ? AND role.value = '{PIPELINE}'
  AND experiments.lifecycle_stage = 'active'
  AND runs.lifecycle_stage = 'active' AND runs.status = 'FINISHED'
"""
_CHILDREN_QUERY = f"""
SELECT backbone.value, runs.run_uuid FROM runs
JOIN tags AS parent ON parent.run_uuid = runs.run_uuid AND parent.key = '{PARENT}'
JOIN tags AS backbone ON backbone.run_uuid = runs.run_uuid AND backbone.key = '{BACKBONE}'
WHERE parent.value = ? AND runs.lifecycle_stage = 'active'
"""
_ALIASES_QUERY = "SELECT alias, version FROM registered_model_aliases WHERE name = ?"
# a version that was deleted keeps its number
_VERSIONS_QUERY = """
SELECT version FROM model_versions WHERE name = ? AND current_stage != 'Deleted_Internal'
"""
_TAGS_QUERY = "SELECT version, key, value FROM model_version_tags WHERE name = ?"
_RUNNING_QUERY = "SELECT 1 FROM runs WHERE status = 'RUNNING' LIMIT 1"


def known_state(database: Path, experiment: str, fingerprint: str) -> Logged | None:
    """What writer.find_state would say; None also where MLflow itself has to look.

    That is where a run still counts as running (its writer may be dead), where it is not settled
    whether the state is registered, and where the tables are not as this version of MLflow makes
    them.
    """
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
            found = connection.execute(_PARENT_QUERY, (experiment, fingerprint)).fetchone()
            if not found or connection.execute(_RUNNING_QUERY).fetchone():
                return None
            children = connection.execute(_CHILDREN_QUERY, (found[1],)).fetchall()
    except sqlite3.Error:
        return None
    return Logged(str(found[0]), found[1], dict(children), registry=found[2])


@dataclass(frozen=True)
class Registered:
    """A registered model: its aliases' versions, and each version's tags."""

    aliases: dict[str, str]
    versions: dict[str, dict[str, str]]


def registered_model(database: Path, name: str) -> Registered:
    """The model `name`; without versions where the store has none of that name.

    Raises ValueError where the tables are not as this version of MLflow makes them.
    """
    try:
        with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True)) as connection:
            aliases, versions, tags = (
                connection.execute(query, (name,)).fetchall()
                for query in (_ALIASES_QUERY, _VERSIONS_QUERY, _TAGS_QUERY)
            )
    except sqlite3.Error as error:
        raise ValueError(
            f"{database}: {error}; `make track` brings it to this version of MLflow"
        ) from None
    found: dict[str, dict[str, str]] = {str(version): {} for (version,) in versions}
    for version, key, value in tags:
        if str(version) in found:
            found[str(version)][key] = value
    return Registered({alias: str(version) for alias, version in aliases}, found)
