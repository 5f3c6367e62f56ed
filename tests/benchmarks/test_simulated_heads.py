import numpy as np
import pytest

from benchmarks.simulated_heads import fit_simulated
from potholes.head.many_heads import fit_heads
from potholes.head.training import Task


def test_simulated_heads_are_those_of_fit_heads(params):
    rng = np.random.default_rng(0)
    labels = np.tile([0, 1], 40)
    features = rng.standard_normal((3, 80, 6)).astype(np.float32)
    features[:, :, 0] += labels
    folds = np.stack([rng.permutation(np.arange(80) % 4) for _ in range(4)], axis=1)
    train, val = folds > 1, folds == 1
    settings = params.train.model_copy(update={"batch_size": 20, "weight_decay": 0.01})
    heads = fit_simulated(features, labels, train, val, settings)
    logits = heads.logits(features)
    for simulation in range(3):
        tasks = [Task(train[:, h], train[:, h], val[:, h]) for h in range(4)]
        runs = fit_heads(features[simulation], labels, tasks, 2, settings)
        for index, run in enumerate(runs):
            assert heads.best_epoch[simulation, index] == run.best_epoch
            hits = (run.logits.argmax(axis=1) == labels)[val[:, index]]
            assert heads.val_acc[simulation, index] == pytest.approx(hits.mean())
            expected = run.logits[:, 1] - run.logits[:, 0]
            assert np.abs(logits[simulation, :, index] - expected).max() < 1e-4
