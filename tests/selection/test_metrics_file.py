import json
from dataclasses import replace
from pathlib import Path

from potholes.selection.tables import write_metrics
from tests.factories import comparison


def test_the_selected_backbones_accuracies_stand_beside_four_scores_of_each(tmp_path: Path) -> None:
    cheap = replace(comparison("resnet18"), cv_acc=0.8, cv_auc=0.9, test_acc=0.7, test_auc=0.85)
    deep = replace(comparison("resnet50"), cv_acc=0.9, cv_auc=None, test_acc=2 / 3, test_auc=0.95)
    write_metrics(tmp_path / "metrics.json", [cheap, deep], "resnet50")
    assert json.loads((tmp_path / "metrics.json").read_text()) == {
        "selected": "resnet50",
        "cv_acc": 0.9,
        "test_acc": 0.6666667,
        "resnet18": {"cv_acc": 0.8, "cv_auc": 0.9, "test_acc": 0.7, "test_auc": 0.85},
        "resnet50": {"cv_acc": 0.9, "cv_auc": None, "test_acc": 0.6666667, "test_auc": 0.95},
    }
