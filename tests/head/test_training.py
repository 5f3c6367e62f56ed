import copy
import math
import re

import numpy as np
import pytest
import torch
from torch import nn

from potholes.compilation.compiler import torch_features
from potholes.head.descent import initial
from potholes.head.tables import Head
from potholes.head.training import (
    Best,
    Diverged,
    Task,
    diverged,
    fit_head,
    losses,
    sixteen_bits,
)
from potholes.weights.family import normalise
from potholes.weights.pink_noise import pink_noise


@pytest.fixture
def settings(params):
    return params.train.model_copy(
        update={"epochs": 5, "lr": 0.05, "batch_size": 8, "step_size": 2, "weight_decay": 0.01}
    )


def data(seed=0, photos=60, width=16, classes=2):
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, classes, photos)
    centres = rng.standard_normal((classes, width))
    features = centres[labels] * 0.5 + rng.standard_normal((photos, width))
    return features.astype(np.float32), labels.astype(np.int64)


def task(photos=60, held_out=slice(0, 15)):
    val = np.zeros(photos, dtype=bool)
    val[held_out] = True
    return Task(train=~val, train_photos=~val, val=val)


def literal_head(model, pixels, labels, order, settings):
    """The usual loop: backbone in eval without gradients, fc trained on images."""
    model = copy.deepcopy(model).eval().requires_grad_(False)
    model.fc = nn.Linear(model.fc.in_features, 2)
    rng = np.random.default_rng(settings.seed)
    start = torch.from_numpy(initial(2, model.fc.in_features, rng)).float()
    model.fc.weight.data, model.fc.bias.data = start[:, :-1], start[:, -1]
    optimiser = torch.optim.SGD(
        model.fc.parameters(), lr=settings.lr, momentum=settings.momentum,
        weight_decay=settings.weight_decay,
    )  # fmt: skip
    schedule = torch.optim.lr_scheduler.StepLR(optimiser, settings.step_size, settings.gamma)
    images = normalise(torch.from_numpy(pixels))
    for _ in range(settings.epochs):
        shuffled = torch.from_numpy(rng.permutation(order))
        for batch in torch.split(shuffled, settings.batch_size):
            optimiser.zero_grad()
            loss = nn.functional.cross_entropy(
                model(images[batch]), torch.from_numpy(labels)[batch]
            )
            loss.backward()
            optimiser.step()
        schedule.step()
    return model.fc


def test_the_head_is_that_of_the_literal_method_on_images(random_resnet18, settings):
    pixels = pink_noise(8, seed=4)
    labels = np.array([0, 1] * 4, dtype=np.int64)
    settings = settings.model_copy(update={"batch_size": 3, "epochs": 4, "lr": 0.01})
    all_rows = np.ones(8, dtype=bool)
    chosen = Task(train=all_rows, train_photos=all_rows, val=all_rows)
    features = torch_features(random_resnet18, pixels)
    run = fit_head(features, labels, chosen, 2, settings)
    assert run.best.epoch > settings.step_size  # the schedule has been at work
    until_best = settings.model_copy(update={"epochs": run.best.epoch})
    fc = literal_head(random_resnet18, pixels, labels, np.arange(8), until_best)
    assert np.abs(run.weight - fc.weight.detach().numpy()).max() < 1e-4
    assert np.abs(run.bias - fc.bias.detach().numpy()).max() < 1e-4


def test_history_measures_what_sklearn_would(settings):
    from sklearn.metrics import log_loss, roc_auc_score

    features, labels = data()
    chosen = task()
    run = fit_head(features, labels, chosen, 2, settings)
    x, y = features[chosen.val], labels[chosen.val]
    logits = x @ run.weight.T + run.bias
    odds = np.exp(logits - logits.max(axis=1, keepdims=True))
    probabilities = odds / odds.sum(axis=1, keepdims=True)
    assert run.best.val_acc == pytest.approx((logits.argmax(axis=1) == y).mean())
    assert run.best.val_loss == pytest.approx(log_loss(y, probabilities), abs=1e-5)
    assert run.best.val_auc == pytest.approx(roc_auc_score(y, probabilities[:, 1]))
    assert run.best == run.history[run.best.epoch - 1]


def test_the_best_epoch_has_the_best_validation_accuracy_then_the_lowest_loss(settings):
    features, labels = data(seed=3)
    run = fit_head(features, labels, task(), 2, settings)
    best = max(run.history, key=lambda epoch: (epoch.val_acc, -epoch.val_loss))
    assert run.best == best


def test_the_learning_rate_falls_in_steps(settings):
    features, labels = data()
    run = fit_head(features, labels, task(), 2, settings)
    assert [e.lr for e in run.history] == pytest.approx([0.05, 0.05, 0.005, 0.005, 0.0005])
    assert [e.epoch for e in run.history] == [1, 2, 3, 4, 5]


