import numpy as np
from sklearn.metrics import confusion_matrix

from potholes.page.threshold import counts


def test_counts_are_scikit_learns() -> None:
    rng = np.random.default_rng(1)
    truth, said = rng.integers(0, 2, 50), np.round(rng.random(50), 2)
    for threshold in (0.0, 0.25, 0.5, 1.0):
        theirs = confusion_matrix(truth, said >= threshold, labels=[0, 1]).ravel().tolist()
        assert list(counts(truth.tolist(), said.tolist(), threshold)) == theirs
