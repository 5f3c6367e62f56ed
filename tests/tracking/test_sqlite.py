import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from potholes.tracking.sqlite import bring_home, sole_writer


def locations(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return [row[0] for row in connection.execute("SELECT artifact_location FROM experiments")]


def test_a_second_writer_waits_and_then_gives_up(tmp_path: Path) -> None:
    database = tmp_path / "sub/mlflow.db"
    with (
        sole_writer(database),
        pytest.raises(TimeoutError, match=r"mlflow\.db\.lock: held by another process"),
        sole_writer(database, patience=0),
    ):
        pass
    with sole_writer(database, patience=0):
        pass


def test_a_new_store_is_whole_and_leaves_nothing_beside_it(empty_store: Path) -> None:
    assert [path.name for path in empty_store.parent.iterdir()] == ["mlflow.db"]
    with closing(sqlite3.connect(empty_store)) as connection:
        tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_master")}
    assert {"runs", "metrics", "params", "tags", "experiments"} <= tables


def test_artifacts_of_a_moved_project_are_found_again(tmp_path: Path, empty_store: Path) -> None:
    database = tmp_path / "mlflow.db"
    shutil.copy(empty_store, database)
    old = (empty_store.parent / "mlartifacts").as_uri()
    assert locations(database) == [f"{old}/0"]
    foreign = "file:///elsewhere/mlartifacts_of_others"
    with closing(sqlite3.connect(database)) as connection, connection:
        connection.execute(
            "INSERT INTO experiments (name, artifact_location, lifecycle_stage) "
            "VALUES ('potholes', ?, 'active'), ('other', ?, 'active')",
            (old, foreign),
        )
        connection.execute(
            "INSERT INTO runs (run_uuid, artifact_uri) VALUES ('a', ?), ('b', ?)",
            (f"{old}/a/artifacts", f"{foreign}/b"),
        )
    bring_home(database, "file:///new/mlartifacts")
    assert locations(database) == ["file:///new/mlartifacts/0", "file:///new/mlartifacts", foreign]
    with closing(sqlite3.connect(database)) as connection:
        uris = connection.execute("SELECT artifact_uri FROM runs ORDER BY run_uuid").fetchall()
    assert uris == [("file:///new/mlartifacts/a/artifacts",), (f"{foreign}/b",)]
