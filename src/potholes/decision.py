"""From probabilities to a class."""

import numpy as np
from numpy.typing import NDArray


def decide(probabilities: NDArray[np.float64], threshold: float | None) -> NDArray[np.int64]:
    """Class indices [N] of probabilities [N, C].

    With two classes the second is called from `threshold` on; with more, the most probable one.
    """
    if probabilities.shape[1] == 2:
        assert threshold is not None
        return (probabilities[:, 1] >= threshold).astype(np.int64)
    return np.asarray(probabilities.argmax(axis=1))
