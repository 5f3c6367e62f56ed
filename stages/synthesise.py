"""Generated road photos, until you name your own: python -m stages.synthesise LABELLED UNLABELLED.

A folder that `data` does not name stays empty, so own photos need not wait for generated ones.
"""

import sys
from pathlib import Path

from potholes.params import Params
from potholes.stage import output_folder, stage
from potholes.synthetic.roads import CLASSES, synthesise


def is_read(folder: Path, named: str) -> bool:
    """Whether photos are read from `folder`, from a part of it, or from what holds it."""
    source = Path(named)
    return folder == source or folder in source.parents or source in folder.parents


def main(params: Params, labelled_dir: Path, unlabelled_dir: Path) -> None:
    sizes = {
        "labelled": params.synthetic.labelled * is_read(labelled_dir, params.data.labelled),
        "unlabelled": params.synthetic.unlabelled * is_read(unlabelled_dir, params.data.unlabelled),
    }
    with output_folder(labelled_dir) as labelled, output_folder(unlabelled_dir) as unlabelled:
        synthesise(labelled, unlabelled, params.synthetic.model_copy(update=sizes))
    each = sizes["labelled"] // len(CLASSES)
    classes = " and ".join(f"{each} {name}" for name in CLASSES)
    print(
        f"{classes} photos in {labelled_dir}, {sizes['unlabelled']} unlabelled in {unlabelled_dir}"
    )


if __name__ == "__main__":
    with stage() as params:
        main(params, *map(Path, sys.argv[1:3]))
