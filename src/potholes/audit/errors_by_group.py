"""In which drives, or with which cameras, the selected backbone errs: groups that have a name."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from potholes.audit.tables import GroupErrors
from potholes.crossvalidation.tables import OutOfFold
from potholes.dataset.tables import Sample
from potholes.evaluation.tables import TestPredictions
from potholes.files.rows import as_written
from potholes.statistics.binomial import wilson
from potholes.wording import plural


@dataclass(frozen=True)
class ErrorsByGroup:
    """Rows of the named groups, the worst first, and the rate of all photos, named or not."""

    rows: list[GroupErrors]
    overall: float

    @property
    def worst(self) -> str | None:
        """A sentence on the worst group, where its interval is above the rate of all photos."""
        if not self.rows or self.rows[0].low <= self.overall:
            return None
        first = self.rows[0]
        return (
            f"group {first.group} has an error rate of {first.rate:.3f} ({first.low:.3f} to "
            f"{first.high:.3f}, adjusted for {plural(len(self.rows), 'group')}), all photos "
            f"{self.overall:.3f}"
        )


def errors_by_group(
    samples: Sequence[Sample], photos: OutOfFold, tested: TestPredictions, *, level: float
) -> ErrorsByGroup:
    """Of the groups that photos.csv names, the worst first, by the lower limit of the error rate.

    So a group of one photo is not first for one error. A photo of train or val errs in the share of
    the repeats in which the head that had not seen it was wrong, one of test if the delivered head
    is. Of many groups one looks bad by chance: the intervals are Wilson's at level
    1 - (1 - level) / groups (Bonferroni), and hold for all groups at once. They are for other
    photos of the same group, as if its photos were independent: frames of one second are not.
    """
    errors = _errors(photos, tested)
    groups: dict[str, list[Sample]] = {}
    for sample in samples:
        if sample.group is not None:
            groups.setdefault(sample.group, []).append(sample)
    each = 1 - (1 - level) / max(1, len(groups))
    rows = []
    for name, own in groups.items():
        wrong = [errors[sample.sample_id] for sample in own]
        rate = as_written(float(np.mean(wrong)))
        limits = wilson(rate, len(own), level=each)
        low, high = as_written(limits.low), as_written(limits.high)
        rows.append(GroupErrors(name, own[0].split, len(own), float(sum(wrong)), rate, low, high))
    rows.sort(key=lambda row: (-row.low, -row.rate, row.group))
    return ErrorsByGroup(rows, as_written(float(np.mean(list(errors.values())))))


def _errors(photos: OutOfFold, tested: TestPredictions) -> dict[str, float]:
    """Of each photo, 0 to 1."""
    wrong = (~photos.right).mean(axis=0)
    errors = dict(zip(photos.sample_ids, wrong.tolist(), strict=True))
    pairs = zip(tested.truth, tested.labels, strict=True)
    missed = [float(truth != label) for truth, label in pairs]
    return errors | dict(zip(tested.sample_ids, missed, strict=True))
