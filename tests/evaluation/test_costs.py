import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from potholes.evaluation.costs import bayes_threshold, choose_threshold, expected_cost
from potholes.evaluation.recalibration import Recalibration
from potholes.statistics.resampled import corrected_variance

SURE = 1e6  # so far above the limit that nothing is held back


def test_bayes_threshold_balances_the_costs() -> None:
    assert bayes_threshold(1, 1) == 0.5
    assert bayes_threshold(9, 1) == pytest.approx(0.1)


def test_bayes_stays_until_the_photos_contradict_it() -> None:
    for contradicted in (0.0, 0.5, 1.0, 1 + 1e-9):
        assert choose_threshold(0.2, Recalibration(2.0, 1.0, contradicted)) == 0.2
    assert choose_threshold(0.2, Recalibration(2.0, 1.0, 1.001)) != 0.2


def test_a_cost_that_is_nothing_beside_the_other_leaves_bayes() -> None:
    for costs in ((1e-20, 1.0), (1.0, 1e-20)):
        bayes = bayes_threshold(*costs)
        assert choose_threshold(bayes, Recalibration(1.0, 0.5, SURE)) == pytest.approx(bayes)


def test_the_threshold_goes_where_the_recalibrated_probability_is_bayes() -> None:
    # 0.2 is log-odds -log 4; with shift log 4 those of the head must be -2 log 4: 1 / 17
    moved = choose_threshold(0.2, Recalibration(1.0, np.log(4), SURE))
    assert moved == pytest.approx(1 / 17)
    # twice as steep and no shift: half the log-odds, odds 1 to 2
    assert choose_threshold(0.2, Recalibration(2.0, 0.0, SURE)) == pytest.approx(1 / 3)


def test_it_is_a_probability_of_logits_over_the_temperature() -> None:
    # as trained, log-odds -log 4 - 1; over a temperature of 2 half of them
    moved = choose_threshold(0.2, Recalibration(1.0, 1.0, SURE), temperature=2.0)
    assert np.log(moved / (1 - moved)) == pytest.approx((-np.log(4) - 1) / 2)
    kept = choose_threshold(0.2, Recalibration(0.5, 0.0, SURE), temperature=2.0)
    assert kept == pytest.approx(0.2)  # the temperature has already repaired the slope


def test_it_moves_by_little_just_above_the_limit() -> None:
    moves = [0.5 - choose_threshold(0.5, Recalibration(1.0, 1.0, r)) for r in (1.01, 1.5, SURE)]
    assert 0 < moves[0] < 0.1 * moves[2]
    assert 0.9 * moves[2] < moves[1] < moves[2]


@given(
    st.floats(0.01, 0.99), st.floats(0.1, 10), st.floats(-10, 10), st.floats(0, 99),
    st.floats(0.2, 5),
)  # fmt: skip
def test_it_lies_between_bayes_and_where_the_fit_says(
    bayes: float, slope: float, shift: float, contradicted: float, temperature: float
) -> None:
    found = choose_threshold(
        bayes, Recalibration(slope, shift, contradicted), temperature=temperature
    )
    goal = choose_threshold(bayes, Recalibration(slope, shift, SURE), temperature=temperature)
    assert min(bayes, goal) - 1e-9 <= found <= max(bayes, goal) + 1e-9


@pytest.mark.parametrize("cost", [0.0, -1.0, float("nan"), float("inf")])
def test_a_cost_that_is_none_is_told(cost: float) -> None:
    with pytest.raises(ValueError, match=r"evaluate\.miss_cost: got .*, expected a number above 0"):
        bayes_threshold(cost, 1)


def test_the_expected_cost_is_that_of_the_folds_of_single_heads() -> None:
    positive = np.array([True, True, False, False])
    called = np.array([[True, False, False, True], [True, True, True, True]])
    folds = np.array([[0, 1, 0, 1], [0, 0, 1, 1]])
    found = expected_cost(called, positive, folds, miss_cost=5, false_alarm_cost=2)
    # repeat 0: fold 0 has none, fold 1 a miss and a false alarm; repeat 1: none, two false alarms
    means = np.array([0, 3.5, 0, 2])
    assert found.mean == pytest.approx(means.mean())
    assert found.standard_error == pytest.approx(corrected_variance(means, 1.0) ** 0.5)


def test_with_equal_costs_of_one_it_is_the_error_rate() -> None:
    rng = np.random.default_rng(0)
    positive, called = rng.random(20) < 0.5, rng.random((3, 20)) < 0.5
    folds = np.stack([rng.permutation(20) % 5 for _ in range(3)])
    found = expected_cost(called, positive, folds, miss_cost=1, false_alarm_cost=1)
    assert found.mean == pytest.approx((called != positive).mean())
