"""From logits to probabilities, the class they call and their ranking (AUC), alike everywhere.

Libraries sum in different orders on different processors, so that logits of one photo differ in
their last bits, and photos with equal features need not have equal ones. On a grid they are equal.
"""

import numpy as np
from numpy.typing import NDArray

from potholes.files.rows import as_written

GRID = 2**16  # steps a unit: powers of two, so that differences of logits are exact


def on_grid(logits: NDArray[np.floating]) -> NDArray[np.float64]:
    """Logits [...] rounded to multiples of 1/65536: probabilities move by 4e-6 at most."""
    return np.asarray(np.rint(logits.astype(np.float64) * GRID) / GRID)


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
    """`files.rows.as_written` of each value of an array of any shape."""
    return np.array([as_written(value) for value in values.ravel().tolist()]).reshape(values.shape)


def decide(probabilities: NDArray[np.float64], threshold: float | None) -> NDArray[np.int64]:
    """Class indices [N] of probabilities [N, C].

    With two classes the second is called from `threshold` on; with more, the most probable one.
    """
    if probabilities.shape[1] == 2:
        assert threshold is not None
        return (probabilities[:, 1] >= threshold).astype(np.int64)
    return np.asarray(probabilities.argmax(axis=1))


def auc(positive: NDArray[np.bool_], scores: NDArray[np.floating]) -> NDArray[np.float64]:
    """Area under the ROC curve of each row of scores [..., N] against positive [N].

    The Mann-Whitney statistic (Hanley & McNeil 1982); ties count half. NaN without both classes.
    """
    order = np.sort(scores, axis=-1)
    rows, flat = order.reshape(-1, order.shape[-1]), scores.reshape(-1, scores.shape[-1])
    ranks = np.array(
        [
            (np.searchsorted(row, values) + np.searchsorted(row, values, side="right") + 1) / 2
            for row, values in zip(rows, flat[:, positive], strict=True)
        ]
    )
    pairs = float(positive.sum()) * float((~positive).sum())
    smallest = positive.sum() * (positive.sum() + 1) / 2
    with np.errstate(invalid="ignore", divide="ignore"):
        area = (ranks.sum(axis=-1) - smallest) / np.float64(pairs)
    return np.asarray(area.reshape(scores.shape[:-1]))


def macro_auc(labels: NDArray[np.int64], probabilities: NDArray[np.floating]) -> float:
    """AUC of probabilities [N, C]: of class 1 for two classes, else the one-vs-rest mean."""
    classes = [1] if probabilities.shape[1] == 2 else range(probabilities.shape[1])
    return float(np.mean([auc(labels == c, probabilities[:, c]) for c in classes]))
