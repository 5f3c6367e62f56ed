import numpy as np
import pytest

from benchmarks.simulated_backbones import World, _draw, _truth, backbones
from benchmarks.simulated_heads import Heads
from potholes.params import CrossvalidateParams


def heads(weight, bias):
    ones = np.ones((1, 1))
    return Heads(np.array([[weight]], np.float32), np.array([[bias]], np.float32), ones, ones)


def test_the_truth_of_a_head_is_its_share_of_the_two_gaussians():
    accuracy, area = _truth(heads([3, 0], 0), distance=2)
    assert accuracy[0, 0] == pytest.approx(0.841345)  # Phi(1)
    assert area[0, 0] == pytest.approx(0.921350)  # Phi(sqrt 2)
    accuracy, area = _truth(heads([3, 4], 5), distance=2)
    assert accuracy[0, 0] == pytest.approx((0.945201 + 0.344578) / 2)  # Phi(1.6), Phi(-0.4)
    assert area[0, 0] == pytest.approx(0.801928)  # Phi(0.6 sqrt 2)


def test_features_of_all_depths_are_of_the_same_photos():
    (first, second) = next(_draw(World(400, 3, (2.0, 3.0), seed=0), 5))
    assert first.shape == (5, 500, 3)
    assert np.corrcoef(first[:, :, 1].ravel(), second[:, :, 1].ravel())[0, 1] > 0.75
    assert first.var(axis=(0, 1))[1] == pytest.approx(1, abs=0.1)
    sides = (
        second[:, np.arange(500) % 2 == 1, 0].mean(),
        second[:, np.arange(500) % 2 == 0, 0].mean(),
    )
    assert sides == (pytest.approx(1.5, abs=0.1), pytest.approx(-1.5, abs=0.1))


def test_reported_scores_are_near_the_true_ones(params):
    train = params.train.model_copy(update={"epochs": 5, "lr": 0.1})
    folds = CrossvalidateParams(folds=4, repeats=1, seed=0)
    (backbone,) = backbones(World(80, 4, (3.0,), seed=0), 60, train, folds)
    assert backbone.cv_acc.shape == backbone.fold_true_auc.shape == (60, 4)
    assert backbone.test_acc.mean() == pytest.approx(backbone.true_acc.mean(), abs=0.03)
    assert backbone.cv_acc.mean() == pytest.approx(backbone.fold_true_acc.mean(), abs=0.02)
    assert backbone.cv_auc.mean() == pytest.approx(backbone.fold_true_auc.mean(), abs=0.02)
    assert 0.85 < backbone.true_acc.mean() < 0.9332  # Phi(1.5), the best there is
