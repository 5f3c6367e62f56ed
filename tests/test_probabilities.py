import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from potholes.probabilities import (
    as_written_all,
    auc,
    decide,
    macro_auc,
    on_grid,
    probabilities,
    softmax,
)

LOGITS = np.array([[0.0, np.log(3)], [np.log(9), 0.0]])


def test_by_hand():
    assert softmax(LOGITS) == pytest.approx(np.array([[0.25, 0.75], [0.9, 0.1]]))
    assert softmax(LOGITS * 2, 2.0) == pytest.approx(softmax(LOGITS))


def test_probabilities_are_those_that_a_table_gives_back():
    assert probabilities(LOGITS).tolist() == [[0.25, 0.75], [0.9, 0.1]]
    assert probabilities(np.array([0.0, 1.0])).tolist() == [0.2689414, 0.7310586]
    assert as_written_all(np.array([[1 / 3], [2e-9 / 3]])).tolist() == [[0.3333333], [6.666667e-10]]


@given(st.floats(-50, 50), st.floats(-1e-12, 1e-12))
def test_logits_that_differ_in_their_last_bits_are_equal_on_the_grid(value, noise):
    nearest = round(value * 2**16) / 2**16
    assert on_grid(np.array([nearest + noise])) == nearest
    assert abs(on_grid(np.array([value])) - value)[0] <= 2**-17


def test_an_area_by_hand():
    # of the six pairs three are in order, one is a tie
    positive = np.array([True, True, False, False, False])
    assert auc(positive, np.array([0.9, 0.4, 0.4, 0.5, 0.1])) == pytest.approx(4.5 / 6)


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=40))
def test_it_is_scikit_learns(pairs):
    positive = np.array([p for p, _ in pairs])
    scores = np.array([float(s) for _, s in pairs])
    if positive.all() or not positive.any():
        assert np.isnan(auc(positive, scores))
    else:
        assert auc(positive, scores) == pytest.approx(roc_auc_score(positive, scores))


def test_many_score_vectors_at_once():
    rng = np.random.default_rng(0)
    positive, scores = rng.random(30) > 0.5, rng.random((2, 3, 30))
    got = auc(positive, scores)
    assert got.shape == (2, 3)
    assert got[1, 2] == pytest.approx(roc_auc_score(positive, scores[1, 2]))


def test_more_classes_are_one_against_the_rest():
    rng = np.random.default_rng(0)
    labels, probabilities = np.arange(30) % 3, rng.dirichlet(np.ones(3), 30)
    expected = roc_auc_score(labels, probabilities, multi_class="ovr")
    assert macro_auc(labels, probabilities) == pytest.approx(expected)


def test_two_classes_follow_the_threshold():
    probabilities = np.array([[0.71, 0.29], [0.7, 0.3], [0.1, 0.9]])
    assert decide(probabilities, 0.3).tolist() == [0, 1, 1]


def test_more_classes_take_the_most_probable():
    assert decide(np.array([[0.2, 0.5, 0.3], [0.4, 0.3, 0.3]]), 0.9).tolist() == [1, 0]
