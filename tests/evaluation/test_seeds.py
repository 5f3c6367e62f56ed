import numpy as np
import pytest

from potholes.evaluation.operating_point import OperatingPoint
from potholes.evaluation.seeds import SEEDS, other_seeds
from potholes.head.training import Task, fit_head
from potholes.params_file import load_params
from tests.labelled_features import labelled_features

TRAIN = load_params().train.model_copy(update={"epochs": 4})
POINT = OperatingPoint(1.0, 0.5)
FEATURES = labelled_features(100, apart=0.3)


def test_the_spread_is_that_of_heads_trained_one_by_one() -> None:
    found = other_seeds(FEATURES, TRAIN, POINT)
    test, labels = FEATURES.mask("test", copies=False), FEATURES.labels()
    accs = []
    for number in range(1, SEEDS + 1):
        seeded = TRAIN.model_copy(update={"seed": TRAIN.seed + number})
        run = fit_head(FEATURES.values, labels, Task.of_splits(FEATURES), 2, seeded)
        called = (FEATURES.values[test] @ run.weight.T + run.bias).argmax(axis=1)
        accs.append((called == labels[test]).mean())
    assert found["test_acc_seeds_low"] == min(accs) < max(accs) == found["test_acc_seeds_high"]
    assert found["test_acc_seeds_mean"] == pytest.approx(np.mean(accs))
    assert found["test_acc_seeds_sd"] == pytest.approx(np.std(accs, ddof=1))
    assert found["test_auc_seeds_low"] <= found["test_auc_seeds_mean"]


def test_they_use_the_delivered_threshold() -> None:
    always = other_seeds(FEATURES, TRAIN, OperatingPoint(1.0, 1e-9))
    test = FEATURES.mask("test", copies=False)
    share = (FEATURES.labels()[test] == 1).mean()
    assert always["test_acc_seeds_low"] == always["test_acc_seeds_high"] == pytest.approx(share)
