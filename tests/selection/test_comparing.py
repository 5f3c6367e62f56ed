from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import norm

from potholes.compilation.tables import CompiledFacts
from potholes.crossvalidation.tables import OutOfFold
from potholes.evaluation.tables import TestPredictions
from potholes.probabilities import macro_auc
from potholes.selection.comparing import auc_differences, comparison_row, pair_verdicts
from potholes.selection.verdicts import Plan
from potholes.statistics.delong import auc_difference
from potholes.weights.tables import Origin
from tests.factories import cross_validated, evaluation, predictions


@pytest.fixture
def validation():
    return cross_validated("resnet18").summary


def test_a_row_takes_each_field_from_the_file_that_has_it(validation):
    facts = CompiledFacts("resnet18", "int8", 4, 18, 11, 22, 33, "0" * 64, 0.04, 0.01)
    row = comparison_row(evaluation("resnet18"), validation, facts, Origin("random", "", ""))
    assert (row.test_acc, row.cv_acc, row.acc_gain) == (0.9, 0.91, 0.012)
    assert (row.layers, row.model_bytes, row.weights) == (18, 33, "random")
    assert row.cv_auc_low < row.cv_auc < row.cv_auc_high
    assert (row.test_balanced_acc, row.test_ap, row.rarest_share) == (0.89, 0.96, 0.5)


PLAN = Plan(0.01, 0.8)


def out_of_fold(right, classes=("a", "b"), groups=None):
    """Heads that are right [R, N] about photos all of class 0."""
    repeats, photos = right.shape
    return OutOfFold(
        classes=list(classes),
        sample_ids=[f"{index:03}" for index in range(photos)],
        group_ids=[str(group) for group in (range(photos) if groups is None else groups)],
        labels=np.zeros(photos, dtype=np.int64),
        held_out_in=np.tile(np.arange(photos) % 5, (repeats, 1)),
        probabilities=np.where(right[:, :, None], [0.7, 0.3], [0.2, 0.8]),
    )


def test_the_better_of_a_pair_is_named():
    rng = np.random.default_rng(0)
    right = rng.random((5, 100)) < 0.8
    photos = {"a": out_of_fold(right), "b": out_of_fold(right | (np.arange(100) < 50))}
    (verdict,) = pair_verdicts(photos, PLAN, level=0.95)
    assert verdict.better == "b"
    assert verdict.difference == pytest.approx(-(~right[:, :50]).sum() / 500)


def test_the_photos_of_a_group_count_together():
    right = np.tile(np.arange(100) < 90, (5, 1))
    other = np.tile(np.arange(100) < 80, (5, 1))
    groups = np.arange(100) // 10
    alone = {"a": out_of_fold(right), "b": out_of_fold(other)}
    grouped = {"a": out_of_fold(right, groups=groups), "b": out_of_fold(other, groups=groups)}
    found = [pair_verdicts(photos, PLAN, level=0.95)[0] for photos in (alone, grouped)]
    assert [one.better for one in found] == ["a", None]


def test_a_lone_backbone_has_no_verdict():
    assert pair_verdicts({"a": out_of_fold(np.ones((5, 20), bool))}, PLAN, level=0.95) == []


def test_unlike_folds_are_a_mistake_of_the_program():
    one = out_of_fold(np.ones((5, 20), bool))
    other = replace(one, held_out_in=one.held_out_in[:, ::-1])
    with pytest.raises(AssertionError, match="unlike folds"):
        pair_verdicts({"a": one, "b": other}, PLAN, level=0.95)


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


def scored(scores, truth):
    """A table of test photos with these probabilities of the second class."""
    names = [f"{index}" for index in range(len(truth))]
    shares = np.stack([1 - scores, scores], axis=1)
    labels = ["a" if one == 0 else "b" for one in truth]
    base = predictions(("a", "b"))
    return replace(
        base, sample_ids=names, group_ids=names, truth=labels, labels=labels, probabilities=shares
    )


def test_differences_of_test_auc_are_adjusted_like_verdicts():
    rng = np.random.default_rng(1)
    truth = np.arange(200) % 2
    tables = {
        name: scored(1 / (1 + np.exp(-rng.normal(gap * truth, 1))), truth)
        for name, gap in (("a", 2.0), ("b", 1.0), ("c", 1.6))
    }
    found = auc_differences(tables, level=0.95)
    plain = [
        auc_difference(truth == 1, tables[v.a].probabilities[:, 1], tables[v.b].probabilities[:, 1])
        for v in found
    ]
    errors = [(one.high - one.low) / 2 / 1.959964 for one in plain]
    p = [2 * norm.sf(abs(v.difference) / error) for v, error in zip(found, errors, strict=True)]
    first, second, third = sorted(p)
    adjusted = {first: 3 * first, second: 2 * second, third: max(2 * second, third)}
    assert [v.p for v in found] == pytest.approx([min(1, adjusted[one]) for one in p], rel=1e-4)
    for v in found:
        assert (v.better is not None) == (v.p < 0.05) == (v.low > 0 or v.high < 0)
    assert found[0].better == "a"
    assert None in [v.better for v in found]


def test_equal_rankings_are_not_significantly_different():
    table = predictions()
    (one,) = auc_differences({"a": table, "b": table}, level=0.95)
    assert (one.difference, one.p, one.better) == (0, 1, None)
