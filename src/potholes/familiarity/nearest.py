"""How far photos lie from the nearest ones of a reference."""

import numpy as np
from numpy.typing import NDArray

from potholes.familiarity.directions import Floats, on_grid, products
from potholes.parallel import one_thread

NEAREST = 5
_BLOCK = 256  # photos compared at once: 2 MB


@one_thread
def distances(
    reference: Floats,
    photos: NDArray[np.float16],
    *,
    apart: NDArray[np.int32] | None = None,
) -> NDArray[np.float64]:
    """`outliers.unlike` [N] of directions [N, D] to those of a reference [M, D] on the grid.

    With `apart` the photos are the reference's own, and those of equal groups [M] do not count.
    """
    parts = [np.empty(0)]
    for start in range(0, len(photos), _BLOCK):
        block = slice(start, start + _BLOCK)
        near = products(on_grid(photos[block]), reference)
        if apart is not None:
            near[apart[block, None] == apart] = -1
        count = min(NEAREST, near.shape[1])
        near = np.sort(np.partition(near, -count, axis=1)[:, -count:], axis=1)
        total = near[:, 0]
        for column in near.T[1:]:  # one by one: in the same order for any number of photos
            total = total + column
        parts.append(np.clip(1 - total / count, 0, 1))
    return np.concatenate(parts)
