"""A contact sheet of training photos and their augmented copies."""

from collections.abc import Sequence
from pathlib import Path

from potholes.dataset.tables import Sample
from potholes.figures.sheets import Tile, write_sheet
from potholes.files.png import read_png
from potholes.wording import plural

_EXAMPLES = 6  # photos on the sheet
_COPIES = 3  # of each: with the photo they fill a row


def write_augmented_sheet(
    path: Path,
    samples: Sequence[Sample],
    standardised: Path,
    copies: Sequence[Sample],
    augmented: Path,
) -> None:
    """Write a PNG of a few of `samples` with their `copies`; the folders hold their pictures."""
    tiles = []
    for photo in choose_examples(samples, _EXAMPLES):
        tiles.append(Tile(read_png(standardised / photo.path), photo.label, flagged=False))
        own = [copy for copy in copies if copy.origin_id == photo.sample_id]
        tiles += [_tile(copy, augmented) for copy in own[:_COPIES]]
    note = f"{plural(len(copies), 'copy')} in all: augment.copies of each photo"
    write_sheet(path, "Training photos and their augmented copies", tiles, subtitle=note)


def choose_examples(samples: Sequence[Sample], count: int) -> list[Sample]:
    """Up to `count` training photos, evenly from all of them by class and name."""
    train = sorted(
        (sample for sample in samples if sample.split == "train"),
        key=lambda sample: (sample.label, sample.sample_id),
    )
    count = min(count, len(train))
    return [train[(2 * index + 1) * len(train) // (2 * count)] for index in range(count)]


def _tile(copy: Sample, augmented: Path) -> Tile:
    number = copy.sample_id.rpartition("#")[2]
    return Tile(read_png(augmented / copy.path), f"copy {number}", flagged=False)
