"""`METRICS`: scores of test photos, each a pure function of `Scored`; tests hold them to sklearn's.

With two classes the second by name is the positive one. With more, each class is held against the
rest, and AUC, average precision, precision, recall and F1 are means (`averaging` says so in words).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from potholes.probabilities import macro_auc


@dataclass(frozen=True)
class Scored:
    """N photos: truth [N] and predicted class [N] as indices, probabilities [N, C]."""

    truth: NDArray[np.int64]
    predicted: NDArray[np.int64]
    probabilities: NDArray[np.float64]

    @property
    def classes(self) -> int:
        """C."""
        return int(self.probabilities.shape[1])


def averaging(classes: list[str]) -> str:
    """How AUC, average precision, precision, recall and F1 treat these classes."""
    if len(classes) == 2:
        return f"positive class: {classes[1]}"
    return f"one-vs-rest over {len(classes)} classes, plain mean"


def accuracy(scored: Scored) -> float:
    """Share of photos whose predicted class is the true one."""
    return float((scored.truth == scored.predicted).mean())


def auc(scored: Scored) -> float:
    """Area under the ROC curve; raises ValueError where a class has no photo."""
    _every_class(scored, "AUC")
    return macro_auc(scored.truth, scored.probabilities)


def balanced_accuracy(scored: Scored) -> float:
    """Mean over the classes of the share of their photos that are called so (recall).

    Raises ValueError where a class has no photo.
    """
    matrix = np.array(confusion(scored))
    _every_class(scored, "balanced accuracy")
    return float((matrix.diagonal() / matrix.sum(axis=1)).mean())


def average_precision(scored: Scored) -> float:
    """Mean over the positive photos of the precision at their threshold; the mean over classes.

    Unlike AUC it falls with the share of the positives: at chance it is that share. Raises
    ValueError where a class has no photo.
    """
    _every_class(scored, "average precision")
    counted = [1] if scored.classes == 2 else range(scored.classes)
    return float(np.mean([average_precision_of(scored, index) for index in counted]))


def average_precision_of(scored: Scored, index: int) -> float:
    """That of one class against the rest, without interpolation; ties are one threshold."""
    positive, scores = scored.truth == index, scored.probabilities[:, index]
    called, found, _ = thresholds(positive, scores)
    return float((np.diff(found, prepend=0) * found / called).sum() / positive.sum())


def precision(scored: Scored) -> float:
    """Share of the photos called positive that are; 0 where none is called so."""
    right, called, _ = _counts(scored)
    return float(_share(right, called).mean())


def recall(scored: Scored) -> float:
    """Share of the positive photos that are called so; 0 where there is none."""
    right, _, true = _counts(scored)
    return float(_share(right, true).mean())


def f1(scored: Scored) -> float:
    """Harmonic mean of precision and recall; 0 where a class is neither called nor true."""
    right, called, true = _counts(scored)
    return float(_share(2 * right, called + true).mean())


def loss(scored: Scored) -> float:
    """Mean cross-entropy, nats; a probability counts as at least the smallest step from 0."""
    own = scored.probabilities[np.arange(len(scored.truth)), scored.truth]
    return float(-np.log(np.maximum(own, np.finfo(np.float64).eps)).mean())


def confusion(scored: Scored) -> list[list[int]]:
    """Counts [truth][predicted]."""
    matrix = np.zeros((scored.classes, scored.classes), dtype=np.int64)
    np.add.at(matrix, (scored.truth, scored.predicted), 1)
    return [[int(count) for count in row] for row in matrix]


def thresholds(
    positive: NDArray[np.bool_], scores: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64]]:
    """At each falling threshold the photos that are called, those of them that are positive, and
    the threshold; ties are one."""
    order = np.argsort(-scores, kind="stable")
    last = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    return last + 1, np.cumsum(positive[order])[last], scores[order][last]


def _every_class(scored: Scored, name: str) -> None:
    missing = set(range(scored.classes)) - set(scored.truth.tolist())
    if missing:
        raise ValueError(f"{name} needs test photos of every class; missing: {missing}")


def _counts(
    scored: Scored,
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Photos rightly called, called and truly of each class: of the positive one alone if C = 2."""
    matrix = np.array(confusion(scored))
    counts = matrix.diagonal(), matrix.sum(axis=0), matrix.sum(axis=1)
    right, called, true = (c[1:] if scored.classes == 2 else c for c in counts)
    return right, called, true


def _share(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    return np.where(whole > 0, part / np.maximum(whole, 1), 0.0)


METRICS: dict[str, Callable[[Scored], float]] = {
    "acc": accuracy,
    "auc": auc,
    "balanced_acc": balanced_accuracy,
    "ap": average_precision,
    "precision": precision,
    "recall": recall,
    "f1": f1,
    "loss": loss,
}
