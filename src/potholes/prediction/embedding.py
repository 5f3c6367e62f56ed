"""Features of unlabelled photos: decoded as in training, a bad photo being a row with its error."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from potholes.compilation.engine import Engine, load_backbone
from potholes.compilation.tables import GRAPH_FILE, read_compiled
from potholes.features.extraction import batch_size_on, loaded_batches
from potholes.files.checksum import file_sha256
from potholes.params import FeaturesParams, ImageParams, PredictParams
from potholes.photos.decoding import decode, from_array
from potholes.photos.naming import is_utf8, name_of
from potholes.photos.scanning import find_photos
from potholes.photos.sniffing import BadImage
from potholes.prediction.tables import Embedded, EmbeddedRow

# a file, a file's bytes, or RGB pixels [H, W, 3]
PhotoSource = Path | bytes | NDArray[np.uint8]


@dataclass(frozen=True)
class Batch:
    """n photos: why one could not be read (else None), and features [n, D] by each engine.

    Features are NaN where there is an error.
    """

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
    photos = find_photos(folder)
    engines = [load_backbone(compiled / name, params) for name in names]
    errors: list[str | None] = []
    parts = [[np.empty((0, engine.width), dtype=np.float32)] for engine in engines]
    size = batch_size_on(engines[0].device if engines else "cpu", params)
    for batch in embedded_batches(engines, photos, image, batch_size=size, name=folder.name):
        errors += batch.errors
        for part, features in zip(parts, batch.features, strict=True):
            part.append(features)
    paths = [name_of(photo.relative_to(folder)) for photo in photos]
    rows = [EmbeddedRow(path, error) for path, error in zip(paths, errors, strict=True)]
    tables = [Embedded(rows, np.concatenate(part)) for part in parts]
    return dict(zip(names, tables, strict=True))


def embedded_batches(
    engines: Sequence[Engine],
    photos: Sequence[PhotoSource],
    image: ImageParams,
    *,
    batch_size: int,
    name: str | None,
) -> Iterator[Batch]:
    """Batches of the photos in order, each decoded once for all engines.

    Under a progress bar where there is a `name` for it.
    """
    with tqdm(total=len(photos), desc=name, unit="photo", disable=name is None) as bar:
        load = partial(_load, image)
        for loaded in loaded_batches(photos, load, batch_size=batch_size):
            errors = [item if isinstance(item, str) else None for item in loaded]
            pixels = [item for item in loaded if not isinstance(item, str)]
            good = np.array([error is None for error in errors])
            yield Batch(errors, [_features(engine, pixels, good) for engine in engines])
            bar.update(len(loaded))


def _load(image: ImageParams, photo: PhotoSource) -> NDArray[np.uint8] | str:
    """Pixels [224, 224, 3], or why there are none."""
    if isinstance(photo, Path) and not is_utf8(str(photo)):
        return "its name is not UTF-8; rename it"
    try:
        if isinstance(photo, np.ndarray):
            return from_array(photo, image).pixels
        data = photo.read_bytes() if isinstance(photo, Path) else photo
        return decode(data, image).pixels
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
