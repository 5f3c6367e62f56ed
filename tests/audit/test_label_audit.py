from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from potholes.audit.label_audit import audit_labels, margins
from potholes.audit.tables import AuditRow

TWO = ("normal", "pothole")


def two(second: list[float]) -> np.ndarray:
    return np.array([[1 - p, p] for p in second])


def test_a_label_is_contradicted_where_another_class_reaches_its_threshold() -> None:
    # thresholds: normal (0.9 + 0.5 + 0.1) / 3 = 0.5, pothole (0.9 + 0.7) / 2 = 0.8
    labels = np.array([0, 0, 0, 1, 1])
    rows = audit_labels(list("abcde"), labels, two([0.1, 0.5, 0.9, 0.9, 0.7]), TWO)
    assert rows[0] == AuditRow("c", "normal", "pothole", pytest.approx(-0.8), 1)
    assert [row.sample_id for row in rows] == ["c", "b", "e", "a", "d"]
    assert [row.contradicted for row in rows] == [1, 0, 0, 0, 0]


def test_the_threshold_is_the_class_s_own_not_one_half() -> None:
    # normal's is (0 + 0.4) / 2, pothole's 0.75: c reaches only normal's, b none
    labels = np.array([0, 0, 1, 1])
    probabilities = two([1.0, 0.6, 0.7, 0.8])
    rows = {row.sample_id: row for row in audit_labels(list("abcd"), labels, probabilities, TWO)}
    assert (rows["c"].suggested, rows["c"].contradicted) == ("normal", 1)
    assert (rows["b"].suggested, rows["b"].contradicted) == ("pothole", 0)
    assert rows["b"].margin == pytest.approx(-0.2)


def test_the_label_stands_where_it_is_the_likelier_of_the_confident_classes() -> None:
    # thresholds 0.4 and 0.425: the last photo reaches both
    labels = np.array([0, 0, 1, 1])
    rows = audit_labels(list("abcd"), labels, two([0.8, 0.4, 0.3, 0.55]), TWO)
    last = next(row for row in rows if row.sample_id == "d")
    assert (last.suggested, last.contradicted) == ("pothole", 0)


def test_of_three_classes_the_confident_one_is_suggested_not_the_most_probable() -> None:
    probabilities = np.array(
        [[0.9, 0.05, 0.05], [0.5, 0.4, 0.1], [0.8, 0.1, 0.1], [0.1, 0.3, 0.6], [0.45, 0.35, 0.2]]
    )
    labels = np.array([0, 1, 0, 2, 2])  # thresholds 0.85, 0.4, 0.4
    probabilities[4] = [0.5, 0.42, 0.08]
    rows = {row.sample_id: row for row in audit_labels(list("abcde"), labels, probabilities, "xyz")}
    assert (rows["e"].label, rows["e"].suggested, rows["e"].contradicted) == ("z", "y", 1)
    assert rows["e"].margin == pytest.approx(0.08 - 0.5)


def test_margins_by_hand() -> None:
    probabilities = np.array([[0.7, 0.2, 0.1], [0.7, 0.2, 0.1]])
    assert margins(np.array([0, 2]), probabilities) == pytest.approx(np.array([0.5, -0.6]))


@given(st.integers(0, 300), st.integers(2, 4), st.integers(8, 40))
def test_every_photo_has_one_place_whatever_the_order(seed: int, classes: int, count: int) -> None:
    rng = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(classes), rng.integers(0, classes, count)])
    probabilities = rng.dirichlet(np.ones(classes), len(labels)).round(2)
    ids = [f"photo {index:02}" for index in range(len(labels))]
    names = "abcd"[:classes]
    rows = audit_labels(ids, labels, probabilities, names)
    assert sorted(row.sample_id for row in rows) == ids
    assert all(one.margin <= two.margin for one, two in pairwise(rows))
    assert all(row.suggested != row.label for row in rows if row.contradicted)
    order = rng.permutation(len(labels))
    shuffled = [ids[index] for index in order]
    again = audit_labels(shuffled, labels[order], probabilities[order], names)
    assert [row.sample_id for row in again] == [row.sample_id for row in rows]


def test_a_class_without_a_photo_is_told() -> None:
    with pytest.raises(ValueError, match="no photo is labelled pothole"):
        audit_labels(["a"], np.array([0]), two([0.5]), TWO)
