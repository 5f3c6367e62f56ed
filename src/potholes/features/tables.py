"""`data/features/NAME/`: features of every picture of one backbone, and whose they are."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from potholes.files.rows import read_rows, write_rows
from potholes.files.tensors import read_tensors, write_tensors


@dataclass(frozen=True)
class FeatureRow:
    """Whose features a row holds; an augmented copy's sample_id differs from its origin_id."""

    sample_id: str
    origin_id: str
    group_id: str
    label: str
    split: str


@dataclass(frozen=True)
class Features:
    """Features [N, D] float32 with their N index rows, the class names and the device used."""

    backbone: str
    device: str
    classes: list[str]
    values: NDArray[np.float32]
    rows: list[FeatureRow]

    def labels(self) -> NDArray[np.int64]:
        """Class indices [N]."""
        indices = {name: index for index, name in enumerate(self.classes)}
        return np.array([indices[row.label] for row in self.rows], dtype=np.int64)

    def mask(self, split: str, *, copies: bool) -> NDArray[np.bool_]:
        """Which rows [N] are in `split`: its photos, and with `copies` their augmented copies."""
        return np.array(
            [
                row.split == split and (copies or row.sample_id == row.origin_id)
                for row in self.rows
            ],
            dtype=np.bool_,
        )


def write_features(folder: Path, features: Features) -> None:
    """Write features.safetensors and index.csv into `folder`."""
    metadata = {
        "backbone": features.backbone,
        "classes": features.classes,
        "device": features.device,
    }
    write_tensors(folder / "features.safetensors", {"features": features.values}, metadata)
    write_rows(folder / "index.csv", FeatureRow, features.rows)


def read_features(folder: Path) -> Features:
    """What write_features wrote; raises ValueError if rows and features are not as many."""
    tensors, metadata = read_tensors(folder / "features.safetensors")
    rows = read_rows(folder / "index.csv", FeatureRow)
    values = tensors["features"]
    if len(values) != len(rows):
        raise ValueError(f"{folder}: {len(values)} features but {len(rows)} index rows")
    return Features(
        backbone=metadata["backbone"],
        device=metadata["device"],
        classes=metadata["classes"],
        values=values,
        rows=rows,
    )
