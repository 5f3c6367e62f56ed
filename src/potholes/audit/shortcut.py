"""Can the class be predicted from how a photo was taken and saved, without its content?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from potholes.audit.logistic import logistic_folds, logistic_odds
from potholes.audit.photo_properties import FILE, PICTURE, PROPERTIES
from potholes.audit.tables import Alarm
from potholes.probabilities import auc
from potholes.statistics.auc_interval import auc_interval

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Shortcut:
    """How well photo properties alone predict one class, out of fold."""

    label: str  # the class that is predicted best
    auc: float  # by all properties together, with its interval
    low: float
    high: float
    file_auc: float  # by size, bytes and JPEG quality
    picture_auc: float  # by mean colour and sharpness
    single: str  # the property that alone predicts best
    single_auc: float


def measure_shortcut(
    table: Floats,
    labels: NDArray[np.int64],
    groups: NDArray[np.int64],
    classes: Sequence[str],
    *,
    seed: int,
    level: float = 0.95,
) -> Shortcut:
    """Of table [N, 9] (`photo_properties.photo_properties`), labels [N] and groups [N].

    With two classes the second is predicted. With more, each is predicted against the rest; the one
    with the highest lower bound is returned, at level 1 - (1 - level) / C (Bonferroni).
    Raises ValueError where a class has fewer than two groups.
    """
    indices = [1] if len(classes) == 2 else range(len(classes))
    each = 1 - (1 - level) / len(indices)
    measured = [
        _measure(table, labels == c, groups, classes[c], seed=seed, level=each) for c in indices
    ]
    return max(measured, key=lambda shortcut: shortcut.low)


def shortcut_alarm(shortcut: Shortcut, limit: float) -> Alarm | None:
    """An alarm where the lower bound of the AUC exceeds `limit`.

    A limit of 0.85 is above what the content of photos that were all saved alike gives away
    (sharpness and bytes grow with the texture of broken asphalt: lower bound 0.77 on 496 real
    photos, 0.82 on the 320 generated ones) and well below what another quality or size of one
    class does (lower bounds from 0.93).
    """
    if shortcut.low <= limit:
        return None
    evidence = (
        f"file and colour properties alone predict the class {shortcut.label}: AUC "
        f"{shortcut.auc:.3f} ({shortcut.low:.3f} to {shortcut.high:.3f}; limit {limit:g}); "
        f"{_WORDS[shortcut.single]} alone {shortcut.single_auc:.3f}, size and file together "
        f"{shortcut.file_auc:.3f}, colour and sharpness {shortcut.picture_auc:.3f}"
    )
    advice = (
        f"compare {_WORDS[shortcut.single]} between the classes; save all photos the same way, and "
        "take photos of every class with the same cameras on the same roads; until then the "
        "scores may measure the files, not the roads"
    )
    return Alarm("shortcut", evidence, advice)


def _measure(
    table: Floats,
    positive: NDArray[np.bool_],
    groups: NDArray[np.int64],
    label: str,
    *,
    seed: int,
    level: float,
) -> Shortcut:
    folds = logistic_folds(positive, groups, seed=seed)

    def odds(names: Sequence[str]) -> Floats:
        own = [PROPERTIES.index(name) for name in names]
        return logistic_odds(table[:, own], positive, folds)

    together = odds(PROPERTIES)
    interval = auc_interval(positive, together, groups=groups, level=level)
    singles = {name: float(auc(positive, odds([name]))) for name in PROPERTIES}
    single = max(singles, key=lambda name: singles[name])
    return Shortcut(
        label=label,
        auc=float(auc(positive, together)),
        low=interval.low,
        high=interval.high,
        file_auc=float(auc(positive, odds(FILE))),
        picture_auc=float(auc(positive, odds(PICTURE))),
        single=single,
        single_auc=singles[single],
    )


_WORDS = {
    "width": "width",
    "height": "height",
    "aspect": "aspect ratio",
    "bytes": "file size",
    "quality": "JPEG quality",
    "red": "mean red",
    "green": "mean green",
    "blue": "mean blue",
    "sharpness": "sharpness",
}
