import numpy as np
import pytest

from potholes.crossvalidation.tables import OutOfFold
from potholes.evaluation.operating_point import OperatingPoint, operating_point
from potholes.params_file import load_params

PARAMS = load_params().evaluate


def photos(probabilities, labels) -> OutOfFold:
    names = [f"{index:03}" for index in range(len(labels))]
    classes = ["a", "b", "c"][: probabilities.shape[-1]]
    folds = np.zeros(probabilities.shape[:2], dtype=np.int64)
    return OutOfFold(classes, names, names, np.array(labels), folds, probabilities)


def overconfident(count: int = 300) -> OutOfFold:
    """Says 0.99 and is right in 80 of 100."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, count)
    said = np.where(rng.random(count) < 0.8, labels, 1 - labels)
    positive = np.where(said == 1, 0.99, 0.01)
    return photos(np.stack([1 - positive, positive], axis=1)[None], labels)


def test_overconfident_probabilities_are_softened():
    # logit 4.6 should be log(0.8 / 0.2) = 1.39
    assert operating_point(overconfident(), PARAMS).temperature == pytest.approx(3.3, abs=0.6)


def test_calibration_can_be_switched_off():
    off = PARAMS.model_copy(update={"calibrate": False})
    assert operating_point(overconfident(), off).temperature == 1


def test_a_dear_miss_lowers_the_threshold():
    costs = PARAMS.model_copy(update={"miss_cost": 4.0})
    assert operating_point(overconfident(), PARAMS).threshold == pytest.approx(0.5)
    assert operating_point(overconfident(), costs).threshold == pytest.approx(0.2)


def test_three_classes_have_a_temperature_alone():
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 3, 60)
    point = operating_point(photos(rng.dirichlet(np.ones(3), (2, 60)), labels), PARAMS)
    assert point == OperatingPoint(point.temperature, None)
