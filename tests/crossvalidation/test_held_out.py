import math
from dataclasses import replace

import numpy as np
import pytest

from potholes.crossvalidation import held_out
from potholes.crossvalidation.held_out import crossvalidate, draw_folds, score
from potholes.head.many_heads import fit_heads
from potholes.head.training import Diverged
from potholes.params import CrossvalidateParams
from tests.labelled_features import labelled_features

PARAMS = CrossvalidateParams(folds=4, repeats=2, seed=0)


@pytest.fixture
def train(params):
    return params.train.model_copy(update={"epochs": 6, "batch_size": 8, "lr": 0.05})


@pytest.fixture
def seen(monkeypatch):
    """The arguments that fit_heads was called with."""
    calls = []

    def spy(*arguments):
        calls.append(arguments)
        return fit_heads(*arguments)

    monkeypatch.setattr(held_out, "fit_heads", spy)
    return calls


def ids(features, mask):
    return {features.rows[index].sample_id for index in np.flatnonzero(mask)}


def group_ids(features, names):
    return {row.group_id for row in features.rows if row.sample_id in names}


def test_a_fold_learns_from_its_own_training_photos_and_their_copies_only(train, seen):
    features = labelled_features(group=2)
    crossed = crossvalidate(features, train, PARAMS)
    ((_, _, tasks, *_),) = seen
    names = np.array(crossed.sample_ids)
    tested = {row.origin_id for row in features.rows if row.split == "test"}
    assert tested.isdisjoint(names)
    assert len(tasks) == 8
    for index, task in enumerate(tasks):
        repeat, fold = divmod(index, 4)
        held = set(names[crossed.held_out_in[repeat] == fold])
        chooser = ids(features, task.val)
        learned = ids(features, task.train_photos)
        assert held.isdisjoint(chooser | learned)
        assert learned == set(names) - held - chooser
        assert group_ids(features, learned).isdisjoint(group_ids(features, chooser))
        copies = {row.sample_id for row in features.rows if row.origin_id in learned}
        assert ids(features, task.train) == copies
    assert len(ids(features, tasks[0].train)) > len(ids(features, tasks[0].train_photos))


def test_an_eighth_of_the_training_part_chooses_the_epoch():
    names = np.array(["a"] * 60 + ["b"] * 30)
    folds = draw_folds(names, np.arange(90), replace_params(folds=3))
    held_in = folds.train | folds.choosers
    assert not (folds.train & folds.choosers).any()
    assert np.array_equal(held_in[0], folds.held_out_in[0] != 0)
    assert (held_in.sum(axis=1) == 60).all()
    assert (folds.choosers[:, :60].sum(axis=1) == 5).all()
    assert set(folds.choosers[:, 60:].sum(axis=1)) <= {2, 3}
    assert len(np.unique(folds.choosers, axis=0)) == 6


@pytest.mark.parametrize("rare", [2, 3, 4, 9])
def test_a_rare_class_does_not_starve_the_training(rare):
    names = np.array(["a"] * 36 + ["b"] * rare)
    folds = draw_folds(names, np.arange(36 + rare), replace_params(folds=5))
    held_in = (folds.train | folds.choosers).sum(axis=1)
    assert (folds.choosers.sum(axis=1) <= held_in / 8 + 1).all()
    assert (folds.train[:, 36:].sum(axis=1) >= 1).all()
    assert (folds.train[:, :36].sum(axis=1) >= 24).all()


