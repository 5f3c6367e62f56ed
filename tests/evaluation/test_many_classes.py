"""Test scores of more than two classes, from features to files."""

import numpy as np
import pytest

from potholes.evaluation.operating_point import OperatingPoint
from potholes.evaluation.scoring import evaluate
from potholes.evaluation.tables import read_evaluation, write_evaluation
from potholes.features.tables import FeatureRow, Features
from potholes.head.tables import Head
from potholes.params_file import load_params
from tests.factories import history

PARAMS = load_params().evaluate


def evaluated(count):
    """150 test photos, half of class 0 moved to class 1, and a head that is mostly right."""
    classes = [f"class {index}" for index in range(count)]
    rng = np.random.default_rng(count)
    truth = np.arange(150) % count
    truth[np.flatnonzero(truth == 0)[::2]] = 1
    values = rng.standard_normal((150, count)) + 2 * np.eye(count)[truth]
    rows = [
        FeatureRow(f"{n:03d}.jpg", f"{n:03d}.jpg", f"{n // 2:03d}", classes[c], "test")
        for n, c in enumerate(truth.tolist())
    ]
    features = Features("resnet18", "cpu", classes, values.astype(np.float32), rows)
    weight, bias = np.eye(count, dtype=np.float32), np.zeros(count, dtype=np.float32)
    head = Head("resnet18", classes, weight, bias, best_epoch=2)
    return evaluate(features, head, history(), OperatingPoint(1.0, None), PARAMS, {})


@pytest.mark.parametrize("count", [3, 10])
def test_every_class_has_its_row_and_the_means_are_the_scores(count, tmp_path):
    tables = evaluated(count)
    write_evaluation(tmp_path, tables)
    rows, scores = read_evaluation(tmp_path).by_class, tables.evaluation
    assert [row.label for row in rows] == scores.classes
    assert [row.photos for row in rows] == [sum(line) for line in scores.confusion]
    assert [row.called for row in rows] == np.sum(scores.confusion, axis=0).tolist()
    for name in ("recall", "precision", "f1", "auc", "ap"):
        mean = np.mean([getattr(row, name) for row in rows])
        assert scores.metrics[f"test_{name}"] == pytest.approx(mean, abs=1e-6), name
    for name in ("acc", "balanced_acc", "recall", "precision", "f1", "auc", "ap"):
        low, value, high = (scores.metrics[f"test_{name}{end}"] for end in ("_low", "", "_high"))
        assert 0 < low < value < high <= 1, name
    assert scores.rarest_share == min(row.photos for row in rows) / 150
