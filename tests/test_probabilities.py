import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from potholes.probabilities import as_written_all, on_grid, probabilities, softmax

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
