import numpy as np
import pytest

from potholes.statistics.binomial import wilson
from potholes.statistics.newcombe import score_interval, score_interval_of_labels
from potholes.statistics.resampled import (
    corrected_variance,
    cross_validated_accuracy,
    cross_validated_auc,
)

LABELS = np.repeat([0, 1], [20, 40])


def test_the_corrected_variance_by_hand():
    # sample variance 0.02 / 3, times 1/4 + 1/3 for four folds that test a third of what they learn
    scores = np.array([0.8, 0.9, 1.0, 0.9])
    assert corrected_variance(scores, 1 / 3) == pytest.approx(0.02 / 3 * 7 / 12)


def test_the_mean_accuracy_by_hand():
    # standard error 0.062361, over 0.09 on the logit scale, times t(3) = 3.182446: +- 2.205118
    found = cross_validated_accuracy(np.array([0.8, 0.9, 1.0, 0.9]), 60, ratio=1 / 3)
    assert (found.low, found.high) == pytest.approx((0.498027, 0.987900), abs=1e-6)


def test_repeats_of_the_folds_never_take_the_training_overlap_away():
    scores = np.array([0.8, 0.9, 1.0, 0.9, 0.85])
    many = corrected_variance(np.tile(scores, 1000), 0.25)
    assert many > 0.25 * scores.var()


@pytest.mark.parametrize("score", [1.0, 0.95, 0.0])
def test_folds_that_all_score_the_same_have_wilsons(score):
    found = cross_validated_accuracy(np.full(25, score), 57.5, ratio=0.25)
    expected = wilson(score, 57.5)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def test_folds_that_all_score_the_commoner_class_are_no_narrower_than_wilsons():
    found = cross_validated_accuracy(np.array([10 / 11, 10 / 11, 9 / 10]), 32, ratio=0.5)
    expected = wilson((20 / 11 + 0.9) / 3, 32)
    assert (found.low, found.high) == pytest.approx((expected.low, expected.high))


def limits_of(interval):
    return (interval.low, interval.high)


def test_the_mean_auc_is_never_narrower_than_its_numbers_allow():
    scores = np.array([1.0] * 24 + [0.999])
    found = cross_validated_auc(scores, LABELS, ratio=0.25)
    assert limits_of(found) == pytest.approx(limits_of(score_interval(scores.mean(), 40, 20)))


def test_a_mean_auc_that_varies_much_has_the_corrected_one():
    scores = np.array([0.5, 0.99, 0.6, 0.95, 0.7])
    found = cross_validated_auc(scores, LABELS, ratio=0.25)
    expected = cross_validated_accuracy(scores, 60, ratio=0.25)
    assert found == expected
    assert found.width > score_interval(scores.mean(), 40, 20).width


def test_a_perfect_auc_in_every_fold_counts_the_groups():
    found = cross_validated_auc(np.ones(25), LABELS, ratio=0.25, groups=np.arange(60) // 4)
    assert limits_of(found) == pytest.approx(limits_of(score_interval(1.0, 10, 5)))


def test_a_perfect_mean_of_six_classes_is_not_as_unsure_as_one_class():
    labels = np.arange(120) % 6
    found = cross_validated_auc(np.ones(25), labels, ratio=0.25)
    assert found == score_interval_of_labels(np.ones(6), labels)
    assert found.width == pytest.approx(score_interval(1.0, 20, 100).width / np.sqrt(3))


@pytest.mark.parametrize(
    ("scores", "ratio", "message"),
    [
        ([0.9], 0.25, "got 1 folds"),
        ([0.9, np.nan], 0.25, "a fold has none"),
        ([0.9, 0.8], 0, "ratio: got 0"),
    ],
)
def test_what_cannot_be_averaged_is_refused(scores, ratio, message):
    with pytest.raises(ValueError, match=message):
        corrected_variance(np.array(scores), ratio)
