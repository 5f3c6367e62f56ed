import numpy as np
import pytest

from benchmarks.thresholds import COSTS, DISTANCE, WRONG, Photos, ideal, trained
from potholes.params_file import load_params


@pytest.mark.parametrize("name", WRONG)
def test_the_true_cost_is_what_many_photos_cost(name: str) -> None:
    (photos,) = ideal(40_000, 0.2, WRONG[name], 1)
    for miss, alarm in COSTS:
        for limit in (-2.0, 0.3):
            called = photos.log_odds >= limit
            costs = photos.positive * ~called * miss + ~photos.positive * called * alarm
            assert photos.cost(limit, miss, alarm) == pytest.approx(costs.mean(), rel=0.05)


@pytest.mark.parametrize("name", WRONG)
def test_no_threshold_costs_less_than_the_best(name: str) -> None:
    (photos,) = ideal(100, 0.1, WRONG[name], 1)
    shift, factor = WRONG[name]
    for miss, alarm in COSTS:
        best = photos.best(miss, alarm)
        # that of the right log-odds, which is Bayes'
        assert best == pytest.approx(shift + factor * np.log(alarm / miss))
        for other in best + np.linspace(-1, 1, 21):
            assert photos.cost(best, miss, alarm) <= photos.cost(other, miss, alarm) + 1e-12


def test_right_log_odds_come_true() -> None:
    (photos,) = ideal(40_000, 0.3, WRONG["none"], 1)
    said = 1 / (1 + np.exp(-photos.log_odds))
    for low in (0.1, 0.4, 0.7):
        near = (said > low) & (said < low + 0.2)
        truth = np.broadcast_to(photos.positive, near.shape)
        assert said[near].mean() == pytest.approx(truth[near].mean(), abs=0.02)


def test_groups_are_alike() -> None:
    (photos,) = ideal(40, 0.5, WRONG["none"], 1, group=4)
    assert len(np.unique(photos.groups)) == 10
    assert (photos.log_odds[:, ::4] == photos.log_odds[:, 3::4]).all()


def test_a_trained_head_is_worse_than_the_best_and_its_folds_as_good_as_it_is() -> None:
    train = load_params().train
    found: list[Photos] = list(trained(256, 0.5, 0.0, 20, train))
    delivered = np.mean([one.cost(0.0, 1, 1) for one in found])
    folds = np.mean([((one.log_odds >= 0) != one.positive).mean() for one in found])
    assert DISTANCE == 3
    assert 0.0668 < delivered < 0.15  # the error of the best classifier is that of 1.5 deviations
    assert folds == pytest.approx(delivered, abs=0.015)
