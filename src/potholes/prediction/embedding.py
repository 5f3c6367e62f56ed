"""Features of unlabelled photos: decoded as in training, a bad photo being a row with its error."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from potholes.compilation.engine import Engine, load_backbone
from potholes.compilation.tables import GRAPH_FILE, read_compiled
from potholes.features.extraction import batch_size_on, loaded_batches
from potholes.files.checksum import file_sha256
from potholes.params import FeaturesParams, ImageParams, PredictParams
from potholes.photos.decoding import Photo, decode, from_array
from potholes.photos.naming import is_utf8
from potholes.photos.sniffing import BadImage
from potholes.photos.walking import Listed, PhotoWalk
from potholes.prediction.tables import Embedded, EmbeddedRow, Size

Item = TypeVar("Item")


@dataclass(frozen=True)
class Reading:
    """A photo as it was read: pixels [224, 224, 3] and its own size, or why there are none."""

    pixels: NDArray[np.uint8] | None
    size: Size | None
    error: str | None


# a file, a file's bytes, or RGB pixels [H, W, 3]
PhotoSource = Path | bytes | NDArray[np.uint8]


@dataclass(frozen=True)
class Batch:
    """n photos: their sizes, why one could not be read (else None), features [n, D] by engine.

    Features are NaN where there is an error.
    """

    sizes: list[Size | None]
    errors: list[str | None]
    features: list[NDArray[np.float32]]


def backbones_to_run(models: Path, backbones: Sequence[str], params: PredictParams) -> list[str]:
    """Those of `backbones` that predict unlabelled photos: all, or the one in models/selected.

    Which one that is, its graph's bytes say: another head on the same backbone changes nothing.
    """
    if params.backbones == "all":
        return list(backbones)
    deployed = file_sha256(models / "selected" / GRAPH_FILE)
    own = [n for n in backbones if read_compiled(models / "backbones" / n).sha256 == deployed]
    if not own:
        graph = models / "selected" / GRAPH_FILE
        raise ValueError(f"{graph}: is none of the compiled backbones; run `dvc repro`")
    return own[:1]


def embed(
    compiled: Path,
    names: Sequence[str],
    folder: Path,
    image: ImageParams,
    params: FeaturesParams,
) -> dict[str, Embedded]:
    """Features of the photos below `folder` by each backbone of `names` in `compiled`, in one pass.

    Raises ValueError where `folder` is missing.
    """
    photos = list(PhotoWalk(folder))
    engines = [load_backbone(compiled / name, params) for name in names]
    sizes, errors = list[Size | None](), list[str | None]()
    parts = [[np.empty((0, engine.width), dtype=np.float32)] for engine in engines]
    batch_size = batch_size_on(engines[0].device if engines else "cpu", params)
    read = partial(_read_listed, folder, image)
    for batch in embedded_batches(engines, photos, read, batch_size=batch_size, name=folder.name):
        sizes += batch.sizes
        errors += batch.errors
        for part, features in zip(parts, batch.features, strict=True):
            part.append(features)
    rows = [
        EmbeddedRow(photo.path, size and size[0], size and size[1], error)
        for photo, size, error in zip(photos, sizes, errors, strict=True)
    ]
    tables = [Embedded(rows, np.concatenate(part)) for part in parts]
    return dict(zip(names, tables, strict=True))


def embedded_batches(
    engines: Sequence[Engine],
    items: Sequence[Item],
    read: Callable[[Item], Reading],
    *,
    batch_size: int,
    name: str | None,
) -> Iterator[Batch]:
    """Batches of `items` in order, each read once for all engines.

    Under a progress bar where there is a `name` for it.
    """
    with tqdm(total=len(items), desc=name, unit="photo", disable=name is None) as bar:
        for readings in loaded_batches(items, read, batch_size=batch_size):
            yield embedded(engines, readings)
            bar.update(len(readings))


def embedded(engines: Sequence[Engine], readings: Sequence[Reading]) -> Batch:
    """The features of n photos by each engine."""
    pixels = [reading.pixels for reading in readings if reading.pixels is not None]
    good = np.array([reading.pixels is not None for reading in readings], dtype=np.bool_)
    rows = [np.full((len(good), engine.width), np.nan, dtype=np.float32) for engine in engines]
    if pixels:
        stacked = np.stack(pixels)
        for values, engine in zip(rows, engines, strict=True):
            values[good] = engine.features(stacked)
    return Batch([one.size for one in readings], [one.error for one in readings], rows)


def read_source(image: ImageParams, photo: PhotoSource) -> Reading:
    """The photo in a file, in a file's bytes or in an array, or why there is none."""
    if isinstance(photo, Path) and not is_utf8(str(photo)):
        return Reading(None, None, "its name is not UTF-8; rename it")
    try:
        if isinstance(photo, np.ndarray):
            return _reading(from_array(photo, image))
        return _reading(decode(photo if isinstance(photo, bytes) else photo.read_bytes(), image))
    except BadImage as error:
        return Reading(None, None, str(error))
    except OSError as error:
        return Reading(None, None, error.strerror or str(error))


def _reading(photo: Photo) -> Reading:
    return Reading(photo.pixels, (photo.width, photo.height), None)


def _read_listed(folder: Path, image: ImageParams, photo: Listed) -> Reading:
    if photo.problem:
        return Reading(None, None, photo.problem)
    return read_source(image, folder / photo.path)
