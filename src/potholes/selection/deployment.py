"""A chosen backbone and head put together as the folder that is deployed."""

import shutil
from pathlib import Path

from potholes.compilation.tables import GRAPH_FILE, read_compiled
from potholes.evaluation.tables import Evaluation
from potholes.familiarity.reference import REFERENCE_FILE, make_reference, write_reference
from potholes.features.tables import Features
from potholes.files.checksum import file_sha256
from potholes.head.tables import HEAD_FILE, read_head, write_head
from potholes.params import ImageParams
from potholes.selection.tables import FORMAT_VERSION, Deployed, write_deployed
from potholes.weights.tables import Origin


def deploy(
    folder: Path,
    backbone: Path,
    head: Path,
    features: Features,
    scores: Evaluation,
    image: ImageParams,
    origin: Origin,
    *,
    seed: int,
) -> None:
    """Put the graph of `backbone` and the head of `head` (folders) into `folder`, described.

    And photos of its `features` to compare new ones with, chosen by `seed` where there are many.
    The head is divided by the temperature, so that whoever loads it gets calibrated probabilities.
    """
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(backbone / GRAPH_FILE, folder / GRAPH_FILE)
    loaded = read_head(head).divided(scores.temperature)
    write_head(folder, loaded)
    write_reference(folder, make_reference(features, seed=seed))
    files = GRAPH_FILE, HEAD_FILE, REFERENCE_FILE
    deployed = Deployed(
        format_version=FORMAT_VERSION,
        backbone=loaded.backbone,
        precision=read_compiled(backbone).precision,
        classes=loaded.classes,
        temperature=scores.temperature,
        threshold=scores.threshold,
        preprocessing=image.model_dump(),
        origin=origin.kind,
        sha256={name: file_sha256(folder / name) for name in files},
    )
    write_deployed(folder, deployed)
