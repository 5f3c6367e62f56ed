"""From logits to probabilities, their ranking (AUC) and the class they call."""

import numpy as np
from numpy.typing import NDArray


def softmax(logits: NDArray[np.floating], temperature: float = 1.0) -> NDArray[np.float64]:
    """Probabilities [..., C] of logits [..., C] / temperature."""
    scaled = logits.astype(np.float64) / temperature
    scaled -= scaled.max(axis=-1, keepdims=True)
    exponentials = np.exp(scaled)
    return np.asarray(exponentials / exponentials.sum(axis=-1, keepdims=True))


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
