import json
from pathlib import Path

import pytest

from potholes.dataset.tables import Summary
from potholes.files.documents import write_document
from potholes.tracking.datasets import read_photos


def test_each_split_has_its_counts_and_the_digest_of_the_folder(tmp_path: Path) -> None:
    counts = {"normal": {"train": 9, "val": 3, "test": 2}, "pothole": {"train": 5, "test": 1}}
    summary = Summary(counts, 20, 1, 0, 0, [], 0, [], [])
    (tmp_path / "data/standardised").mkdir(parents=True)
    write_document(tmp_path / "data/standardised/summary.json", summary)
    train, val, test = read_photos(tmp_path, "5.dir", "/home/me/roads/labelled", 2)
    assert [one.name.split() for one in (train, val, test)] == [
        ["roads/labelled", "train"],
        ["roads/labelled", "val"],
        ["roads/labelled", "test"],
    ]
    assert {one.digest for one in (train, val, test)} == {"5.dir"}
    profile = {"num_rows": 14, "normal": 9, "pothole": 5, "augmented_copies": 28}
    assert json.loads(train.profile) == profile
    assert json.loads(val.profile) == {"num_rows": 3, "normal": 3, "pothole": 0}
    assert json.loads(test.source) == {"uri": "data/standardised"}
    columns = json.loads(test.schema)["mlflow_colspec"]
    assert [column["name"] for column in columns] == ["image", "label"]


def test_a_missing_summary_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"data/standardised/summary\.json"):
        read_photos(tmp_path, "5.dir", "roads", 0)
