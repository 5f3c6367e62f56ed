import numpy as np
import pytest

from potholes.crossvalidation.tables import OutOfFold
from potholes.evaluation.operating_point import OperatingPoint, operating_point
from potholes.params_file import load_params

PARAMS = load_params().evaluate


def photos(probabilities, labels) -> OutOfFold:
    names = [f"{index:03}" for index in range(len(labels))]
    classes = ["a", "b", "c"][: probabilities.shape[-1]]
    folds = np.tile(np.arange(len(labels)) % 5, (len(probabilities), 1))
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


def test_the_expected_cost_is_that_of_the_chosen_threshold():
    costs = PARAMS.model_copy(update={"miss_cost": 2.0})  # between 0.2 and 0.8, as all photos say
    table = overconfident()
    point = operating_point(table, costs)
    right = (table.probabilities[0, :, 1] > 0.5) == (table.labels == 1)
    wrong = ~right & (table.labels == 1), ~right & (table.labels == 0)
    assert point.bayes_threshold == 0.3333333
    assert point.cost == pytest.approx(2 * wrong[0].mean() + wrong[1].mean())
    assert 0 < point.cost_error < point.cost
    equal = operating_point(table, PARAMS)
    assert equal.bayes_threshold == 0.5
    assert equal.cost == pytest.approx((~right).mean())


def test_single_heads_choose_the_threshold_and_not_their_mean():
    # every head is off by 2 in log-odds, half of them up and half down: their mean is right
    rng = np.random.default_rng(0)
    odds = rng.normal(0, 2.5, 400)
    labels = (rng.random(400) < 1 / (1 + np.exp(-odds))).astype(np.int64)
    up = 1 / (1 + np.exp(-odds - 2))
    table = photos(np.stack([np.stack([1 - p, p], axis=1) for p in (up, up)]), labels)
    moved = operating_point(table, PARAMS)
    log_odds = moved.temperature * np.log(moved.threshold / (1 - moved.threshold))
    assert log_odds == pytest.approx(2, abs=0.5)
    down = 1 / (1 + np.exp(-odds + 2))
    both = photos(np.stack([np.stack([1 - p, p], axis=1) for p in (up, down)]), labels)
    assert operating_point(both, PARAMS).threshold == 0.5


def test_costs_that_differ_are_refused_for_three_classes():
    rng = np.random.default_rng(1)
    table = photos(rng.dirichlet(np.ones(3), (2, 60)), rng.integers(0, 3, 60))
    costs = PARAMS.model_copy(update={"miss_cost": 4.0})
    with pytest.raises(ValueError, match=r"evaluate\.miss_cost .* 4 and 1 with 3 classes"):
        operating_point(table, costs)


def test_three_classes_have_a_temperature_alone():
    rng = np.random.default_rng(1)
    labels = rng.integers(0, 3, 60)
    point = operating_point(photos(rng.dirichlet(np.ones(3), (2, 60)), labels), PARAMS)
    assert point == OperatingPoint(point.temperature, None)
