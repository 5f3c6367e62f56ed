"""A registered model as a folder on this machine."""

import os
from collections.abc import Mapping
from pathlib import Path

from potholes.selection.tables import CLASSIFIER_FILE
from potholes.tracking.registered import find_version
from potholes.tracking.state import set_switches
from potholes.tracking.store import find_store


def fetch_model(uri: str, folder: Path, project: Path, environ: Mapping[str, str]) -> Path:
    """Download the model that `uri` names into `folder`; returns the classifier's own folder.

    Only its data: the code beside it is not run. Raises ValueError where the store of `project`
    has no such model, or it holds no classifier.
    """
    store = find_store(environ, project)
    set_switches(store)
    find_version(store, uri)
    os.environ["MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"] = "false"
    os.environ["MLFLOW_TRACKING_URI"] = store.uri  # of the registry, too
    from mlflow.artifacts import download_artifacts
    from mlflow.exceptions import MlflowException

    try:
        place = download_artifacts(artifact_uri=uri, dst_path=str(folder))
    except MlflowException as error:
        text = " ".join(str(error).split())
        raise ValueError(f"--model: {uri}: {text} (at {store.public_uri})") from None
    found = sorted(Path(place).rglob(CLASSIFIER_FILE))
    if not found:
        raise ValueError(f"--model: {uri}: holds no {CLASSIFIER_FILE}; it is another kind of model")
    return found[0].parent
