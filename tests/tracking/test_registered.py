from pathlib import Path

import pytest
from mlflow import MlflowClient

from potholes.tracking.registered import find_version
from potholes.tracking.state import set_switches
from potholes.tracking.store import Store, find_store
from tests.tracking.conftest import log


@pytest.fixture
def store(project: Path) -> Store:
    """A store with versions 1 (previous), 2 (deleted) and 3 (champion)."""
    log(project)
    store = find_store({}, project)
    set_switches(store)
    client = MlflowClient(store.uri)
    source = client.get_model_version("potholes", "1").source
    for _ in range(2):
        client.create_model_version("potholes", source, tags={"backbone": "resnet50"})
    client.delete_model_version("potholes", "2")
    client.set_registered_model_alias("potholes", "previous", "1")
    client.set_registered_model_alias("potholes", "champion", "3")
    return store


def test_an_alias_and_a_number_name_a_version(store: Store) -> None:
    assert find_version(store, "models:/potholes@champion").number == "3"
    assert find_version(store, "models:/potholes/1") == find_version(
        store, "models:/potholes@previous"
    )
    assert find_version(store, "models:/potholes@champion").tags == {"backbone": "resnet50"}


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("models:/potholes@champoin", "potholes has @champion, @previous, /1, /3"),
        ("models:/potholes/2", "potholes has @champion, @previous, /1, /3"),
        ("models:/other@champion", "no version of other in sqlite:.*run `make repro`"),
        ("models:/potholes", "expected models:/NAME@ALIAS or models:/NAME/VERSION"),
    ],
)
def test_what_is_not_there_is_said_with_what_is(store: Store, address: str, said: str) -> None:
    with pytest.raises(ValueError, match=f"^--model: {address}: .*{said}"):
        find_version(store, address)
