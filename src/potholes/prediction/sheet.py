"""A contact sheet of a few unlabelled photos with their labels."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from potholes.figures.sheets import Tile, write_sheet
from potholes.params import ImageParams, PredictParams
from potholes.photos.decoding import decode
from potholes.prediction.tables import Predictions
from potholes.selection.tables import Deployed
from potholes.wording import weights_note


def write_predicted_sheet(
    path: Path,
    table: Predictions,
    folder: Path,
    deployed: Deployed,
    image: ImageParams,
    params: PredictParams,
) -> None:
    """Write a PNG of params.sheet photos of `table`, drawn by params.seed; they lie in `folder`."""
    tiles = [
        Tile(
            pixels=decode((folder / table.paths[row]).read_bytes(), image).pixels,
            caption=f"{table.labels[row]} {table.probabilities[row].max():.2f}\n{table.paths[row]}",
            flagged=False,
        )
        for row in pick(table, params.sheet, seed=params.seed)
    ]
    title = f"Unlabelled photos, as {deployed.backbone} sees them"
    write_sheet(path, title, tiles, subtitle=weights_note(deployed.origin))


def pick(table: Predictions, count: int, *, seed: int) -> Sequence[int]:
    """Row numbers of up to `count` photos without error, drawn at random, in the table's order."""
    rows = [row for row, error in enumerate(table.errors) if error is None]
    chosen = np.random.default_rng(seed).choice(len(rows), min(count, len(rows)), replace=False)
    return sorted(rows[index] for index in chosen.tolist())
