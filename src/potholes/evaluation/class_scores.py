"""Scores of each class against the rest with intervals, and the intervals of their means.

Rare classes decide what these intervals are: Wilson's of so few photos covers too little, so all
shares have its continuity correction (`binomial.wilson`).
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from potholes.evaluation.metrics import METRICS, Scored, average_precision_of
from potholes.evaluation.tables import ClassScores
from potholes.probabilities import auc
from potholes.statistics.auc_interval import auc_interval, macro_auc_interval
from potholes.statistics.binomial import wilson
from potholes.statistics.groups import effective_number
from potholes.statistics.interval import Interval, interval_of_mean

_SHARED = {"recall": 1.0, "precision": 1.0, "f1": 2.0, "ap": 2.0}


def class_scores(
    scored: Scored, classes: Sequence[str], groups: NDArray[np.int64], *, level: float = 0.95
) -> list[ClassScores]:
    """A row a class, of test photos with groups [N].

    Recall and precision are shares of the photos that are, or are called, of the class. F1 is a
    function of another share, that of the photos rightly called among those that are or are called
    so (Jaccard's J): 2 J / (1 + J), and its limits are the function of that share's. Average
    precision is a mean over the class's photos of numbers between 0 and 1, which varies at most as
    a share of so many does. Raises ValueError where a class has no photo.
    """
    return [_row(scored, index, label, groups, level) for index, label in enumerate(classes)]


def with_limits(
    scored: Scored, groups: NDArray[np.int64], *, level: float = 0.95
) -> dict[str, float]:
    """METRICS by name, all but the loss with `_low` and `_high`, of photos with groups [N].

    Raises ValueError where a class has no photo.
    """
    found = {name: metric(scored) for name, metric in METRICS.items()}
    effective_n = effective_number(groups)
    limits = {
        **mean_intervals(scored, groups, level=level),
        "acc": wilson(found["acc"], effective_n, level=level, corrected=True),
        "auc": macro_auc_interval(scored.truth, scored.probabilities, groups=groups, level=level),
    }
    for name, own in limits.items():
        found |= {f"{name}_low": own.low, f"{name}_high": own.high}
    return found


def mean_intervals(
    scored: Scored, groups: NDArray[np.int64], *, level: float = 0.95
) -> dict[str, Interval]:
    """Of `METRICS`' balanced_acc, recall, precision, f1 and ap.

    With two classes those of the second, and balanced accuracy over both. Classes share no photo
    in their recalls or precisions; a mistaken photo lowers F1 and average precision of two.
    """
    rows = [_shares(scored, index, groups, level) for index in range(scored.classes)]
    found = {"balanced_acc": _of_mean(rows, "recall", 1.0)}
    counted = rows[1:] if len(rows) == 2 else rows
    for name, shared in _SHARED.items():
        found[name] = _of_mean(counted, name, 1.0 if len(counted) == 1 else shared)
    return found


def _of_mean(rows: Sequence[dict[str, float]], name: str, shared: float) -> Interval:
    values = [row[name] for row in rows]
    own = [Interval(row[f"{name}_low"], row[f"{name}_high"]) for row in rows]
    return interval_of_mean(values, own, shared=shared)


def _row(
    scored: Scored, index: int, label: str, groups: NDArray[np.int64], level: float
) -> ClassScores:
    true, scores = scored.truth == index, scored.probabilities[:, index]
    area = auc_interval(true, scores, groups=groups, level=level)
    return ClassScores(
        label=label,
        photos=int(true.sum()),
        called=int((scored.predicted == index).sum()),
        **_shares(scored, index, groups, level),
        **_columns("auc", float(auc(true, scores)), area.low, area.high),
    )


def _shares(
    scored: Scored, index: int, groups: NDArray[np.int64], level: float
) -> dict[str, float]:
    """Recall, precision, F1 and average precision of one class, with `_low` and `_high`."""
    true, called = scored.truth == index, scored.predicted == index
    right, either = true & called, true | called
    ap = average_precision_of(scored, index)
    limits = wilson(ap, effective_number(groups[true]), level=level, corrected=True)
    return {
        **_columns("recall", *_share(right, true, groups, level)),
        **_columns("precision", *_share(right, called, groups, level)),
        **_columns("f1", *map(_f1, _share(right, either, groups, level))),
        **_columns("ap", ap, limits.low, limits.high),
    }


def _columns(name: str, value: float, low: float, high: float) -> dict[str, float]:
    return {name: value, f"{name}_low": low, f"{name}_high": high}


def _f1(jaccard: float) -> float:
    return 2 * jaccard / (1 + jaccard)


def _share(
    part: NDArray[np.bool_], whole: NDArray[np.bool_], groups: NDArray[np.int64], level: float
) -> tuple[float, float, float]:
    """Of the photos `whole` [N] those that are `part` [N], with limits; 0 to 1 where none is."""
    if not whole.any():
        return 0.0, 0.0, 1.0
    share = float(part.sum() / whole.sum())
    limits = wilson(share, effective_number(groups[whole]), level=level, corrected=True)
    return share, limits.low, limits.high
