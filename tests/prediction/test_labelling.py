import numpy as np

from potholes.head.tables import Head
from potholes.prediction.labelling import label

HEAD = Head("resnet18", ["a", "b"], np.eye(2, dtype=np.float32), np.zeros(2, dtype=np.float32), 1)


def test_a_photo_with_an_error_has_no_label():
    features = np.array([[0, 1], [np.nan, np.nan]], dtype=np.float32)
    got = label(HEAD, ["x", "y"], features, [(640, 480), None], [None, "cut"], 0.5, None)
    assert got.labels == ["b", None]
    assert got.errors == [None, "cut"]
    # softmax of logits 0 and 1: 1 / (1 + e^-1) is 0.7310586, and 0.2689414 the other
    assert got.probabilities[0].tolist() == [0.2689414, 0.7310586]
    assert got.margins[0] == 0.4621172
    assert np.isnan(got.margins[1])


def test_a_threshold_moves_the_label_but_not_the_margin():
    got = label(HEAD, ["x"], np.array([[0, 1]], dtype=np.float32), [(1, 1)], [None], 0.8, None)
    assert got.labels == ["a"]
    assert got.margins[0] == 0.4621172
