"""Does every class have enough photos, of enough independent groups?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from potholes.audit.tables import Alarm
from potholes.statistics.binomial import wilson
from potholes.wording import plural

LEAST_SHARE = 0.4  # of what a class would have if all were equal: 20 % of two classes
LEAST_GROUPS = 20  # a class; with fewer no interval can be trusted
_NAMED = 3  # classes that the evidence names


@dataclass(frozen=True)
class Rare:
    """A class of few groups."""

    name: str
    groups: int
    photos: int


@dataclass(frozen=True)
class Counted:
    """N photos: their labels [N], class indices, and groups [N]."""

    labels: NDArray[np.int64]
    groups: NDArray[np.int64]

    def rare(self, classes: Sequence[str]) -> list[Rare]:
        """The classes whose photos are of fewer than 20 groups, the fewest first."""
        found = []
        for index, name in enumerate(classes):
            own = self.groups[self.labels == index]
            found.append(Rare(name, len(np.unique(own)), len(own)))
        return sorted(
            (one for one in found if 0 < one.groups < LEAST_GROUPS), key=lambda one: one.groups
        )


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
    learned: Counted, tested: Counted, classes: Sequence[str], *, level: float = 0.95
) -> Alarm | None:
    """An alarm where a class has photos of fewer than 20 groups among those that are learned from
    (train and val) or among the test photos."""
    few, few_tested = learned.rare(classes), tested.rare(classes)
    if not few and not few_tested:
        return None
    evidence = []
    if few:
        evidence.append(f"train and val have only {_listed(few)}")
    if few_tested:
        evidence.append(f"test has only {_listed(few_tested)}; {_means(few_tested[0], level)}")
    advice = (
        f"add photos of other roads and days until each class has at least {LEAST_GROUPS} groups; "
        "more photos of the same roads add little. Until then the intervals may be too narrow"
    )
    if few_tested and not few:
        advice = (
            "add photos of other roads and days, or raise split.test; until then trust the "
            "cross-validated scores, which rest on more photos"
        )
    return Alarm("few groups", "; ".join(evidence), advice)


def _listed(rare: Sequence[Rare]) -> str:
    """`3 groups of pothole (8 photos), 5 groups of … and 4 more classes of few groups`."""
    named = [
        f"{plural(one.groups, 'group')} of {one.name} ({plural(one.photos, 'photo')})"
        for one in rare[:_NAMED]
    ]
    more = len(rare) - len(named)
    if more:
        named.append(f"{more} more {'class' if more == 1 else 'classes'} of few groups")
    *first, last = named
    return f"{', '.join(first)} and {last}" if first else last


def _means(one: Rare, level: float) -> str:
    """What so few test photos of a class leave open."""
    if one.groups < 2:
        return f"a single one cannot show how many {one.name} photos are found"
    right = one.groups - 1
    limits = wilson(right / one.groups, one.groups, level=level)
    return (
        f"even {right} right of {one.groups} would leave open whether {limits.low:.0%} or "
        f"{limits.high:.0%} of {one.name} photos are found"
    )


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
        "the cross-validated AUC leaves such folds out; add photos of other groups, or lower "
        "crossvalidate.folds"
    )
    return Alarm("fold without a class", f"{missing[0]}{more}", advice)