def test_more_than_two_classes(settings):
    features, labels = data(classes=4, photos=120)
    run = fit_head(features, labels, task(120), 4, settings)
    assert run.weight.shape == (4, 16)
    assert run.history[-1].train_acc > 0.5


def test_the_same_seed_gives_the_same_bits(settings):
    features, labels = data()
    first, second = (fit_head(features, labels, task(), 2, settings) for _ in range(2))
    assert np.array_equal(first.weight, second.weight)
    other = settings.model_copy(update={"seed": 1})
    assert not np.array_equal(fit_head(features, labels, task(), 2, other).weight, first.weight)


def test_the_weights_have_16_bits_and_the_history_is_theirs(settings):
    assert sixteen_bits(np.array([1 / 3, -65537.0, 0])).tolist() == [43691 / 2**17, -65536, 0]
    features, labels = data()
    run = fit_head(features, labels, task(), 2, settings)
    assert np.array_equal(run.weight, sixteen_bits(run.weight))
    head = Head("resnet18", ["a", "b"], run.weight, run.bias, run.best.epoch)
    loss, hit = losses(head.logits(features[:15]).T, labels[:15])
    assert (run.best.val_loss, run.best.val_acc) == (loss.mean(), hit.mean())


def test_the_ninth_digit_of_the_loss_decides_nothing():
    best = Best(3)
    half, loss = np.full(3, 0.5), np.full(3, 0.2)
    best.add(1, loss, half)
    better = best.add(2, loss - [1e-9, 1e-5, 0], half + np.array([0, 0, 0.1]))
    assert better.tolist() == [False, True, True]
    assert best.epoch.tolist() == [1, 2, 2]


@pytest.mark.parametrize(
    ("lr", "epochs", "loss"),
    [(1e300, 1, r"\S+e\+\d+"), (1e30, 1, r"\S+e\+\d+"), (1e3, 5, r"\d\S+")],
)
def test_a_rate_that_diverges_is_named_and_keeps_its_history(settings, lr, epochs, loss):
    features, labels = data()
    steady = settings.model_copy(update={"lr": lr, "weight_decay": 0.0, "gamma": 1.0})
    labels[::2] = 1 - labels[::2]  # no head is right about all of them
    complaint = (
        rf"train.lr: got {re.escape(f'{lr:g}')}, but training diverged "
        rf"\(loss {loss} after epoch {epochs}\); lower it$"
    )
    with pytest.raises(Diverged, match=complaint) as error:
        fit_head(features, labels, task(), 2, steady)
    history = error.value.history
    assert [epoch.epoch for epoch in history] == list(range(1, epochs + 1))
    assert not history[-1].train_loss < 10 * math.log(2)


def test_a_rate_that_diverges_later_stops_there(settings):
    features, labels = data()
    rising = {"lr": 3.0, "weight_decay": 1.0, "momentum": 0.0, "step_size": 50, "epochs": 50}
    with pytest.raises(Diverged) as error:
        fit_head(features, labels, task(), 2, settings.model_copy(update=rising))
    losses = [epoch.train_loss for epoch in error.value.history]
    assert 1 < len(losses) < 50
    assert losses[-1] > 1e6 * math.log(2) >= max(losses[:-1])


def test_a_head_that_is_no_number_has_a_history_of_none(settings):
    features, labels = data()
    features[20, 0] = np.inf
    with pytest.raises(Diverged, match=r"\(loss nan after epoch 1\)") as error:
        fit_head(features, labels, task(), 2, settings)
    (epoch,) = error.value.history
    assert math.isnan(epoch.val_acc)
    assert math.isnan(epoch.val_auc)


def test_heads_that_merely_train_badly_are_no_error(settings):
    features, labels = data()
    overshooting = settings.model_copy(update={"lr": 3.0, "epochs": 5, "weight_decay": 0.0})
    history = fit_head(features, labels, task(), 2, overshooting).history
    assert history[0].train_loss > history[-1].train_loss
    far_at_first = features * 1000  # the initial weights' logits are in the hundreds
    crawling = settings.model_copy(update={"lr": 1e-12, "epochs": 1, "weight_decay": 0.0})
    history = fit_head(far_at_first, labels, task(), 2, crawling).history
    assert history[-1].train_loss > 10 * math.log(2)


def test_far_is_a_multiple_of_equal_chances_and_above_the_start():
    even = math.log(4)
    loss = np.array([9.9, 10.1, 10.1, np.nan]) * even
    before = np.array([1, 1, 10.2, 1]) * even
    assert diverged(loss, before, 4, times=10).tolist() == [False, True, False, True]
