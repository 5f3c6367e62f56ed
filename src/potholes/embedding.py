"""Features of unlabelled photos: decoded as in training, a bad photo being a row with its error."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from potholes.dataset.naming import is_utf8
from potholes.engine import Engine
from potholes.features import loaded_batches
from potholes.images.decoding import decode
from potholes.images.sniffing import BadImage
from potholes.params import ImageParams


@dataclass(frozen=True)
class Batch:
    """n photos: why one could not be read (else None), and features [n, D] by each engine.

    Features are NaN where there is an error.
    """

    errors: list[str | None]
    features: list[NDArray[np.float32]]


def embedded_batches(
    engines: Sequence[Engine],
    paths: Sequence[Path],
    image: ImageParams,
    *,
    batch_size: int,
    name: str,
) -> Iterator[Batch]:
    """Batches of the photos in order, each decoded once for all engines, under a progress bar."""
    with tqdm(total=len(paths), desc=name, unit="photo") as bar:
        load = partial(_load, image)
        for loaded in loaded_batches(paths, load, batch_size=batch_size):
            errors = [item if isinstance(item, str) else None for item in loaded]
            pixels = [item for item in loaded if not isinstance(item, str)]
            good = np.array([error is None for error in errors])
            yield Batch(errors, [_features(engine, pixels, good) for engine in engines])
            bar.update(len(loaded))


def _load(image: ImageParams, path: Path) -> NDArray[np.uint8] | str:
    """Pixels [224, 224, 3], or why there are none."""
    if not is_utf8(str(path)):
        return "its name is not UTF-8; rename it"
    try:
        return decode(path.read_bytes(), image).pixels
    except BadImage as error:
        return str(error)
    except OSError as error:
        return error.strerror or str(error)


def _features(
    engine: Engine, pixels: list[NDArray[np.uint8]], good: NDArray[np.bool_]
) -> NDArray[np.float32]:
    rows = np.full((len(good), engine.width), np.nan, dtype=np.float32)
    if pixels:
        rows[good] = engine.features(np.stack(pixels))
    return rows
