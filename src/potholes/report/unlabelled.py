"""A contact sheet of a few unlabelled photos with their labels."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from potholes.figures.sheets import Tile, short, write_sheet
from potholes.params import ImageParams, PredictParams
from potholes.photos.decoding import decode
from potholes.prediction.tables import Predictions


def write_unlabelled_sheet(
    path: Path,
    table: Predictions,
    folder: Path,
    image: ImageParams,
    params: PredictParams,
    *,
    title: str,
    note: str,
) -> None:
    """Write a PNG of params.sheet photos of `table`, drawn by params.seed; they lie in `folder`."""
    tiles = [
        Tile(
            pixels=decode((folder / table.paths[row]).read_bytes(), image).pixels,
            caption=_caption(table, row),
            flagged=False,
        )
        for row in pick(table, params.sheet, seed=params.seed)
    ]
    write_sheet(path, title, tiles, subtitle=note)


def _caption(table: Predictions, row: int) -> str:
    """The label, its own probability (with costs not always the larger one) and the photo."""
    label = table.labels[row]
    assert label is not None
    probability = table.probabilities[row, table.classes.index(label)]
    return f"{short(label)} {probability:.2f}\n{table.paths[row]}"


def pick(table: Predictions, count: int, *, seed: int) -> Sequence[int]:
    """Row numbers of up to `count` photos without error, drawn at random, in the table's order."""
    rows = [row for row, error in enumerate(table.errors) if error is None]
    chosen = np.random.default_rng(seed).choice(len(rows), min(count, len(rows)), replace=False)
    return sorted(rows[index] for index in chosen.tolist())
