"""Changed copies of the training pictures, written beside a manifest of their own."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from potholes.augmentation.operations import augment_copy
from potholes.dataset.tables import Sample, write_manifest
from potholes.files.png import read_png, write_png
from potholes.parallel import map_in_processes
from potholes.params import AugmentParams


def write_copies(
    samples: Sequence[Sample],
    pictures: Path,
    params: AugmentParams,
    out: Path,
    *,
    workers: int | None = None,
) -> list[Sample]:
    """Write `params.copies` copies of every training picture of `samples`, and their manifest.

    `pictures` is the folder that the samples' paths start from. The bytes in `out` do not depend
    on `workers`. Returns the copies, those of one picture together.
    """
    (out / "images").mkdir(parents=True, exist_ok=True)
    train = [sample for sample in samples if sample.split == "train"]
    work = partial(_write_copies, params=params, pictures=pictures, out=out)
    made = map_in_processes(work, train if params.copies else [], label="augment", workers=workers)
    copies = [copy for copies in made for copy in copies]
    write_manifest(out, copies)
    return copies


def _write_copies(sample: Sample, params: AugmentParams, pictures: Path, out: Path) -> list[Sample]:
    pixels = read_png(pictures / sample.path)
    copies = []
    for number in range(1, params.copies + 1):
        path = f"{sample.path.removesuffix('.png')}-{number}.png"
        write_png(out / path, augment_copy(pixels, params, sample.sample_id, number))
        copies.append(replace(sample, sample_id=f"{sample.sample_id}#{number}", path=path))
    return copies
