import numpy as np

from potholes.probabilities import decide


def test_two_classes_follow_the_threshold():
    probabilities = np.array([[0.71, 0.29], [0.7, 0.3], [0.1, 0.9]])
    assert decide(probabilities, 0.3).tolist() == [0, 1, 1]


def test_more_classes_take_the_most_probable():
    assert decide(np.array([[0.2, 0.5, 0.3], [0.4, 0.3, 0.3]]), 0.9).tolist() == [1, 0]
