"""AUC of many score vectors at once, without scikit-learn's import."""

import numpy as np
from numpy.typing import NDArray


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
