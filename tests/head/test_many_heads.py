import numpy as np
import pytest

from potholes.head import many_heads
from potholes.head.many_heads import fit_heads, products_of
from potholes.head.training import Diverged, Task, fit_head

STEP = 2**-16  # of the grid that logits are on


@pytest.fixture
def settings(params):
    changed = {"epochs": 5, "lr": 0.05, "batch_size": 8, "step_size": 2, "weight_decay": 0.01}
    return params.train.model_copy(update=changed)


def data(photos=60, width=40, classes=3):
    rng = np.random.default_rng(0)
    labels = rng.integers(0, classes, photos)
    centres = 0.5 * rng.standard_normal((classes, width))
    return (centres[labels] + rng.standard_normal((photos, width))).astype(np.float32), labels


def task(first, last, train=None):
    val = np.zeros(60, dtype=bool)
    val[first:last] = True
    learned = ~val if train is None else train
    return Task(train=learned, train_photos=learned, val=val)


@pytest.mark.parametrize("width", [20, 40])  # as weights, and as logits
def test_a_head_is_that_of_fit_head(settings, width):
    features, labels = data(width=width)
    assert (products_of(features) is None) == (width == 20)
    train = np.arange(60) >= 30
    tasks = [task(0, 15, train), task(15, 30, train)]
    for one, fit in zip(tasks, fit_heads(features, labels, tasks, 3, settings), strict=True):
        run = fit_head(features, labels, one, 3, settings)
        assert fit.best_epoch == run.best.epoch
        assert fit.train_loss == pytest.approx(run.history[-1].train_loss, abs=1e-4)
        logits = features @ run.weight.T + run.bias
        assert np.abs(fit.logits - logits).max() < 1e-3  # whose weights have 16 bits


def test_both_forms_give_the_same_heads(settings, monkeypatch):
    features, labels = data()
    tasks = [task(0, 15), task(15, 30), task(30, 45)]
    in_logits = fit_heads(features, labels, tasks, 3, settings)
    shared = fit_heads(features, labels, tasks, 3, settings, products_of(features))
    monkeypatch.setattr(many_heads, "products_of", lambda features: None)
    in_weights = fit_heads(features, labels, tasks, 3, settings)
    for one, same, other in zip(in_logits, shared, in_weights, strict=True):
        assert np.array_equal(one.logits, same.logits)
        assert np.abs(one.logits - other.logits).max() <= STEP
        assert one.best_epoch == other.best_epoch


def test_a_head_learns_only_from_its_own_rows(settings):
    features, labels = data()
    tasks = [task(0, 15), task(15, 30)]
    before = fit_heads(features, labels, tasks, 3, settings)
    features[15:30] *= -1  # the second head neither learns from them nor has them as photos
    after = fit_heads(features, labels, tasks, 3, settings)
    assert before[1].train_loss == pytest.approx(after[1].train_loss, abs=1e-9)
    assert before[0].train_loss != pytest.approx(after[0].train_loss, abs=1e-3)


def test_photos_with_equal_features_tie(settings):
    features, labels = data()
    features[1::2] = features[::2]
    for fit in fit_heads(features, labels, [task(0, 15), task(15, 30)], 3, settings):
        assert np.array_equal(fit.logits[1::2], fit.logits[::2])
        assert np.array_equal(fit.logits, np.rint(fit.logits / STEP) * STEP)


def test_a_head_that_is_lost_ends_all(settings):
    features, labels = data()
    wild = settings.model_copy(update={"lr": 1e300})
    with pytest.raises(Diverged, match=r"train.lr: got 1e\+300, but training diverged"):
        fit_heads(features, labels, [task(0, 15)], 3, wild)


def test_a_head_that_ends_far_above_guessing_is_told(settings):
    features, labels = data()
    steep = settings.model_copy(update={"lr": 1e3, "gamma": 1.0, "weight_decay": 0.0})
    labels[::2] = (labels[::2] + 1) % 3
    (fit,) = fit_heads(features, labels, [task(0, 15)], 3, steep)
    assert fit.far
    assert fit.train_loss > 10 * np.log(3)
    (mild,) = fit_heads(features, labels, [task(0, 15)], 3, settings)
    assert not mild.far
