"""How logits become labels: temperature and threshold, both chosen on out-of-fold photos."""

import logging
from dataclasses import dataclass

from potholes.crossvalidation.tables import OutOfFold
from potholes.evaluation.costs import choose_threshold
from potholes.evaluation.temperature import choose_temperature
from potholes.files.rows import as_written
from potholes.params import EvaluateParams

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class OperatingPoint:
    """What the logits are divided by, and where the second of two classes begins."""

    temperature: float
    threshold: float | None  # None for more than two classes


def operating_point(photos: OutOfFold, params: EvaluateParams) -> OperatingPoint:
    """Of one backbone: the temperature (1 without params.calibrate), then the threshold with it.

    More than two classes have no threshold: the most probable one is predicted. Raises ValueError
    where a class has no photo.
    """
    temperature = 1.0
    if params.calibrate:
        chosen = choose_temperature(
            photos.logits, photos.labels, groups=photos.groups, level=params.level
        )
        temperature = as_written(chosen.value)  # the one that other stages read
    if len(photos.classes) != 2:
        count = len(photos.classes)
        if params.miss_cost != params.false_alarm_cost:
            log.warning("evaluate: the costs are ignored, because there are %d classes;", count)
            log.warning("the most probable class is predicted")
        return OperatingPoint(temperature, threshold=None)
    threshold = choose_threshold(
        photos.calibrated(temperature)[:, 1],
        photos.labels == 1,
        miss_cost=params.miss_cost,
        false_alarm_cost=params.false_alarm_cost,
        groups=photos.groups,
        level=params.level,
    )
    return OperatingPoint(temperature, as_written(threshold.value))
