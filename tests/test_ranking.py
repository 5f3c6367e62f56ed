import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import roc_auc_score

from potholes.probabilities import auc, macro_auc


def test_by_hand():
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
