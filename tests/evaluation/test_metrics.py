import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics as sklearn_metrics

from potholes.evaluation.metrics import METRICS, Scored, averaging, confusion

# truth 1 1 1 0 0, called 1 1 0 0 1: two of three found, one false alarm
TWO = Scored(
    np.array([1, 1, 1, 0, 0]),
    np.array([1, 1, 0, 0, 1]),
    np.array([[0.1, 0.9], [0.2, 0.8], [0.7, 0.3], [0.9, 0.1], [0.4, 0.6]]),
)
THREE = Scored(
    np.array([0, 1, 2, 2]),
    np.array([0, 1, 2, 0]),
    np.array([[0.8, 0.1, 0.1], [0.2, 0.7, 0.1], [0.1, 0.1, 0.8], [0.5, 0.1, 0.4]]),
)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("acc", 3 / 5),
        ("auc", 5 / 6),  # of six pairs only (0.3, 0.6) is in the wrong order
        ("balanced_acc", (2 / 3 + 1 / 2) / 2),
        ("ap", (1 + 1 + 3 / 4) / 3),  # 0.9 and 0.8 come first, 0.3 is fourth
        ("precision", 2 / 3),
        ("recall", 2 / 3),
        ("f1", 2 / 3),
        ("loss", -np.log([0.9, 0.8, 0.3, 0.9, 0.4]).mean()),
    ],
)
def test_two_classes_by_hand(name, expected):
    assert METRICS[name](TWO) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("name", "expected"),
    [("acc", 3 / 4), ("precision", (1 / 2 + 1 + 1) / 3), ("recall", (1 + 1 + 1 / 2) / 3)],
)
def test_three_classes_are_means_over_the_classes(name, expected):
    assert METRICS[name](THREE) == pytest.approx(expected)
    assert averaging(["a", "b", "c"]) == "one-vs-rest over 3 classes, plain mean"


def test_a_class_without_photos_is_never_a_silent_number():
    lonely = Scored(np.array([1, 1]), np.array([1, 1]), np.array([[0.1, 0.9], [0.2, 0.8]]))
    with pytest.raises(ValueError, match=r"missing: \{0\}"):
        METRICS["auc"](lonely)
    for name in ("balanced_acc", "ap"):
        with pytest.raises(ValueError, match=r"missing: \{0\}"):
            METRICS[name](lonely)


def test_no_photo_called_positive_is_a_precision_of_zero():
    none = Scored(np.array([1, 0]), np.array([0, 0]), np.array([[0.9, 0.1], [0.8, 0.2]]))
    assert METRICS["precision"](none) == 0


def test_confusion_counts_truth_by_row():
    assert confusion(TWO) == [[1, 1], [1, 2]]


def _drawn(classes: int, seed: int) -> Scored:
    """60 photos with every class among them, probabilities in steps of a tenth, so with ties."""
    rng = np.random.default_rng(seed)
    truth = np.append(np.arange(classes), rng.integers(0, classes, 60 - classes))
    counts = rng.multinomial(10, np.ones(classes) / classes, 60) + np.eye(classes)[truth]
    probabilities = counts / counts.sum(axis=1, keepdims=True)
    return Scored(truth, probabilities.argmax(axis=1), probabilities)


@given(st.integers(2, 4), st.integers(0, 2**32 - 1))
def test_scores_are_scikit_learns(classes, seed):
    scored = _drawn(classes, seed)
    average = {"average": "binary" if classes == 2 else "macro", "zero_division": 0}
    for name in ("precision", "recall", "f1"):
        function = getattr(sklearn_metrics, f"{name}_score")
        expected = function(scored.truth, scored.predicted, **average)
        assert METRICS[name](scored) == pytest.approx(expected)
    shown = scored.probabilities[:, 1] if classes == 2 else scored.probabilities
    assert METRICS["auc"](scored) == pytest.approx(
        sklearn_metrics.roc_auc_score(scored.truth, shown, multi_class="ovr")
    )
    assert METRICS["balanced_acc"](scored) == pytest.approx(
        sklearn_metrics.balanced_accuracy_score(scored.truth, scored.predicted)
    )
    one_hot = scored.truth[:, None] == np.arange(classes)
    assert METRICS["ap"](scored) == pytest.approx(
        sklearn_metrics.average_precision_score(
            one_hot[:, 1] if classes == 2 else one_hot, shown, average="macro"
        )
    )
    assert METRICS["loss"](scored) == pytest.approx(
        sklearn_metrics.log_loss(scored.truth, scored.probabilities, labels=range(classes))
    )
    matrix = sklearn_metrics.confusion_matrix(scored.truth, scored.predicted, labels=range(classes))
    assert confusion(scored) == matrix.tolist()
