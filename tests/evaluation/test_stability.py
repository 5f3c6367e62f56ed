import pytest

from potholes.evaluation.stability import stability
from potholes.head.tables import Epoch


def test_gaps_are_means_of_absolute_differences():
    history = [
        Epoch(1, 0.1, train_loss=0.9, train_acc=0.5, val_loss=0.5, val_acc=0.7, val_auc=0.5),
        Epoch(2, 0.1, train_loss=0.2, train_acc=0.9, val_loss=0.4, val_acc=0.8, val_auc=0.5),
    ]
    gaps = stability(history)
    assert gaps.loss == pytest.approx((0.4 + 0.2) / 2)
    assert gaps.acc == pytest.approx((0.2 + 0.1) / 2)
