"""Which labels the predictions of heads that have not seen the photo contradict.

Confident learning: Northcutt, Jiang & Chuang (2021), "Confident learning: estimating uncertainty in
dataset labels", Journal of Artificial Intelligence Research 70. Nothing is removed or changed: a
contradicted label may be right and the photo odd.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from potholes.audit.tables import AuditRow
from potholes.crossvalidation.tables import OutOfFold

Floats = NDArray[np.float64]


def doubtful_labels(photos: OutOfFold, temperature: float) -> list[AuditRow]:
    """Every photo of train and val by the probabilities of heads that had not seen it."""
    probabilities = photos.calibrated(temperature)
    return audit_labels(photos.sample_ids, photos.labels, probabilities, photos.classes)


def audit_labels(
    sample_ids: Sequence[str],
    labels: NDArray[np.int64],
    probabilities: Floats,
    classes: Sequence[str],
) -> list[AuditRow]:
    """All N photos, the most doubtful label first: by margin, then by sample_id.

    labels [N] are indices into classes [C]; probabilities [N, C] are of heads that were not trained
    on the photo (mean of the repeats). The threshold of a class is the mean probability of that
    class over the photos labelled so. Take the most probable of the classes whose threshold a photo
    reaches: if it is not the label, the label is contradicted and that class is suggested. All
    other photos get their most probable class. Raises ValueError where a class has no photo.
    """
    thresholds = _thresholds(labels, probabilities, classes)
    reached = np.where(probabilities >= thresholds, probabilities, -1.0)
    confident = reached.argmax(axis=1)
    contradicted = reached.max(axis=1) > reached[np.arange(len(labels)), labels]
    suggested = np.where(contradicted, confident, probabilities.argmax(axis=1))
    rows = [
        AuditRow(sample_id, classes[label], classes[other], float(margin), int(against))
        for sample_id, label, other, margin, against in zip(
            sample_ids, labels, suggested, margins(labels, probabilities), contradicted, strict=True
        )
    ]
    return sorted(rows, key=lambda row: (row.margin, row.sample_id))


def margins(labels: NDArray[np.int64], probabilities: Floats) -> Floats:
    """Probability of the label minus the largest other one, for each photo [N]."""
    own = np.eye(probabilities.shape[1], dtype=np.bool_)[labels]
    others = np.where(own, -np.inf, probabilities).max(axis=1)
    return np.asarray(probabilities[own] - others)


def _thresholds(labels: NDArray[np.int64], probabilities: Floats, classes: Sequence[str]) -> Floats:
    """Mean self-confidence of each class [C]."""
    absent = [name for index, name in enumerate(classes) if not (labels == index).any()]
    if absent:
        raise ValueError(f"no photo is labelled {', '.join(absent)}; add some or remove the class")
    return np.array([probabilities[labels == c, c].mean() for c in range(len(classes))])
