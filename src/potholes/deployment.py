"""A chosen backbone and head put together as the folder that is deployed."""

import shutil
from pathlib import Path

from potholes.checksum import file_sha256
from potholes.params import ImageParams
from potholes.tables.compiled import GRAPH_FILE
from potholes.tables.deployed import FORMAT_VERSION, Deployed, write_deployed
from potholes.tables.head import HEAD_FILE, read_head, write_head


def deploy(
    folder: Path,
    backbone: Path,
    head: Path,
    *,
    image: ImageParams,
    threshold: float | None,
    temperature: float,
    precision: str,
    origin: str,
) -> None:
    """Put the graph of `backbone` and the head of `head` (folders) into `folder`, described.

    The head is divided by `temperature`, so that whoever loads it gets calibrated probabilities.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(backbone / GRAPH_FILE, folder / GRAPH_FILE)
    loaded = read_head(head).divided(temperature)
    write_head(folder, loaded)
    deployed = Deployed(
        format_version=FORMAT_VERSION,
        backbone=loaded.backbone,
        precision=precision,
        classes=loaded.classes,
        temperature=temperature,
        threshold=threshold,
        preprocessing=image.model_dump(),
        origin=origin,
        sha256={name: file_sha256(folder / name) for name in (GRAPH_FILE, HEAD_FILE)},
    )
    write_deployed(folder, deployed)
