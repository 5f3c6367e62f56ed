"""What can be said of a photo without looking at what is on it."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from potholes.dataset.tables import Sample
from potholes.files.png import read_png

Floats = NDArray[np.float64]

FILE = ("width", "height", "aspect", "bytes", "quality")
PICTURE = ("red", "green", "blue", "sharpness")
PROPERTIES = (*FILE, *PICTURE)

_GREY = np.array([299, 587, 114], dtype=np.int32)  # ITU-R BT.601, thousandths


def photo_properties(samples: Sequence[Sample], folder: Path) -> Floats:
    """A row [N, 9] in the order of PROPERTIES for each of `samples`, the photos of `folder`.

    Width, height (pixels), aspect (width / height), file size (bytes) and JPEG quality (NaN where
    the file is no JPEG) are the original file's, from the manifest; the others are those of the
    standardised picture, see `picture_properties`.
    """
    rows = []
    for sample in samples:
        quality = np.nan if sample.quality is None else float(sample.quality)
        aspect = sample.width / sample.height
        pictured = picture_properties(read_png(folder / sample.path))
        rows.append([sample.width, sample.height, aspect, sample.bytes, quality, *pictured])
    return np.array(rows, dtype=np.float64).reshape(-1, len(PROPERTIES))


def picture_properties(pixels: NDArray[np.uint8]) -> tuple[float, float, float, float]:
    """Mean red, green and blue (0..255) and sharpness of pixels [H, W, 3], H and W 3 or more.

    Sharpness is the variance of the four-neighbour Laplacian of the grey picture (Pech-Pacheco et
    al. 2000), grey levels squared, without the outermost pixels.
    """
    red, green, blue = (float(value) for value in pixels.mean(axis=(0, 1)))
    grey = pixels @ _GREY
    centre = grey[1:-1, 1:-1]
    laplacian = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:] - 4 * centre
    return red, green, blue, float(laplacian.var() / 1e6)
