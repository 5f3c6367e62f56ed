"""A version of a registered model, by its address: models:/NAME@ALIAS or models:/NAME/VERSION."""

import re
from dataclasses import dataclass

from potholes.tracking.content import BACKBONE, WEIGHTS
from potholes.tracking.lookup import Registered, registered_model
from potholes.tracking.sqlite import bring_home
from potholes.tracking.store import Store
from potholes.wording import weights_note

_ADDRESS = re.compile(r"models:/(?P<name>[^@/']+)(?:@(?P<alias>[^@/]+)|/(?P<version>[0-9]+))")


@dataclass(frozen=True)
class Version:
    """One version of a registered model."""

    name: str
    number: str
    tags: dict[str, str]

    @property
    def sentence(self) -> str:
        """As in `potholes version 1: resnet152, weights: ImageNet`."""
        told = [self.tags[BACKBONE]] if BACKBONE in self.tags else []
        if WEIGHTS in self.tags:
            told.append(weights_note(self.tags[WEIGHTS]))
        return f"{self.name} version {self.number}: {', '.join(told) or 'not of this project'}"


def find_version(store: Store, address: str) -> Version:
    """The version of `store` that `address` names.

    Raises ValueError with the cure for another kind of address, a store that is not there or cannot
    be asked, and a model, alias or version that it does not have.
    """
    parts = _ADDRESS.fullmatch(address)
    if not parts:
        raise ValueError(
            f"--model: {address}: expected models:/NAME@ALIAS or models:/NAME/VERSION, "
            "such as models:/potholes@champion"
        )
    model = _model(store, parts["name"])
    number = model.aliases.get(parts["alias"], "") if parts["alias"] else parts["version"]
    if not model.versions:
        raise ValueError(
            f"--model: {address}: no version of {parts['name']} in {store.public_uri} yet; "
            "run `make repro`, or `make register` for these results"
        )
    if number not in model.versions:
        known = [f"@{alias}" for alias in sorted(model.aliases)]
        known += [f"/{version}" for version in sorted(model.versions, key=int)]
        raise ValueError(
            f"--model: {address}: not in {store.public_uri}; {parts['name']} has {', '.join(known)}"
        )
    return Version(parts["name"], number, model.versions[number])


def _model(store: Store, name: str) -> Registered:
    if not (store.database and store.artifacts):
        return _asked(store, name)
    if not store.database.exists():
        return Registered({}, {})
    bring_home(store.database, store.artifacts.as_uri())
    return registered_model(store.database, name)


def _asked(store: Store, name: str) -> Registered:
    """What a server says of a model."""
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    client = MlflowClient(store.uri)
    try:
        models = client.search_registered_models(f"name = '{name}'")
        versions = client.search_model_versions(f"name = '{name}'")
    except MlflowException as error:
        raise ValueError(f"{store.public_uri}: {' '.join(str(error).split())}") from None
    return Registered(
        {alias: str(version) for model in models for alias, version in model.aliases.items()},
        {str(version.version): dict(version.tags) for version in versions},
    )
