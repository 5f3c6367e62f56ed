from dataclasses import replace

import numpy as np
import pytest

from potholes.compilation.tables import CompiledFacts
from potholes.crossvalidation.tables import FoldScore
from potholes.evaluation.tables import TestPredictions
from potholes.probabilities import macro_auc
from potholes.selection.comparing import auc_differences, comparison_row, pair_verdicts
from potholes.weights.tables import Origin
from tests.factories import cross_validated, evaluation, predictions


@pytest.fixture
def validation():
    return cross_validated("resnet18").summary


def folds(accuracies):
    return [FoldScore(i // 5, i % 5, 80, 20, 3, acc, 0.9, 0.3) for i, acc in enumerate(accuracies)]


def test_a_row_takes_each_field_from_the_file_that_has_it(validation):
    facts = CompiledFacts("resnet18", "int8", 4, 18, 11, 22, 33, "0" * 64, 0.04, 0.01)
    row = comparison_row(evaluation("resnet18"), validation, facts, Origin("random", "", ""))
    assert (row.test_acc, row.cv_acc, row.acc_gain) == (0.9, 0.91, 0.012)
    assert (row.layers, row.model_bytes, row.weights) == (18, 33, "random")
    assert row.cv_auc_low < row.cv_auc < row.cv_auc_high
    assert (row.test_balanced_acc, row.test_ap, row.rarest_share) == (0.89, 0.96, 0.5)


def test_the_better_of_a_pair_is_named(validation):
    rng = np.random.default_rng(0)
    base = 0.8 + 0.01 * rng.random(25)
    scores = {"a": folds(base.tolist()), "b": folds((base + 0.1).tolist())}
    (verdict,) = pair_verdicts(
        scores, replace(validation, photos=100, effective_photos=100.0), level=0.95
    )
    assert (verdict.better, verdict.difference) == ("b", pytest.approx(-0.1))


def test_a_lone_backbone_has_no_verdict(validation):
    assert pair_verdicts({"a": folds([0.9] * 25)}, validation, level=0.95) == []


def test_heads_are_compared_on_the_same_test_photos():
    table = predictions()
    worse = replace(table, probabilities=table.probabilities[:, ::-1])
    (one,) = auc_differences({"a": table, "b": worse}, level=0.95)
    # five of six are right: AUC 1 - 1/2 x 1/3 of ties and errors by hand below
    assert (one.a, one.b) == ("a", "b")
    assert one.difference == pytest.approx(2 * (5 / 6) - 1)
    assert one.low <= one.difference <= one.high


@pytest.mark.parametrize("classes", [("a", "b", "c"), tuple("abcdefghij")])
def test_heads_for_more_classes_are_compared_by_their_macro_auc(classes):
    rng, truth = np.random.default_rng(0), np.arange(80) % len(classes)
    tables = {}
    for name, strength in (("good", 3.0), ("bad", 0.5)):
        odds = np.exp(rng.standard_normal((80, len(classes))))
        odds *= np.exp(strength * np.eye(len(classes))[truth])
        names = [f"{number}.jpg" for number in range(80)]
        labels = [classes[index] for index in truth]
        shares = odds / odds.sum(axis=1, keepdims=True)
        tables[name] = TestPredictions(list(classes), names, names, labels, labels, shares)
    (one,) = auc_differences(tables, level=0.95)
    areas = [macro_auc(truth, table.probabilities) for table in tables.values()]
    assert one.difference == pytest.approx(areas[0] - areas[1])
    assert 0 < one.low < one.difference < one.high
