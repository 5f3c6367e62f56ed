import numpy as np

from potholes.prediction.labelling import label


def test_a_photo_with_an_error_has_no_label():
    probabilities = np.array([[0.4, 0.6], [np.nan, np.nan]])
    got = label(["a", "b"], ["x", "y"], probabilities, [None, "cut"], 0.5)
    assert got.labels == ["b", None]
    assert got.errors == [None, "cut"]
