"""Are there enough photos of every class, and of enough places, to learn and to judge?"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from potholes.audit.tables import Alarm
from potholes.wording import plural

LEAST_SHARE = 0.4  # of what a class would have if all were equal: 20 % of two classes
LEAST_GROUPS = 20  # a class; with fewer no interval can be trusted


def imbalance(labels: NDArray[np.int64], classes: Sequence[str]) -> Alarm | None:
    """An alarm where the smallest class has under 0.4 of an equal share of labels [N]."""
    counts = np.bincount(labels, minlength=len(classes))
    rarest = int(counts.argmin())
    if counts[rarest] * len(classes) >= LEAST_SHARE * counts.sum():
        return None
    always = float(counts.max() / counts.sum())
    evidence = (
        f"only {counts[rarest]} of {plural(int(counts.sum()), 'photo')} "
        f"({counts[rarest] / counts.sum():.1%}) are of {classes[rarest]}; always answering "
        f"{classes[int(counts.argmax())]} would be right in {always:.1%}"
    )
    advice = (
        f"label more photos of {classes[rarest]}; judge by AUC and recall rather than accuracy, "
        "and set evaluate.miss_cost and evaluate.false_alarm_cost"
    )
    return Alarm("imbalance", evidence, advice)


def few_groups(
    labels: NDArray[np.int64], groups: NDArray[np.int64], classes: Sequence[str]
) -> Alarm | None:
    """An alarm where a class has photos of fewer than 20 groups [N]."""
    counts = [len(np.unique(groups[labels == place])) for place in range(len(classes))]
    few = [
        f"{plural(count, 'group')} of {name} ({plural(int((labels == place).sum()), 'photo')})"
        for place, (name, count) in enumerate(zip(classes, counts, strict=True))
        if count < LEAST_GROUPS
    ]
    if not few:
        return None
    evidence = f"only {' and '.join(few)} are independent; {LEAST_GROUPS} are the least to judge by"
    advice = (
        "add photos of other roads and days: more photos of the same ones add little; take the "
        "intervals as too narrow until then"
    )
    return Alarm("few groups", evidence, advice)


def fold_without_class(
    labels: NDArray[np.int64], folds: NDArray[np.int64], classes: Sequence[str]
) -> Alarm | None:
    """An alarm where a fold has no photo of a class.

    folds [R, N]: of each repeat and photo, from 0; negative where a photo is in none.
    """
    places = range(len(classes))
    missing: list[str] = []
    for repeat, drawn in enumerate(folds, start=1):
        for fold in np.unique(drawn[drawn >= 0]):
            absent = [classes[c] for c in places if not ((drawn == fold) & (labels == c)).any()]
            missing += [f"fold {fold + 1} of repeat {repeat} has no {name}" for name in absent]
    if not missing:
        return None
    more = f" and {len(missing) - 1} more like it" if len(missing) > 1 else ""
    advice = "such a fold has no AUC; add photos of other groups, or take fewer folds"
    return Alarm("fold without a class", f"{missing[0]}{more}", advice)