def test_there_are_no_more_folds_than_groups():
    names = np.array(["a", "b"] * 20)
    folds = draw_folds(names, np.arange(40) // 10, replace_params(folds=5, repeats=2))
    assert folds.train.shape == (8, 40)
    assert folds.train.any(axis=1).all()
    assert folds.choosers.any(axis=1).all()


def test_too_few_groups_have_a_cure():
    names = np.array(["a", "b"] * 20)
    with pytest.raises(ValueError, match=r"in 2 groups, .* add photos of other places"):
        draw_folds(names, np.arange(40) // 20, replace_params(folds=5))
    alone = np.array(["a"] * 38 + ["b"] * 2)
    with pytest.raises(ValueError, match=r"class b: .* label more photos of it"):
        draw_folds(alone, np.append(np.arange(38), [38, 38]), replace_params(folds=5))


def replace_params(**changes):
    return PARAMS.model_copy(update=changes)


def test_every_head_has_its_batch_size_though_batches_are_shared(train, seen):
    features = labelled_features(200)
    crossvalidate(features, train, PARAMS)
    ((_, _, tasks, _, scaled, _),) = seen
    rows = sum(task.train.sum() for task in tasks) / len(tasks)
    union = np.any([task.train for task in tasks], axis=0).sum()
    assert scaled.batch_size * rows / union == pytest.approx(train.batch_size, rel=0.05)
    assert union / scaled.batch_size == pytest.approx(rows / train.batch_size, rel=0.05)


def test_the_test_photos_change_nothing(train):
    features = labelled_features()
    values = features.values.copy()
    values[features.mask("test", copies=True)] *= 1000
    before = crossvalidate(features, train, PARAMS)
    after = crossvalidate(replace(features, values=values), train, PARAMS)
    assert before.folds == after.folds
    assert np.array_equal(before.logits, after.logits)


def test_the_folds_are_the_same_for_every_backbone_and_file_order(train):
    features = labelled_features()
    other = labelled_features(width=5, seed=1)
    order = np.random.default_rng(0).permutation(len(features.rows))
    shuffled = replace(
        features, values=features.values[order], rows=[features.rows[index] for index in order]
    )
    first, *others = (crossvalidate(of, train, PARAMS) for of in (features, other, shuffled))
    for one in others:
        assert one.sample_ids == first.sample_ids
        assert np.array_equal(one.held_out_in, first.held_out_in)


def test_fold_scores_are_those_of_the_out_of_fold_logits(train):
    crossed = crossvalidate(labelled_features(), train, PARAMS)
    assert [(row.repeat, row.fold) for row in crossed.folds] == [
        (repeat, fold) for repeat in range(2) for fold in range(4)
    ]
    for row in crossed.folds:
        out = crossed.held_out_in[row.repeat] == row.fold
        assert row.photos == out.sum() == 12
        assert row.train_photos in (31, 32)  # of 36 an eighth chooses the epoch
        assert 1 <= row.best_epoch <= train.epochs
        hits = crossed.logits[row.repeat, out].argmax(axis=1) == crossed.labels[out]
        assert row.acc == hits.mean()
    assert crossed.probabilities.shape == (2, 48, 2)
    assert np.allclose(crossed.probabilities.sum(axis=2), 1)


def test_heads_that_learned_are_right_about_photos_they_have_not_seen(train):
    crossed = crossvalidate(labelled_features(150, apart=4), train, PARAMS)
    assert np.mean([row.acc for row in crossed.folds]) > 0.9


def test_scores_by_hand():
    labels = np.array([0, 0, 1, 1])
    logits = np.log([[0.8, 0.2], [0.4, 0.6], [0.5, 0.5], [0.1, 0.9]])
    acc, auc, loss = score(labels, logits)
    assert acc == 0.5  # an even photo is called the first class
    assert auc == 0.75  # of four pairs one is in the wrong order
    assert loss == pytest.approx(-math.log(0.8 * 0.4 * 0.5 * 0.9) / 4)


def test_auc_is_none_where_a_class_is_missing():
    assert score(np.array([0, 0]), np.zeros((2, 2)))[1] is None


def test_parted_groups_show_as_a_higher_auc(train):
    features = labelled_features(120, width=16, group=4, apart=0)
    train = train.model_copy(update={"epochs": 30, "step_size": 30})
    grouped, parted = (
        np.mean([row.auc for row in crossvalidate(features, train, PARAMS, grouped=way).folds])
        for way in (True, False)
    )
    assert parted > grouped + 0.1


@pytest.mark.parametrize("lr", [1e300, 1e3])
def test_a_rate_that_diverges_is_a_user_s_mistake(train, lr):
    steep = train.model_copy(update={"lr": lr, "gamma": 1.0})
    with pytest.raises(Diverged, match=r"train.lr: got 1(e\+30|00)0, .* lower it$"):
        crossvalidate(labelled_features(apart=0), steep, PARAMS)
