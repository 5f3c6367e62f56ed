import numpy as np
import pytest

from benchmarks.simulated_backbones import (
    _truth,
    backbones,
    calibrated,
    crossvalidated,
    true_accuracy,
)
from benchmarks.simulated_heads import Heads
from benchmarks.simulated_photos import World, draw
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
    (first, second) = next(draw(World(400, 3, (2.0, 3.0), seed=0), 5))
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
    assert backbone.right.shape == (60, 1, 80)
    assert backbone.right.mean(axis=(1, 2)) == pytest.approx(backbone.cv_acc.mean(axis=1))
    assert backbone.test_acc.mean() == pytest.approx(backbone.true_acc.mean(), abs=0.03)
    assert backbone.cv_acc.mean() == pytest.approx(backbone.fold_true_acc.mean(), abs=0.02)
    assert backbone.cv_auc.mean() == pytest.approx(backbone.fold_true_auc.mean(), abs=0.02)
    assert 0.85 < backbone.true_acc.mean() < 0.9332  # Phi(1.5), the best there is


def test_the_true_accuracy_weighs_the_classes_as_they_are():
    world = World(100, 2, (2.0,), 0, positive=0.1, spread=2.0)
    found = true_accuracy(heads([3, 4], 5), 2, world)
    # margins 8 and -2 over 5: Phi(1.6 / 2), Phi(-0.4)
    assert found[0, 0] == pytest.approx(0.1 * 0.788145 + 0.9 * 0.344578, abs=1e-6)
    heavy = true_accuracy(heads([3, 0], 0), 2, World(100, 2, (2.0,), 0, tails=3))
    assert heavy[0, 0] == pytest.approx(0.804500, abs=1e-5)  # t(3) below 1


def test_photos_of_a_group_are_of_one_class_and_alike():
    world = World(80, 3, (0.0,), 0, group=8, within=0.5, positive=0.3)
    assert world.labels(80).reshape(-1, 8).tolist() == [
        [c] * 8 for c in [0, 0, 0, 1, 0, 0, 1, 0, 0, 1]
    ]
    (features,) = next(draw(world, 200))
    first, second = features[:, 0, 1], features[:, 1, 1]
    assert np.corrcoef(first, second)[0, 1] == pytest.approx(0.5, abs=0.15)
    assert abs(np.corrcoef(first, features[:, 8, 1])[0, 1]) < 0.2


def test_a_share_of_photos_is_positive():
    assert World(100, 1, (), 0, positive=0.1).labels(100).sum() == 10
    assert World(4, 1, (), 0).labels(4).tolist() == [0, 1, 0, 1]


def test_calibrated_backbones_have_the_accuracies_asked_for(params):
    train = params.train.model_copy(update={"epochs": 5, "lr": 0.1})
    folds = CrossvalidateParams(folds=4, repeats=2, seed=0)
    world = World(80, 12, (), seed=0, widths=(4, 12), group=2)
    fitted = calibrated(world, (0.9, 0.8), train, folds, 40)
    found = crossvalidated(fitted, 40, train, folds)
    assert [one.true_acc.mean() for one in found] == pytest.approx([0.9, 0.8], abs=0.02)
    assert [one.right.shape for one in found] == [(40, 2, 80)] * 2
    assert [one.right.mean() for one in found] == pytest.approx([0.9, 0.8], abs=0.03)
