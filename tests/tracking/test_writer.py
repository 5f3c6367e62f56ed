import logging

import pytest

from potholes.tracking.content import RunContent, State
from potholes.tracking.measures import Point
from potholes.tracking.store import sqlite_uri
from potholes.tracking.writer import write_state


def written(database, parent):
    from mlflow import MlflowClient

    client = MlflowClient(tracking_uri=sqlite_uri(database))
    mlflow_id = client.create_experiment("writer", artifact_location=database.parent.as_uri())
    logged = write_state(client, mlflow_id, State("f", parent, {}))
    return client.get_run(logged.parent).data


@pytest.fixture
def database(empty_store, tmp_path):
    copy = tmp_path / "mlflow.db"
    copy.write_bytes(empty_store.read_bytes())
    return copy


def test_a_long_param_is_cut_and_said(database, caplog):
    content = RunContent("r", "", {}, {"data.labelled": "x" * 7000}, [], [])
    with caplog.at_level(logging.WARNING):
        data = written(database, content)
    assert len(data.params["data.labelled"]) == 6000
    assert "data.labelled is truncated" in caplog.text


def test_letters_that_mlflow_forbids_in_a_metrics_name_are_replaced(database):
    content = RunContent("r", "", {}, {}, [Point("test/recall_b<c>ä", 0.5, 0)], [])
    assert written(database, content).metrics == {"test/recall_b_c_ä": 0.5}


def test_note_and_commit_are_where_mlflow_shows_them(database):
    content = RunContent("r", "it is the best", {"git_commit": "abc"}, {}, [], [])
    tags = written(database, content).tags
    assert tags["mlflow.note.content"] == "it is the best"
    assert tags["mlflow.source.git.commit"] == "abc"
