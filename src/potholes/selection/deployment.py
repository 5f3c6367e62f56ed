"""A chosen backbone and head put together as the folder that is deployed."""

import shutil
from pathlib import Path

from potholes.compilation.tables import GRAPH_FILE
from potholes.files.checksum import file_sha256
from potholes.head.tables import HEAD_FILE, read_head, write_head
from potholes.params import ImageParams
from potholes.selection.comparing import Candidate
from potholes.selection.tables import FORMAT_VERSION, Deployed, write_deployed
from potholes.weights.tables import Origin


def deploy(
    folder: Path, models: Path, chosen: Candidate, image: ImageParams, origin: Origin
) -> None:
    """Put graph and head of the chosen backbone (from `models`) into `folder`, described.

    The head is divided by the temperature, so that whoever loads it gets calibrated probabilities.
    """
    name, scores = chosen.facts.backbone, chosen.evaluation
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(models / "backbones" / name / GRAPH_FILE, folder / GRAPH_FILE)
    head = read_head(models / "heads" / name).divided(scores.temperature)
    write_head(folder, head)
    deployed = Deployed(
        format_version=FORMAT_VERSION,
        backbone=name,
        precision=chosen.facts.precision,
        classes=head.classes,
        temperature=scores.temperature,
        threshold=scores.threshold,
        preprocessing=image.model_dump(),
        origin=origin.kind,
        sha256={name: file_sha256(folder / name) for name in (GRAPH_FILE, HEAD_FILE)},
    )
    write_deployed(folder, deployed)
