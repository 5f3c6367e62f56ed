"""`models/selected/`: what is deployed; classifier.json describes the two files beside it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from potholes.tables.documents import read_document, write_document

CLASSIFIER_FILE = "classifier.json"
FORMAT_VERSION = 1


@dataclass(frozen=True)
class Deployed:
    """Everything that turns a photo into a label, but for the weights themselves."""

    format_version: int
    backbone: str
    precision: str
    classes: list[str]
    temperature: float  # by which the logits were divided; head.safetensors already is
    threshold: float | None  # two classes: probability from which the second one is called
    preprocessing: dict[str, Any]  # the `image` section of params.yaml
    origin: str  # of the backbone's weights: imagenet, folder or random (a stand-in)
    sha256: dict[str, str]  # of the other files, by name


def write_deployed(folder: Path, deployed: Deployed) -> None:
    """Write `folder/classifier.json`."""
    write_document(folder / CLASSIFIER_FILE, deployed)


def read_deployed(folder: Path) -> Deployed:
    """What write_deployed wrote; raises ValueError for a format this version does not know."""
    deployed = read_document(folder / CLASSIFIER_FILE, Deployed)
    if deployed.format_version != FORMAT_VERSION:
        raise ValueError(
            f"{folder / CLASSIFIER_FILE}: format_version {deployed.format_version!r}, "
            f"expected {FORMAT_VERSION}; use the release that wrote it"
        )
    return deployed
