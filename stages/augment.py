"""Changed copies of the training photos: python -m stages.augment STANDARDISED OUT SHEET."""

import sys
from pathlib import Path

from potholes.augmentation.copies import choose_examples, write_copies
from potholes.dataset.tables import Sample, read_manifest
from potholes.figures.sheets import Tile, write_sheet
from potholes.files.png import read_png
from potholes.params import AugmentParams
from potholes.stage import output_folder, stage

_EXAMPLES = 6  # photos on the sheet
_COPIES = 3  # of each: with the photo they fill a row


def main(params: AugmentParams, standardised_dir: Path, out_dir: Path, sheet: Path) -> None:
    samples = read_manifest(standardised_dir)
    with output_folder(out_dir) as folder:
        copies = write_copies(samples, standardised_dir, params, folder)
    photos = sum(sample.split == "train" for sample in samples)
    print(f"{len(copies)} copies of {photos} training photos")
    tiles = []
    for photo in choose_examples(samples, _EXAMPLES):
        tiles.append(Tile(read_png(standardised_dir / photo.path), photo.label, flagged=False))
        tiles += [draw_copy(out_dir, copy) for copy in of_photo(copies, photo)[:_COPIES]]
    write_sheet(
        sheet,
        "Training photos and their changed copies",
        tiles,
        subtitle=f"{params.copies} copies a photo (augment.copies)",
    )


def of_photo(copies: list[Sample], photo: Sample) -> list[Sample]:
    return [copy for copy in copies if copy.origin_id == photo.sample_id]


def draw_copy(out_dir: Path, copy: Sample) -> Tile:
    number = copy.sample_id.rpartition("#")[2]
    return Tile(read_png(out_dir / copy.path), f"copy {number}", flagged=False)


if __name__ == "__main__":
    with stage() as params:
        main(params.augment, *map(Path, sys.argv[1:4]))
