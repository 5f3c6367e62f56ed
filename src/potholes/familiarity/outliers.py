"""How unlike the training photos a single photo is."""

import numpy as np
from numpy.typing import NDArray

from potholes.familiarity.directions import directions
from potholes.familiarity.nearest import distances
from potholes.familiarity.reference import Reference


def unlike(reference: Reference, features: NDArray[np.float32]) -> NDArray[np.float64]:
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
    result[known] = distances(reference.grid, directions(features[known]))
    return result
