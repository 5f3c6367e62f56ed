"""From logits to probabilities, the same ones on every processor.

Libraries sum in different orders on different processors, so that logits of one photo differ in
their last bits, and photos with equal features need not have equal ones. On a grid they are equal.
"""

import numpy as np
from numpy.typing import NDArray

from potholes.tables.rows import as_written

_GRID = 2**16  # steps a unit: powers of two, so that differences of logits are exact


def on_grid(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Logits [...] rounded to multiples of 1/65536: probabilities move by 4e-6 at most."""
    return np.asarray(np.rint(logits.astype(np.float64) * _GRID) / _GRID)


def softmax(logits: NDArray[np.floating], temperature: float = 1.0) -> NDArray[np.float64]:
    """Probabilities [..., C] of logits [..., C] / temperature, to the last bit."""
    scaled = logits.astype(np.float64) / temperature
    scaled -= scaled.max(axis=-1, keepdims=True)
    exponentials = np.exp(scaled)
    return np.asarray(exponentials / exponentials.sum(axis=-1, keepdims=True))


def probabilities(logits: NDArray[np.floating], temperature: float = 1.0) -> NDArray[np.float64]:
    """The same with as many digits as tables keep: what is ranked here is what others will read."""
    return as_written_all(softmax(logits, temperature))


def as_written_all(values: NDArray[np.floating]) -> NDArray[np.float64]:
    """`rows.as_written` of each value of an array of any shape."""
    return np.array([as_written(value) for value in values.ravel().tolist()]).reshape(values.shape)
