import numpy as np
import pytest

from potholes.evaluation.operating_point import OperatingPoint
from potholes.evaluation.scoring import score_test_photos
from potholes.params_file import load_params
from potholes.statistics.auc_interval import auc_interval
from potholes.statistics.binomial import wilson

PARAMS = load_params().evaluate
LOGITS = np.array([[2.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 3.0]])
TRUTH = np.array([0, 1, 1, 1])
EACH = np.arange(4)


def test_scores_have_the_intervals_of_their_photos():
    metrics = score_test_photos(LOGITS, TRUTH, EACH, OperatingPoint(1.0, 0.5), PARAMS).metrics
    assert metrics["test_acc"] == 0.75
    limits = wilson(0.75, 4, corrected=True)
    assert (metrics["test_acc_low"], metrics["test_acc_high"]) == (limits.low, limits.high)
    area = auc_interval(TRUTH == 1, LOGITS[:, 1] - LOGITS[:, 0])
    assert (metrics["test_auc_low"], metrics["test_auc_high"]) == (area.low, area.high)
    assert metrics["test_balanced_acc"] == pytest.approx((1 + 2 / 3) / 2)
    for name in ("acc", "auc", "balanced_acc", "ap", "precision", "recall", "f1"):
        low, value, high = (metrics[f"test_{name}{end}"] for end in ("_low", "", "_high"))
        assert 0 <= low < value <= high <= 1, name
    assert metrics["test_ece_low"] <= metrics["test_ece"] <= metrics["test_ece_high"]


def test_photos_of_one_group_count_once():
    alone = score_test_photos(LOGITS, TRUTH, EACH, OperatingPoint(1.0, 0.5), PARAMS).metrics
    twice = score_test_photos(
        np.repeat(LOGITS, 2, axis=0),
        np.repeat(TRUTH, 2),
        np.repeat(EACH, 2),
        OperatingPoint(1.0, 0.5),
        PARAMS,
    ).metrics
    for name in ("acc", "auc", "balanced_acc", "ap", "precision", "recall", "f1"):
        for end in ("_low", "", "_high"):
            key = f"test_{name}{end}"
            assert twice[key] == pytest.approx(alone[key]), key


def test_the_temperature_changes_calibration_but_no_label():
    sharp = score_test_photos(LOGITS, TRUTH, EACH, OperatingPoint(1.0, 0.5), PARAMS)
    soft = score_test_photos(LOGITS, TRUTH, EACH, OperatingPoint(2.0, 0.5), PARAMS)
    assert soft.metrics["test_brier_before"] == sharp.metrics["test_brier"]
    assert soft.metrics["test_brier"] != sharp.metrics["test_brier"]
    assert soft.scored.predicted.tolist() == sharp.scored.predicted.tolist() == [0, 0, 1, 1]
    assert soft.scored.probabilities[0, 0] == pytest.approx(1 / (1 + np.exp(-1)))


def test_a_low_threshold_calls_more_photos_positive():
    scores = score_test_photos(LOGITS, TRUTH, EACH, OperatingPoint(1.0, 0.2), PARAMS)
    assert scores.scored.predicted.tolist() == [0, 1, 1, 1]
    assert scores.metrics["test_recall"] == 1


def test_the_accuracy_at_a_half_does_not_depend_on_the_threshold():
    for threshold, accuracy in ((0.2, 1.0), (0.5, 0.75), (0.99, 0.25)):
        metrics = score_test_photos(
            LOGITS, TRUTH, EACH, OperatingPoint(1.0, threshold), PARAMS
        ).metrics
        assert metrics["test_acc"] == accuracy
        assert metrics["test_acc_at_half"] == 0.75
