"""Seconds a photo and peak memory of every stage for a growing number of photos.

python -m benchmarks.growth [PHOTOS...]

Generated noise as JPEGs, resnet18 with the stand-in, no augmented copies; the stages are those of
`dvc repro`, DVC's own hashing included.
"""

import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image
from tqdm import tqdm

from benchmarks.measuring import Row
from benchmarks.running import Reproduction, repro
from potholes.weights.pink_noise import pink_noise
from tests.clone import make_clone

SIZES = (500, 5_000, 20_000)
CONSTANT = ("dvc", "synthesise", "weights", "compile@resnet18")  # whose work is not photos
COARSE = 12  # pixels a side of a photo's own pattern: each differs in what a hash looks at


def write_photos(folder: Path, start: int, stop: int) -> None:
    """JPEGs of two classes, no two alike: coarse random patterns under fine noise."""
    fine = pink_noise(1, seed=0)[0] // 4
    for index in tqdm(range(start, stop), desc="photos", unit="photo"):
        rng = np.random.default_rng([1, index])
        coarse = rng.integers(0, 192, (COARSE, COARSE, 3), dtype=np.uint8)
        pattern = Image.fromarray(coarse).resize(fine.shape[:2], Image.Resampling.BICUBIC)
        path = folder / ("normal", "pothole")[index % 2] / f"{index:05}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(np.asarray(pattern) // 4 * 3 + fine).save(path, quality=90)


def run(folder: Path, photos: Path, empty: Path) -> Reproduction:
    """The pipeline on `photos` from nothing."""
    folder.mkdir()
    changed = {"backbones": ["resnet18"], "weights.source": "random", "augment.copies": 0}
    changed |= {"data.labelled": str(photos), "data.unlabelled": str(empty)}
    return repro(make_clone(folder, changed))


def growth(sizes: tuple[int, ...] = SIZES) -> list[Row]:
    """Rows of milliseconds a photo, and of the largest stage's memory, for each size."""
    rows = []
    with TemporaryDirectory() as name:
        folder, written = Path(name), 0
        (folder / "empty").mkdir()
        for size in sizes:
            write_photos(folder / "photos", written, size)
            written = size
            done = run(folder / str(size), folder / "photos", folder / "empty")
            _tell(size, done)
            work = [part for part in done.parts if part.name not in CONSTANT]
            each = 1000 * sum(part.seconds for part in work) / size
            rows.append(Row(f"{size} photos: a photo, all stages", each, "ms"))
            rows.append(Row(f"{size} photos: peak memory", max(p.peak for p in work) / 1e9, "GB"))
    return rows


def _tell(size: int, done: Reproduction) -> None:
    print(f"\n{size} photos: {done.seconds:.1f} s")
    for part in done.parts:
        each = 1000 * part.seconds / size
        print(f"  {part.name:20} {part.seconds:7.1f} s {each:7.2f} ms {part.peak / 1e9:5.2f} GB")


if __name__ == "__main__":
    given = tuple(int(size) for size in sys.argv[1:])
    for row in growth(given or SIZES):
        print(row)
