"""How unlike the training photos a single photo is."""

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from potholes.familiarity.directions import cosines, directions
from potholes.parallel import one_thread

if TYPE_CHECKING:
    from potholes.familiarity.reference import Reference

NEAREST = 5
_BLOCK = 256  # photos compared at once: 2 MB


def unlike(reference: "Reference", features: NDArray[np.float32]) -> NDArray[np.float64]:
    """How unlike [N], 0 to 1, the photos of features [N, D] are to those of the reference.

    1 minus the cosine between a photo's features and a training photo's, mean of the five nearest:
    0 for a copy, 1 for nothing in common. The same bits on every processor, and whatever photos
    come together. NaN where features are (a photo that could not be read). Raises ValueError where
    they are not as many as the reference's.
    """
    if features.shape[1:] != reference.values.shape[1:]:
        width = reference.values.shape[1]
        raise ValueError(f"features are {features.shape}, the reference has {width} a photo")
    result = np.full(len(features), np.nan)
    known = ~np.isnan(features).any(axis=1)
    result[known] = distances(reference.values, directions(features[known]))
    return result


@one_thread
def distances(
    reference: NDArray[np.float16],
    photos: NDArray[np.float16],
    *,
    apart: NDArray[np.int32] | None = None,
) -> NDArray[np.float64]:
    """`unlike` [N] of directions [N, D] to those of a reference [M, D].

    With `apart` the photos are the reference's own, and those of equal groups [M] do not count.
    """
    parts = [np.empty(0)]
    for start in range(0, len(photos), _BLOCK):
        block = slice(start, start + _BLOCK)
        near = cosines(photos[block], reference)
        if apart is not None:
            near[apart[block, None] == apart] = -1
        count = min(NEAREST, near.shape[1])
        near = np.sort(near, axis=1)[:, -count:]
        total = near[:, 0]
        for column in near.T[1:]:  # one by one: in the same order for any number of photos
            total = total + column
        parts.append(np.clip(1 - total / count, 0, 1))
    return np.concatenate(parts)
