"""Features as directions, on a grid on which every sum of products is exact.

Only the direction of a photo's features is looked at: their length falls with the contrast of the
picture, and black frames would lie close to everything. On the grid, products and their sums are
whole numbers below 2^53, so BLAS may add them in any order: every processor, batch size and number
of threads gives the same bits.
"""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_UNIT = 2.0**20  # steps on the grid that are the length 1


def directions(features: NDArray[np.floating]) -> NDArray[np.float16]:
    """Features [N, D] over their lengths; zeros stay zeros. Raises ValueError unless finite."""
    if not np.isfinite(features).all():
        raise ValueError("features: some are not finite; leave out photos that could not be read")
    values = features.astype(np.float64)
    top = np.abs(values).max(axis=1, keepdims=True, initial=0)
    scaled = np.rint(values / np.where(top > 0, top, 1) * _UNIT)
    length = np.sqrt((scaled**2).sum(axis=1, keepdims=True))
    return np.asarray((scaled / np.where(length > 0, length, 1)).astype(np.float16))


def cosines(left: NDArray[np.float16], right: NDArray[np.float16]) -> Floats:
    """Cosines [N, M] of directions [N, D] and [M, D], the same bits everywhere."""
    return np.asarray(_on_grid(left) @ _on_grid(right).T / _UNIT**2)


def _on_grid(values: NDArray[np.float16]) -> Floats:
    return np.rint(values.astype(np.float64) * _UNIT)
