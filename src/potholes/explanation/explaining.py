"""Where in a photo the classifier's answer comes from.

The features of these backbones are the means of their last maps, and the head is linear. So the
head, applied to every position of the maps as if it were a whole photo, gives logits whose mean
is the photo's: the class activation map of Zhou et al. 2016, exact, with the bias in it. What is
kept is the difference between the answer and its runner-up.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from potholes.compilation.engine import Engine
from potholes.dataset.tables import read_manifest
from potholes.evaluation.tables import TestPredictions
from potholes.explanation.informative import Shown, runner_up
from potholes.explanation.overlay import overlay, write_picture
from potholes.explanation.tables import MISTAKE, RIGHT, Explained, ExplainedRow
from potholes.features.extraction import loaded_batches
from potholes.files.png import read_png
from potholes.head.tables import Head

MAP_SIDE = 7  # positions, each of 32 pixels of the photo
FULL_COLOUR = 98  # per cent of all positions have less; the strongest few would pale the others


def pictures_of(standardised: Path, table: TestPredictions, shown: Sequence[Shown]) -> list[Path]:
    """The PNGs of the photos `shown`; raises ValueError for one that is not in the manifest."""
    paths = {sample.sample_id: sample.path for sample in read_manifest(standardised)}
    ids = [table.sample_ids[photo.row] for photo in shown]
    missing = [sample_id for sample_id in ids if sample_id not in paths]
    if missing:
        raise ValueError(
            f"{missing[0]}: predicted but not in the manifest; run `dvc repro` to regenerate both"
        )
    return [standardised / paths[sample_id] for sample_id in ids]


@dataclass(frozen=True)
class Seen:
    """N photos [N, 224, 224, 3], their logits [N, C], and those of every position [N, C, 7, 7]."""

    pixels: NDArray[np.uint8]
    logits: NDArray[np.float64]
    positions: NDArray[np.float64]


def look(
    engine: Engine, head: Head, pictures: Sequence[Path], *, batch_size: int
) -> Iterator[Seen]:
    """The PNGs `pictures` in order, in batches, under a progress bar.

    Logits are on a grid of 1/65536, so the mean of the positions is within 2e-5 of the photo's.
    """
    with tqdm(total=len(pictures), desc="explain", unit="photo") as bar:
        for loaded in loaded_batches(pictures, read_png, batch_size=batch_size):
            pixels = np.stack(loaded)
            features, maps = engine.features_and_maps(pixels)
            count, width, rows, columns = maps.shape
            each = head.logits(maps.transpose(0, 2, 3, 1).reshape(-1, width))
            positions = each.reshape(count, rows, columns, -1).transpose(0, 3, 1, 2)
            yield Seen(pixels, head.logits(features), positions)
            bar.update(count)


def explain(
    folder: Path,
    seen: Iterator[Seen],
    table: TestPredictions,
    shown: Sequence[Shown],
    pictures: Sequence[Path],
) -> Explained:
    """Write thumbnails and overlays of the photos `shown` into `folder`, named as `pictures`.

    `seen` has the photos in the same order.
    """
    pixels: list[NDArray[np.uint8]] = []
    maps: list[NDArray[np.float64]] = []
    rows: list[ExplainedRow] = []
    waiting = iter(zip(shown, pictures, strict=True))
    for batch in seen:
        pixels += list(batch.pixels)
        for logits, positions in zip(batch.logits, batch.positions, strict=True):
            photo, picture = next(waiting)
            label, other = table.labels[photo.row], runner_up(table, photo.row)
            a, b = table.classes.index(label), table.classes.index(other)
            maps.append(positions[a] - positions[b])
            rows.append(_row(table, photo, other, logits[a] - logits[b], picture.stem))
    activations = np.array(maps).reshape(-1, MAP_SIDE, MAP_SIDE)
    # one scale for all: the same colour is the same number of logits in every photo
    strength = np.abs(activations)
    scale = float(np.percentile(strength, FULL_COLOUR, method="nearest")) if rows else 0.0
    for row, photo_pixels, activation in zip(rows, pixels, activations, strict=True):
        write_picture(folder / row.thumbnail, photo_pixels)
        write_picture(folder / row.overlay, overlay(photo_pixels, activation, scale or 1.0))
    return Explained(rows, activations.astype(np.float32), scale)


def _row(
    table: TestPredictions,
    photo: Shown,
    other: str,
    difference: float,
    name: str,
) -> ExplainedRow:
    return ExplainedRow(
        sample_id=table.sample_ids[photo.row],
        truth=table.truth[photo.row],
        label=table.labels[photo.row],
        runner_up=other,
        logit_difference=float(difference),
        kind=MISTAKE if photo.mistake else RIGHT,
        thumbnail=f"thumbnails/{name}.webp",
        overlay=f"overlays/{name}.webp",
    )
