from dataclasses import replace

import numpy as np
import pytest

from potholes.crossvalidation import held_out
from potholes.crossvalidation.held_out import draw_folds, pool_of
from potholes.crossvalidation.learning_curve import (
    SIZES,
    _gain,
    _kept,
    _point,
    _Size,
    learning_curve,
)
from potholes.head.many_heads import fit_heads
from potholes.params import CrossvalidateParams
from potholes.statistics.binomial import wilson
from tests.labelled_features import labelled_features

PARAMS = CrossvalidateParams(folds=4, repeats=5, seed=0)


@pytest.fixture
def train(params):
    return params.train.model_copy(update={"epochs": 6, "batch_size": 8, "lr": 0.05})


def kept(share, *, group=1, photos=160):
    pool = pool_of(labelled_features(photos, group=group))
    folds = draw_folds(pool.labels, pool.groups, PARAMS)
    return pool, folds, _kept(pool, folds, share, seed=0)


def test_sizes_are_nested_and_keep_the_shares_of_classes_and_choosers():
    pool, folds, small = kept(0.25)
    middle, whole = kept(0.5)[2], kept(1.0)[2]
    assert not (small & ~middle).any()
    assert not (middle & ~whole).any()
    assert np.array_equal(whole, folds.train | folds.choosers)
    for part in (folds.train, folds.choosers):
        for label in (0, 1):
            of = part & (pool.labels == label)
            exact = 0.25 * of.sum(axis=1)
            assert np.array_equal((of & small).sum(axis=1), np.ceil(exact))


def test_groups_are_kept_whole():
    pool, folds, half = kept(0.5, group=4)
    for own, part in zip(half, folds.train | folds.choosers, strict=True):
        for group in np.unique(pool.groups[part]):
            assert len(set(own[part & (pool.groups == group)])) == 1


def test_the_smallest_size_has_every_class_to_learn_and_to_choose_by():
    pool, folds, few = kept(0.01, group=4)
    for part in (folds.train, folds.choosers):
        for row in part & few:
            assert set(pool.labels[row]) == {0, 1}


def test_scores_rise_with_the_photos_and_end_at_the_cross_validated_ones(train):
    curve = learning_curve(labelled_features(240, apart=3), train, PARAMS)
    photos = [point.photos for point in curve.points]
    assert photos == sorted(photos)
    assert (len(photos), photos[-1]) == (SIZES, 144)  # three of four folds of 192
    assert curve.points[-1].acc > curve.points[0].acc + 0.02
    for point in curve.points:
        assert point.acc_low < point.acc < point.acc_high
        assert point.auc_low < point.auc <= point.auc_high
    two = PARAMS.model_copy(update={"repeats": 2})
    crossed = held_out.crossvalidate(labelled_features(240, apart=3), train, two)
    assert curve.points[-1].acc == pytest.approx(np.mean([fold.acc for fold in crossed.folds]))
    assert curve.points[-1].auc == pytest.approx(np.mean([fold.auc for fold in crossed.folds]))
    assert curve.acc_gain.more == 192
    assert curve.acc_gain.low < curve.acc_gain.gain < curve.acc_gain.high


def test_a_smaller_set_is_trained_in_fewer_steps_of_the_same_size(train, monkeypatch):
    seen = []

    def spy(features, labels, tasks, classes, scaled, products):
        union = np.any([task.train for task in tasks], axis=0).sum()
        rows = np.mean([task.train.sum() for task in tasks])
        chose = np.mean([task.val.sum() for task in tasks])
        seen.append((union / scaled.batch_size, rows, chose))
        return fit_heads(features, labels, tasks, classes, scaled, products)

    monkeypatch.setattr(held_out, "fit_heads", spy)
    learning_curve(labelled_features(240), train, PARAMS)
    for steps, rows, _ in seen:
        assert steps == pytest.approx(rows / train.batch_size, rel=0.1)
    assert seen[0][2] < seen[-1][2] / 4  # fewer photos choose the epoch, too


def test_the_gain_rests_on_sizes_that_are_trained_enough_but_on_three_at_least():
    def size(photos, steps, undertrained):
        acc = np.array([0.95, 0.94]) - 2 / photos - 0.3 * undertrained
        return _Size(photos, steps, acc, acc)

    sizes = [size(20, 1, True), size(40, 2, False), size(80, 4, False), size(160, 8, False)]
    exact = pytest.approx(2 / 200 - 2 / 400)
    assert _gain(sizes, "acc", 200, ratio=0.25, level=0.95).low == exact  # that of cost / size
    few = [replace(one, steps=one.steps / 20) for one in sizes]
    assert _gain(few, "auc", 200, ratio=0.25, level=0.95).low == exact
    all_four = [replace(one, steps=2.0) for one in sizes]
    assert _gain(all_four, "acc", 200, ratio=0.25, level=0.95).low > 0.01


def test_bands_count_independent_groups():
    pool = pool_of(labelled_features(160, group=4))
    perfect = _Size(100, 9, np.ones(8), np.ones(8))
    point = _point(pool, perfect, ratio=0.25, level=0.95)
    assert len(np.unique(pool.groups)) == 32
    assert point.acc_low == wilson(1, 32).low
    alone = replace(pool, groups=np.arange(128))
    assert point.auc_low < _point(alone, perfect, ratio=0.25, level=0.95).auc_low


def test_the_test_photos_change_nothing(train):
    features = labelled_features(100)
    values = features.values.copy()
    values[features.mask("test", copies=True)] *= 1000
    other = replace(features, values=values)
    assert learning_curve(features, train, PARAMS) == learning_curve(other, train, PARAMS)
