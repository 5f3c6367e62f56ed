import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from potholes.evaluation.costs import bayes_threshold, choose_threshold


def photos(seed: int, count: int, *, shift: float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Right probabilities, or with `shift` added to their log-odds, and what came true."""
    rng = np.random.default_rng(seed)
    odds = rng.normal(0, 2.5, count)
    return 1 / (1 + np.exp(-odds - shift)), rng.random(count) < 1 / (1 + np.exp(-odds))


def test_bayes_threshold_balances_the_costs() -> None:
    assert bayes_threshold(1, 1) == 0.5
    assert bayes_threshold(9, 1) == pytest.approx(0.1)


def test_the_cheapest_threshold_by_hand() -> None:
    # a miss costs 2: from 0.45 (half-way between .4 and .5) on there is one miss and no false alarm
    probabilities = np.array([0.1, 0.2, 0.4, 0.5, 0.9])
    positive = np.array([False, True, False, True, True])
    found = choose_threshold(probabilities, positive, miss_cost=2, false_alarm_cost=2.5)
    assert found.bayes == pytest.approx(2.5 / 4.5)
    assert found.bayes_cost == pytest.approx(4 / 5)  # misses .2 and .5
    assert found.cheapest == pytest.approx(0.45)
    assert found.cheapest_cost == pytest.approx(2 / 5)


def test_a_miss_and_a_false_alarm_are_not_confused() -> None:
    probabilities, positive = np.array([0.2, 0.4, 0.6, 0.8]), np.array([False, True, False, True])
    dear = choose_threshold(probabilities, positive, miss_cost=10, false_alarm_cost=1)
    assert (dear.cheapest, dear.cheapest_cost) == (pytest.approx(0.3), 0.25)
    cheap = choose_threshold(probabilities, positive, miss_cost=1, false_alarm_cost=10)
    assert (cheap.cheapest, cheap.cheapest_cost) == (pytest.approx(0.7), 0.25)


def test_equally_cheap_thresholds_leave_bayes_where_it_is() -> None:
    positive = np.array([False] * 4 + [True] * 4)
    probabilities = np.array([0.1, 0.2, 0.2, 0.3, 0.8, 0.9, 0.9, 0.9])
    found = choose_threshold(probabilities, positive, miss_cost=1, false_alarm_cost=3)
    assert found.value == found.cheapest == found.bayes == 0.75
    found = choose_threshold(probabilities, positive, miss_cost=1, false_alarm_cost=9)
    assert found.cheapest == pytest.approx(0.55)  # of all between .3 and .8, the nearest to 0.9


def test_right_probabilities_keep_bayes_and_wrong_ones_leave_it() -> None:
    right = [choose_threshold(*photos(s, 100), miss_cost=1, false_alarm_cost=1) for s in range(100)]
    assert sum(found.value == 0.5 for found in right) >= 85
    assert sum(found.cheapest == 0.5 for found in right) < 30
    wrong = [
        choose_threshold(*photos(s, 400, shift=2), miss_cost=1, false_alarm_cost=1)
        for s in range(20)
    ]
    assert all(found.value == found.cheapest > 0.5 for found in wrong)


def test_groups_make_the_photos_worth_less() -> None:
    probabilities, positive = (np.repeat(part, 10) for part in photos(3, 60, shift=1.2))
    apart = choose_threshold(probabilities, positive, miss_cost=1, false_alarm_cost=1)
    together = choose_threshold(
        probabilities, positive, miss_cost=1, false_alarm_cost=1, groups=np.arange(600) // 10
    )
    assert apart.value == apart.cheapest
    assert together.value == together.bayes
    assert together.cheapest == apart.cheapest


@given(st.integers(0, 500), st.floats(0.1, 10), st.floats(0.1, 10))
def test_nothing_is_cheaper_than_the_cheapest(seed: int, miss: float, false_alarm: float) -> None:
    probabilities, positive = photos(seed, 12)
    positive[:2] = False, True
    found = choose_threshold(probabilities, positive, miss_cost=miss, false_alarm_cost=false_alarm)
    for threshold in (*probabilities, 1.0):
        called = probabilities >= threshold
        cost = (positive & ~called).sum() * miss + (~positive & called).sum() * false_alarm
        assert found.cheapest_cost <= cost / 12 + 1e-9
    assert 0 < found.value < 1
    assert found.cheapest_cost - 1e-9 <= found.cost <= found.bayes_cost + 1e-9


@pytest.mark.parametrize("cost", [0.0, -1.0, float("nan"), float("inf")])
def test_a_cost_that_is_none_is_told(cost: float) -> None:
    with pytest.raises(ValueError, match=r"evaluate\.miss_cost: got .*, expected a number above 0"):
        bayes_threshold(cost, 1)


def test_one_class_is_told() -> None:
    with pytest.raises(ValueError, match="both classes"):
        choose_threshold(np.ones(2), np.ones(2, dtype=bool), miss_cost=1, false_alarm_cost=1)
