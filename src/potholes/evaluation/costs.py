"""From the costs of both mistakes to the probability from which a photo is called positive."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from potholes.evaluation.recalibration import Recalibration
from potholes.files.rows import as_written
from potholes.statistics.resampled import corrected_variance

Floats = NDArray[np.float64]

_CAUTION = 6  # how fast a threshold moves once the evidence is above its limit; simulated


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
    bayes: float, recalibration: Recalibration, *, temperature: float = 1.0
) -> float:
    """The threshold for single heads' probabilities, their logits divided by `temperature`.

    Bayes' until the out-of-fold photos contradict the probabilities; then where the recalibrated
    probability is Bayes'. Just above the limit of the evidence it moves by little, and all of the
    way as the evidence grows: no single photo moves it far, and an estimate that only just passed
    is mostly noise. How rarely it moves if the probabilities are right, and what it costs and
    repairs, is simulated in `benchmarks.thresholds`.

    Probabilities are tested, not the costs at every threshold: the cheapest of N thresholds is an
    extreme of noisy costs, while all photos together estimate two numbers well.
    """
    excess = as_written(recalibration.contradicted)
    if excess <= 1 or not 0 < bayes < 1:  # 0, 1: one cost is nothing beside the other
        return bayes
    wanted = math.log(bayes / (1 - bayes))
    plain = wanted * temperature
    recalibrated = (wanted - recalibration.shift) / recalibration.slope
    moved = recalibrated + (plain - recalibrated) / excess**_CAUTION
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
