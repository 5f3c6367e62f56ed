"""How many independent photos grouped photos count as."""

import numpy as np
from numpy.typing import NDArray


def effective_number(groups: NDArray[np.int64]) -> float:
    """Kish's (1965) effective number (sum m)^2 / sum m^2 of N photos in groups [N] of m photos.

    The variance of a mean over N photos is that over so many independent ones if the photos of a
    group are fully correlated. That is on the safe side: groups are near-duplicates or photos of
    one drive, a correlation between 0 and 1 would have to be estimated, and from a few dozen
    groups it cannot be. It is N where every photo is its own group and the number of groups
    where these are equally large; a large group among small ones counts for less than one of them,
    since it carries more of the mean. Raises ValueError without a photo.
    """
    if len(groups) == 0:
        raise ValueError("groups: got none; an interval needs at least one photo")
    sizes = np.unique(groups, return_counts=True)[1].astype(np.float64)
    return float(sizes.sum() ** 2 / (sizes**2).sum())


def effective_or_count(groups: NDArray[np.int64] | None, mask: NDArray[np.bool_]) -> float:
    """The effective number of the photos of mask [N]; without groups [N], how many they are."""
    if groups is None:
        return float(mask.sum())
    return effective_number(groups[mask])
