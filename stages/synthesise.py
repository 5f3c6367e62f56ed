"""Road photos that stand in for yours: python -m stages.synthesise LABELLED UNLABELLED."""

import sys
from pathlib import Path

from potholes.params import SyntheticParams
from potholes.stage import output_folder, stage
from potholes.synthetic.photos import CLASSES, synthesise


def main(params: SyntheticParams, labelled_dir: Path, unlabelled_dir: Path) -> None:
    with output_folder(labelled_dir) as labelled, output_folder(unlabelled_dir) as unlabelled:
        synthesise(labelled, unlabelled, params)
    each = params.labelled // len(CLASSES)
    classes = " and ".join(f"{each} {name}" for name in CLASSES)
    print(f"{classes} photos in {labelled_dir}, {params.unlabelled} unlabelled in {unlabelled_dir}")


if __name__ == "__main__":
    with stage() as params:
        main(params.synthetic, *map(Path, sys.argv[1:3]))
