"""`data/embedded/NAME/`: features of the unlabelled photos by one backbone."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from potholes.tables.rows import read_rows, write_rows
from potholes.tables.tensors import read_tensors, write_tensors


@dataclass(frozen=True)
class EmbeddedRow:
    """A photo by its path inside the folder, and why it could not be read, if so."""

    path: str
    error: str | None


@dataclass(frozen=True)
class Embedded:
    """Features [N, D] float32 of N photos; rows with an error are NaN."""

    rows: list[EmbeddedRow]
    values: NDArray[np.float32]


def write_embedded(folder: Path, embedded: Embedded) -> None:
    """Write features.safetensors and index.csv into `folder`."""
    write_tensors(folder / "features.safetensors", {"features": embedded.values}, {})
    write_rows(folder / "index.csv", EmbeddedRow, embedded.rows)


def read_embedded(folder: Path) -> Embedded:
    """What write_embedded wrote; raises ValueError if rows and features are not as many."""
    tensors, _ = read_tensors(folder / "features.safetensors")
    rows = read_rows(folder / "index.csv", EmbeddedRow)
    if len(tensors["features"]) != len(rows):
        raise ValueError(f"{folder}: {len(tensors['features'])} features but {len(rows)} rows")
    return Embedded(rows, tensors["features"])
