"""A few random test photos, each with its label and the prediction of the chosen backbone."""

from collections.abc import Mapping
from pathlib import Path

from potholes.evaluation.tables import TestPredictions
from potholes.explanation.informative import random_photos
from potholes.figures.sheets import Tile, short, write_sheet
from potholes.files.png import read_png


def write_spotcheck(
    path: Path,
    table: TestPredictions,
    pictures: Mapping[str, Path],
    *,
    count: int,
    seed: int,
    title: str,
    note: str,
) -> None:
    """Write a sheet of `count` photos of `table`; `pictures` are their PNGs by sample_id.

    Which ones follows from the seed and their sample_ids alone.
    """
    tiles = [_tile(table, index, pictures) for index in random_photos(table, count, seed)]
    write_sheet(path, title, tiles, subtitle=note)


def _tile(table: TestPredictions, index: int, pictures: Mapping[str, Path]) -> Tile:
    sample_id = table.sample_ids[index]
    if sample_id not in pictures:
        raise ValueError(
            f"{sample_id}: predicted but not in the manifest; run `dvc repro` to regenerate both"
        )
    truth, label = table.truth[index], table.labels[index]
    probability = table.probabilities[index, table.classes.index(label)]
    wrong = truth != label
    caption = f"[{short(truth)}] {short(label)} {probability:.2f}"
    caption += "\nwrong" if wrong else ""
    return Tile(pixels=read_png(pictures[sample_id]), caption=caption, flagged=wrong)
