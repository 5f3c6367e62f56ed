import copy
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from potholes.compilation.compiler import torch_features
from potholes.head.training import Task, _Heads, fit_heads
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
    start = _Heads.initial(1, 2, model.fc.in_features, rng)
    model.fc.weight.data, model.fc.bias.data = map(torch.from_numpy, (start.weight, start.bias))
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
    (run,) = fit_heads(features, labels, [chosen], 2, settings)
    assert run.best.epoch > settings.step_size  # the schedule has been at work
    until_best = settings.model_copy(update={"epochs": run.best.epoch})
    fc = literal_head(random_resnet18, pixels, labels, np.arange(8), until_best)
    assert np.abs(run.weight - fc.weight.detach().numpy()).max() < 1e-4
    assert np.abs(run.bias - fc.bias.detach().numpy()).max() < 1e-4


def test_a_head_is_the_same_alone_and_among_many(settings):
    features, labels = data()
    tasks = [replace(task(), lr=lr) for lr in (0.01, 0.05, 0.2)]
    together = fit_heads(features, labels, tasks, 2, settings)
    for one, run in zip(tasks, together, strict=True):
        (alone,) = fit_heads(features, labels, [one], 2, settings)
        assert alone.best.epoch == run.best.epoch
        assert np.abs(alone.weight - run.weight).max() < 1e-5


def test_a_head_learns_only_from_its_own_rows(settings):
    features, labels = data()
    tasks = [task(), task(held_out=slice(15, 30))]
    before = fit_heads(features, labels, tasks, 2, settings)[0]
    features[:15] += 100  # only the second task trains on these
    after = fit_heads(features, labels, tasks, 2, settings)[0]
    last_before, last_after = before.history[-1], after.history[-1]
    assert last_before.train_loss == pytest.approx(last_after.train_loss, abs=1e-6)
    assert last_before.val_loss != pytest.approx(last_after.val_loss, abs=1e-3)


def test_history_measures_what_sklearn_would(settings):
    from sklearn.metrics import log_loss, roc_auc_score

    features, labels = data()
    chosen = task()
    (run,) = fit_heads(features, labels, [chosen], 2, settings)
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
    (run,) = fit_heads(features, labels, [task()], 2, settings)
    best = max(run.history, key=lambda epoch: (epoch.val_acc, -epoch.val_loss))
    assert run.best == best


def test_the_learning_rate_falls_in_steps(settings):
    features, labels = data()
    (run,) = fit_heads(features, labels, [task()], 2, settings)
    assert [e.lr for e in run.history] == pytest.approx([0.05, 0.05, 0.005, 0.005, 0.0005])
    assert [e.epoch for e in run.history] == [1, 2, 3, 4, 5]


def test_more_than_two_classes(settings):
    features, labels = data(classes=4, photos=120)
    (run,) = fit_heads(features, labels, [task(120)], 4, settings)
    assert run.weight.shape == (4, 16)
    assert run.history[-1].train_acc > 0.5


def test_the_same_seed_gives_the_same_bits(settings):
    features, labels = data()
    first, second = (fit_heads(features, labels, [task()], 2, settings)[0] for _ in range(2))
    assert np.array_equal(first.weight, second.weight)
    other = settings.model_copy(update={"seed": 1})
    assert not np.array_equal(
        fit_heads(features, labels, [task()], 2, other)[0].weight, first.weight
    )


def test_a_rate_that_diverges_at_once_names_the_param(settings):
    features, labels = data()
    wild = settings.model_copy(update={"lr": 1e38})
    with pytest.raises(ValueError, match=r"train.lr: got 1e\+38, which diverges in epoch 1"):
        fit_heads(features * 100, labels, [task()], 2, wild)


def test_a_rate_that_diverges_later_keeps_the_history_until_then(settings, caplog):
    features, labels = data()
    rising = settings.model_copy(
        update={"lr": 1e3, "weight_decay": 1.0, "momentum": 0.0, "step_size": 50}
    )
    (run,) = fit_heads(features, labels, [task()], 2, rising)
    assert 1 <= len(run.history) < settings.epochs
    assert np.isfinite(run.weight).all()
    assert f"diverged in epoch {len(run.history) + 1}" in caplog.text
