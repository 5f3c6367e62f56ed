"""From the costs of both mistakes to the probability from which a photo is called positive."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from potholes.evaluation.offset import Offset
from potholes.files.rows import as_written
from potholes.statistics.interval import normal_quantile
from potholes.statistics.resampled import corrected_variance

Floats = NDArray[np.float64]

_CAUTION = 3  # power of the shrinkage


@dataclass(frozen=True)
class ExpectedCost:
    """Mean cost of a photo, and its corrected standard error (Nadeau & Bengio 2003)."""

    mean: float
    standard_error: float


def bayes_threshold(miss_cost: float, false_alarm_cost: float) -> float:
    """Where both decisions cost the same: false_alarm_cost / (miss_cost + false_alarm_cost).

    Elkan (2001), "The foundations of cost-sensitive learning". Raises ValueError unless both
    costs are above 0 and finite.
    """
    for name, cost in (("miss_cost", miss_cost), ("false_alarm_cost", false_alarm_cost)):
        if not 0 < cost < np.inf:
            raise ValueError(f"evaluate.{name}: got {cost:g}, expected a number above 0")
    return false_alarm_cost / (miss_cost + false_alarm_cost)


def choose_threshold(
    bayes: float, offset: Offset, *, temperature: float = 1.0, level: float = 0.95
) -> float:
    """The threshold for single heads' probabilities, their logits divided by `temperature`.

    Bayes' until the out-of-fold photos contradict it: then where the recalibrated probability
    (`offset`) is Bayes', drawn back towards Bayes' on the scale of log-odds by the share
    (limit / evidence)^3. At the limit that is all of the way, so that no single photo moves the
    threshold far, and an estimate that only just passed is mostly noise. The limit is the squared
    normal quantile of `level`: if the probabilities are right, the threshold leaves Bayes' in at
    most 1 - level of the cases (`benchmarks.thresholds`).

    An offset is tested rather than the costs at every threshold: the cheapest of N thresholds is
    an extreme of noisy costs, which needs a few hundred photos to be told from luck, while all
    photos together estimate one number well.
    """
    wanted = math.log(bayes / (1 - bayes))
    limit = normal_quantile(level) ** 2
    if as_written(offset.evidence) <= as_written(limit):
        return bayes
    plain = wanted * temperature
    recalibrated = (wanted - offset.shift) / offset.slope
    moved = recalibrated + (plain - recalibrated) * (limit / offset.evidence) ** _CAUTION
    return (1 + math.tanh(moved / temperature / 2)) / 2


def expected_cost(
    called: NDArray[np.bool_],
    positive: NDArray[np.bool_],
    held_out_in: NDArray[np.int64],
    *,
    miss_cost: float,
    false_alarm_cost: float,
) -> ExpectedCost:
    """Of calling photos positive [R, N] that are [N], folds [R, N], in R repeats.

    The mean over the folds, as of the cross-validated accuracy: what one head costs, not an
    average of several.
    """
    costs = positive * ~called * miss_cost + ~positive * called * false_alarm_cost
    folds = int(held_out_in.max()) + 1
    means = np.array(
        [
            row[held == fold].mean()
            for row, held in zip(costs, held_out_in, strict=True)
            for fold in range(folds)
        ]
    )
    variance = corrected_variance(means, 1 / (folds - 1))
    return ExpectedCost(float(means.mean()), math.sqrt(variance))
