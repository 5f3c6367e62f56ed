"""How logits become labels: temperature and threshold, both chosen on out-of-fold photos."""

from dataclasses import dataclass

from potholes.crossvalidation.tables import OutOfFold
from potholes.evaluation.costs import bayes_threshold, choose_threshold, expected_cost
from potholes.evaluation.recalibration import recalibrate
from potholes.evaluation.temperature import choose_temperature
from potholes.files.rows import as_written
from potholes.params import EvaluateParams
from potholes.params_file import refuse_costs
from potholes.probabilities import probabilities


@dataclass(frozen=True)
class OperatingPoint:
    """What the logits are divided by, and where the second of two classes begins.

    All but the temperature are None for more than two classes.
    """

    temperature: float
    threshold: float | None
    bayes_threshold: float | None = None  # what the threshold is unless the photos contradict it
    cost: float | None = None  # expected one of a photo, cross-validated
    cost_error: float | None = None  # its corrected standard error


def operating_point(photos: OutOfFold, params: EvaluateParams) -> OperatingPoint:
    """Of one backbone: the temperature (1 without params.calibrate), then the threshold with it.

    Both are chosen for the probabilities of single heads, one of which is delivered, and not for
    the mean of the repeats. More than two classes have no threshold: the most probable one is
    predicted. Raises ValueError where a class has no photo, and for costs that differ where there
    are more than two classes.
    """
    refuse_costs(params, len(photos.classes))
    temperature = 1.0
    if params.calibrate:
        chosen = choose_temperature(
            photos.logits, photos.labels, groups=photos.groups, level=params.level
        )
        temperature = as_written(chosen.value)  # the one that other stages read
    if len(photos.classes) != 2:
        return OperatingPoint(temperature, threshold=None)
    positive, logits = photos.labels == 1, photos.logits
    recalibration = recalibrate(
        logits[..., 1] - logits[..., 0],
        positive,
        temperature=temperature,
        groups=photos.groups,
        level=params.level,
    )
    bayes = bayes_threshold(params.miss_cost, params.false_alarm_cost)
    threshold = as_written(choose_threshold(bayes, recalibration, temperature=temperature))
    cost = expected_cost(
        probabilities(logits, temperature)[..., 1] >= threshold,
        positive,
        photos.held_out_in,
        miss_cost=params.miss_cost,
        false_alarm_cost=params.false_alarm_cost,
    )
    return OperatingPoint(temperature, threshold, as_written(bayes), cost.mean, cost.standard_error)
