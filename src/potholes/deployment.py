"""A chosen backbone and head put together as the folder that is deployed."""

import shutil
from pathlib import Path

from potholes.checksum import file_sha256
from potholes.params import ImageParams
from potholes.tables.compiled import GRAPH_FILE
from potholes.tables.deployed import FORMAT_VERSION, Deployed, write_deployed
from potholes.tables.head import HEAD_FILE, read_head


def deploy(
    folder: Path,
    backbone: Path,
    head: Path,
    *,
    image: ImageParams,
    threshold: float,
    precision: str,
    origin: str,
) -> None:
    """Put the graph of `backbone` and the head of `head` (folders) into `folder`, described."""
    folder.mkdir(parents=True, exist_ok=True)
    sources = {GRAPH_FILE: backbone / GRAPH_FILE, HEAD_FILE: head / HEAD_FILE}
    for name, source in sources.items():
        shutil.copyfile(source, folder / name)
    loaded = read_head(folder)
    deployed = Deployed(
        format_version=FORMAT_VERSION,
        backbone=loaded.backbone,
        precision=precision,
        classes=loaded.classes,
        threshold=threshold,
        preprocessing=image.model_dump(),
        origin=origin,
        sha256={name: file_sha256(folder / name) for name in sources},
    )
    write_deployed(folder, deployed)
