"""`METRICS`: scores of test photos by scikit-learn, each a pure function of `Scored`.

With two classes the second by name is the positive one. With more, AUC is one-vs-rest and
precision, recall and F1 are means over the classes (`averaging` says so in words).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn import metrics

from potholes.tables.roc import RocPoint


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
    """How AUC, precision, recall and F1 treat these classes."""
    if len(classes) == 2:
        return f"positive class: {classes[1]}"
    return f"one-vs-rest over {len(classes)} classes, plain mean"


def accuracy(scored: Scored) -> float:
    """Share of photos whose predicted class is the true one."""
    return float(metrics.accuracy_score(scored.truth, scored.predicted))


def auc(scored: Scored) -> float:
    """Area under the ROC curve; raises ValueError where a class has no photo."""
    missing = set(range(scored.classes)) - set(scored.truth.tolist())
    if missing:
        raise ValueError(f"AUC needs every class among the test photos; missing: {missing}")
    if scored.classes == 2:
        return float(metrics.roc_auc_score(scored.truth, scored.probabilities[:, 1]))
    return float(metrics.roc_auc_score(scored.truth, scored.probabilities, multi_class="ovr"))


def precision(scored: Scored) -> float:
    """Share of the photos called positive that are; 0 where none is called so."""
    return _of_counts(metrics.precision_score, scored)


def recall(scored: Scored) -> float:
    """Share of the positive photos that are called so."""
    return _of_counts(metrics.recall_score, scored)


def f1(scored: Scored) -> float:
    """Harmonic mean of precision and recall."""
    return _of_counts(metrics.f1_score, scored)


def loss(scored: Scored) -> float:
    """Mean cross-entropy, nats."""
    labels = range(scored.classes)
    return float(metrics.log_loss(scored.truth, scored.probabilities, labels=list(labels)))


def confusion(scored: Scored) -> list[list[int]]:
    """Counts [truth][predicted]."""
    labels = list(range(scored.classes))
    matrix = metrics.confusion_matrix(scored.truth, scored.predicted, labels=labels)
    return [[int(count) for count in row] for row in matrix]


def roc(scored: Scored, classes: list[str]) -> list[RocPoint]:
    """The points of the positive class's curve; of each class against the rest if C > 2."""
    points = []
    for place in [1] if scored.classes == 2 else range(scored.classes):
        curve = metrics.roc_curve(scored.truth == place, scored.probabilities[:, place])
        for false_rate, true_rate, threshold in zip(*curve, strict=True):
            limit = float(threshold) if np.isfinite(threshold) else None
            points.append(RocPoint(classes[place], limit, float(false_rate), float(true_rate)))
    return points


def _of_counts(function: Callable[..., float], scored: Scored) -> float:
    average = "binary" if scored.classes == 2 else "macro"
    return float(function(scored.truth, scored.predicted, average=average, zero_division=0))


METRICS: dict[str, Callable[[Scored], float]] = {
    "acc": accuracy,
    "auc": auc,
    "precision": precision,
    "recall": recall,
    "f1": f1,
    "loss": loss,
}
