"""Does every class have enough photos, of enough independent groups?"""

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
        f"({counts[rarest] / counts.sum():.1%}) are labelled {classes[rarest]}; a model that "
        f"always predicts {classes[int(counts.argmax())]} has an accuracy of {always:.1%}"
    )
    advice = (
        f"label more photos of {classes[rarest]}; compare by AUC and recall instead of accuracy"
    )
    if len(classes) == 2:  # costs are refused for more
        advice += "; set evaluate.miss_cost and evaluate.false_alarm_cost"
    return Alarm("imbalance", evidence, advice)


def few_groups(
    labels: NDArray[np.int64], groups: NDArray[np.int64], classes: Sequence[str]
) -> Alarm | None:
    """An alarm where a class has photos of fewer than 20 groups [N]."""
    counts = [len(np.unique(groups[labels == index])) for index in range(len(classes))]
    few = [
        f"{plural(count, 'group')} of {name} ({plural(int((labels == index).sum()), 'photo')})"
        for index, (name, count) in enumerate(zip(classes, counts, strict=True))
        if count < LEAST_GROUPS
    ]
    if not few:
        return None
    evidence = f"only {' and '.join(few)}; each class needs at least {LEAST_GROUPS} groups"
    advice = (
        "add photos of other roads and days; more photos of the same roads add little. Until then "
        "the intervals may be too narrow"
    )
    return Alarm("few groups", evidence, advice)


def fold_without_class(
    labels: NDArray[np.int64], folds: NDArray[np.int64], classes: Sequence[str]
) -> Alarm | None:
    """An alarm where a fold has no photo of a class.

    folds [R, N]: of each repeat and photo, from 0; negative where a photo is in none.
    """
    indices = range(len(classes))
    missing: list[str] = []
    for repeat, drawn in enumerate(folds, start=1):
        for fold in np.unique(drawn[drawn >= 0]):
            absent = [classes[c] for c in indices if not ((drawn == fold) & (labels == c)).any()]
            missing += [f"fold {fold + 1} of repeat {repeat} has no {name}" for name in absent]
    if not missing:
        return None
    more = f" and {len(missing) - 1} more of this kind" if len(missing) > 1 else ""
    advice = (
        "a fold without a class has no AUC; add photos of other groups, or lower "
        "crossvalidate.folds"
    )
    return Alarm("fold without a class", f"{missing[0]}{more}", advice)
