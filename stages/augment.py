"""Changed copies of the training photos: python -m stages.augment STANDARDISED OUT."""

import sys
from pathlib import Path

from potholes.augmentation.copies import write_copies
from potholes.dataset.tables import read_manifest
from potholes.params import AugmentParams
from potholes.stage import output_folder, stage


def main(params: AugmentParams, standardised_dir: Path, out_dir: Path) -> None:
    samples = read_manifest(standardised_dir)
    with output_folder(out_dir) as folder:
        copies = write_copies(samples, standardised_dir, params, folder)
    photos = sum(sample.split == "train" for sample in samples)
    print(f"{len(copies)} copies of {photos} training photos")


if __name__ == "__main__":
    with stage() as params:
        main(params.augment, *map(Path, sys.argv[1:]))
