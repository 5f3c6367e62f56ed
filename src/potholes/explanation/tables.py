"""`data/explained/`: explained.csv, maps.safetensors, and WebPs in thumbnails/ and overlays/."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from potholes.files.rows import read_rows, write_rows
from potholes.files.tensors import read_tensors, write_tensors

EXPLAINED_FILE = "explained.csv"
MAPS_FILE = "maps.safetensors"
MISTAKE, RIGHT = "mistake", "right"


@dataclass(frozen=True)
class ExplainedRow:
    """A test photo, and what the deployed classifier's answer is weighed against."""

    sample_id: str
    truth: str
    label: str  # the answer
    runner_up: str  # the most probable other class
    logit_difference: float  # of label minus runner_up; below 0 only where a threshold decided
    kind: str  # mistake or right
    thumbnail: str  # path in the folder
    overlay: str  # the same photo under its activation map


@dataclass(frozen=True)
class Explained:
    """Activation maps [N, 7, 7] of N photos, row by row, in logits.

    A photo's map has its logit difference as mean. `scale` is the logit difference that has full
    colour in every overlay; 0 without photos.
    """

    rows: list[ExplainedRow]
    maps: NDArray[np.float32]
    scale: float


def write_explained(folder: Path, explained: Explained) -> None:
    """Write the table and the maps; the pictures are in `folder` already."""
    write_rows(folder / EXPLAINED_FILE, ExplainedRow, explained.rows)
    write_tensors(folder / MAPS_FILE, {"maps": explained.maps}, {"scale": explained.scale})


def read_explained(folder: Path) -> Explained:
    """What write_explained wrote; raises ValueError if rows and maps are not as many."""
    tensors, metadata = read_tensors(folder / MAPS_FILE)
    rows = read_rows(folder / EXPLAINED_FILE, ExplainedRow)
    if len(tensors["maps"]) != len(rows):
        raise ValueError(
            f"{folder}: {len(tensors['maps'])} maps but {len(rows)} rows; run `dvc repro` to "
            "regenerate both"
        )
    return Explained(rows, tensors["maps"], metadata["scale"])
