import numpy as np
import pytest

from potholes.evaluation.class_scores import class_scores, mean_intervals
from potholes.evaluation.metrics import METRICS, Scored
from potholes.statistics.auc_interval import auc_interval
from potholes.statistics.binomial import wilson

CLASSES = {3: list("abc"), 10: list("abcdefghij")}
# truth 1 1 1 0 0 0, called 1 1 0 0 0 1
TWO = Scored(
    np.array([1, 1, 1, 0, 0, 0]),
    np.array([1, 1, 0, 0, 0, 1]),
    np.array([[0.1, 0.9], [0.2, 0.8], [0.7, 0.3], [0.9, 0.1], [0.8, 0.2], [0.4, 0.6]]),
)


def drawn(classes, photos=60):
    rng = np.random.default_rng(classes)
    truth = np.arange(photos) % classes
    odds = np.exp(rng.standard_normal((photos, classes)) + 1.5 * np.eye(classes)[truth])
    probabilities = odds / odds.sum(axis=1, keepdims=True)
    return Scored(truth, probabilities.argmax(axis=1), probabilities)


def test_two_classes_by_hand():
    normal, pothole = class_scores(TWO, ["normal", "pothole"], np.arange(6))
    assert (pothole.label, pothole.photos, pothole.called) == ("pothole", 3, 3)
    assert pothole.recall == pothole.precision == pothole.f1 == pytest.approx(2 / 3)
    limits = wilson(2 / 3, 3, corrected=True)
    assert (pothole.recall_low, pothole.recall_high) == (limits.low, limits.high)
    assert (pothole.precision_low, pothole.precision_high) == (limits.low, limits.high)
    # two of the four photos that are or are called potholes: J = 1/2, F1 = 2 J / (1 + J)
    jaccard = wilson(1 / 2, 4, corrected=True)
    assert pothole.f1_low == pytest.approx(2 * jaccard.low / (1 + jaccard.low))
    assert pothole.f1_high == pytest.approx(2 * jaccard.high / (1 + jaccard.high))
    area = auc_interval(TWO.truth == 1, TWO.probabilities[:, 1])
    assert (pothole.auc_low, pothole.auc_high) == (area.low, area.high)
    assert pothole.ap == pytest.approx((1 + 1 + 3 / 4) / 3)  # 0.3 is fourth
    assert (normal.photos, normal.recall) == (3, pytest.approx(2 / 3))
    assert normal.auc == pytest.approx(pothole.auc)


def test_a_class_that_is_never_called_has_a_precision_that_may_be_anything():
    none = Scored(TWO.truth, np.zeros(6, dtype=np.int64), TWO.probabilities)
    pothole = class_scores(none, ["normal", "pothole"], np.arange(6))[1]
    assert (pothole.precision, pothole.precision_low, pothole.precision_high) == (0, 0, 1)
    assert pothole.f1 == pothole.f1_low == 0 < pothole.f1_high


@pytest.mark.parametrize("classes", [3, 10])
def test_rows_are_those_whose_means_are_the_metrics(classes):
    scored = drawn(classes)
    rows = class_scores(scored, CLASSES[classes], np.arange(60))
    assert [row.label for row in rows] == CLASSES[classes]
    assert sum(row.photos for row in rows) == sum(row.called for row in rows) == 60
    for name in ("recall", "precision", "f1", "auc", "ap"):
        values = [getattr(row, name) for row in rows]
        assert np.mean(values) == pytest.approx(METRICS[name](scored)), name
        for row, value in zip(rows, values, strict=True):
            low, high = getattr(row, f"{name}_low"), getattr(row, f"{name}_high")
            assert 0 <= low < high <= 1, name
            assert low <= value <= high, name


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_means_lie_within_their_intervals_which_are_narrower_than_a_classs(classes):
    scored = drawn(classes)
    rows = class_scores(scored, [str(c) for c in range(classes)], np.arange(60))
    found = mean_intervals(scored, np.arange(60))
    assert set(found) == {"balanced_acc", "recall", "precision", "f1", "ap"}
    for name, own in found.items():
        assert own.low < METRICS[name](scored) < own.high, name
    widest = max(row.recall_high - row.recall_low for row in rows)
    assert found["balanced_acc"].width < widest / np.sqrt(classes) * 1.01


def test_the_interval_of_balanced_accuracy_squares_and_adds_those_of_both_recalls():
    found = mean_intervals(TWO, np.arange(6))["balanced_acc"]
    own = wilson(2 / 3, 3, corrected=True)
    assert found.low == pytest.approx(2 / 3 - np.sqrt(2) * (2 / 3 - own.low) / 2)
    assert found.high == pytest.approx(2 / 3 + np.sqrt(2) * (own.high - 2 / 3) / 2)


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_photos_of_one_group_count_once(classes):
    scored, twice = drawn(classes), np.repeat(np.arange(60), 2)
    doubled = Scored(scored.truth[twice], scored.predicted[twice], scored.probabilities[twice])
    names = [str(c) for c in range(classes)]
    once = class_scores(scored, names, np.arange(60))
    found = class_scores(doubled, names, twice)
    for own, other in zip(once, found, strict=True):
        for key, value in vars(own).items():
            if key not in ("label", "photos", "called"):
                assert getattr(other, key) == pytest.approx(value), key
