"""`--model`: a folder, or a model of an MLflow registry."""

import argparse
import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path


def add_model_option(command: argparse.ArgumentParser) -> None:
    """Add the option."""
    command.add_argument(
        "--model",
        default="models/selected",
        help="folder of the model, or models:/potholes@champion (default: %(default)s)",
    )


@contextmanager
def model_folder(model: str) -> Iterator[Path]:
    """A folder; that of a registry's model is downloaded for as long as it is read."""
    if not model.startswith("models:/"):
        yield Path(model)
        return
    if find_spec("mlflow") is None:
        raise ValueError(f"--model: {model} needs the extra `train`: pip install 'potholes[train]'")
    from tempfile import TemporaryDirectory

    from potholes.tracking.fetching import fetch_model

    with TemporaryDirectory() as folder:
        yield fetch_model(model, Path(folder), Path.cwd(), os.environ)
