"""What the benchmark computes for many simulations at once is what the library says of each."""

import numpy as np
import pytest
from scipy.stats import norm

from benchmarks.rare_classes import (
    NAMES,
    Cell,
    area_results,
    areas_and_variances,
    average_precisions,
    cuts,
    share_intervals,
    share_results,
    truths,
)
from potholes.evaluation.class_scores import class_scores, mean_intervals
from potholes.evaluation.metrics import METRICS, Scored
from potholes.statistics.auc_interval import auc_interval, auc_limits
from potholes.statistics.binomial import wilson


@pytest.mark.parametrize("positives", [1, 6, 32])
def test_the_limits_of_many_areas_are_those_of_each(positives):
    cell = Cell(0.93, 64, positives / 64, 2.0)
    positive, scores = cell.scores(40)
    assert positive.sum() == positives
    sizes = np.array([float(positives)]), np.array([64.0 - positives])
    low, high = auc_limits(*areas_and_variances(positive, scores), *sizes)
    for row, *ends in zip(scores, low, high, strict=True):
        found = auc_interval(positive, row)
        assert ends == pytest.approx([found.low, found.high], abs=1e-9)


def scored(found, alarms, positives, negatives):
    """Photos with so many rightly and wrongly called positive."""
    truth = np.repeat([1, 0], [positives, negatives])
    called = np.concatenate([np.arange(positives) < found, np.arange(negatives) < alarms])
    shares = np.where(called, 0.9, 0.1)
    return Scored(truth, called.astype(np.int64), np.stack([1 - shares, shares], axis=1))


@pytest.mark.parametrize("counts", [(3, 2, 5, 20), (0, 0, 1, 63), (0, 1, 2, 30), (9, 0, 9, 9)])
def test_intervals_from_counts_are_the_tables(counts):
    found, photos = share_intervals(*counts), scored(*counts)
    groups = np.arange(len(photos.truth))
    row = class_scores(photos, ["no", "yes"], groups)[1]
    for name, key in (("recall", "recall"), ("precision", "precision"), ("F1", "f1")):
        ends = getattr(row, f"{key}_low"), getattr(row, f"{key}_high")
        assert (found[name].low, found[name].high) == pytest.approx(ends), name
    balanced = mean_intervals(photos, groups)["balanced_acc"]
    own = found["balanced accuracy"]
    assert (own.low, own.high) == pytest.approx((balanced.low, balanced.high))
    accuracy = wilson(METRICS["acc"](photos), len(groups), corrected=True)
    assert (found["accuracy"].low, found["accuracy"].high) == (accuracy.low, accuracy.high)


def test_average_precisions_are_the_librarys():
    positive, scores = Cell(0.8, 64, 0.1, 1.0).scores(5)
    shares = norm.cdf(scores)
    expected = [
        METRICS["ap"](Scored(positive.astype(np.int64), positive, np.stack([1 - p, p], axis=1)))
        for p in shares
    ]
    assert average_precisions(positive, scores) == pytest.approx(expected)


def test_truths_are_what_many_photos_have():
    cell = Cell(0.93, 100, 0.2, 2.0)
    many = Cell(0.93, 400_000, 0.2, 2.0)
    positive, (scores,) = many.scores(1)
    for cut in cuts(cell):
        photos = Scored(positive * 1, (scores >= cut) * 1, np.full((len(scores), 2), 0.5))
        expected = truths(cell, cut)
        keys = ("acc", "balanced_acc", "recall", "precision", "f1")
        for name, key in zip(NAMES, keys, strict=False):
            assert METRICS[key](photos) == pytest.approx(expected[name], abs=0.005), name


def test_a_rare_class_is_covered_where_delong_alone_is_not():
    in_use, alone = area_results(Cell(0.93, 100, 0.1, 2.0), 500)
    assert in_use.coverage > 0.93
    assert in_use.above < 0.04
    assert alone.coverage < 0.87


def test_shares_of_a_rare_class_are_covered():
    cell = Cell(0.99, 64, 0.05, 1.0)
    for cut in cuts(cell):
        for name, result in share_results(cell, cut, 500).items():
            assert result.coverage > 0.92, name
