from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from potholes.evaluation.tables import RocPoint
from potholes.report.comparison_figure import comparison_figure
from potholes.report.confusion_figure import confusion_figure
from potholes.report.history_figure import history_figure
from potholes.report.results import Outcome, read_results
from potholes.report.roc_figure import macro_curve, roc_figure
from tests.factories import TWO, write_project


@pytest.fixture(scope="module")
def backbones(tmp_path_factory: pytest.TempPathFactory) -> list[Outcome]:
    root: Path = tmp_path_factory.mktemp("project")
    write_project(root)
    return read_results(root / "reports", TWO).backbones


def texts(figure: Figure) -> str:
    found = [text.get_text() for text in figure.texts]
    for axes in figure.axes:
        found += [axes.get_title(loc="left"), *(text.get_text() for text in axes.texts)]
        found += [label.get_text() for label in axes.get_yticklabels()]
        legend = axes.get_legend()
        found += [text.get_text() for text in legend.get_texts()] if legend else []
    return "\n".join(found)


def test_the_history_names_the_best_epoch_and_its_values(backbones: list[Outcome]) -> None:
    figure = history_figure(backbones, "weights: random stand-in")
    assert len(figure.axes) == 6
    assert "val loss 0.400 (epoch 2)" in texts(figure)
    assert "val accuracy 0.820 (epoch 2)" in texts(figure)
    assert "val AUC 0.840 (epoch 2)" in texts(figure)
    assert "stand-in" in texts(figure)


def test_the_history_draws_every_epoch_of_train_and_validation(
    backbones: list[Outcome],
) -> None:
    train, validation, *_ = history_figure(backbones, "").axes[0].lines
    assert np.allclose(train.get_ydata(), [0.7, 0.35, 0.7 / 3])
    assert np.allclose(validation.get_ydata(), [0.75, 0.4, 0.7 / 3 + 0.05])


def test_the_comparison_writes_every_number(backbones: list[Outcome]) -> None:
    written = texts(comparison_figure(backbones, "resnet50", "6 test photos"))
    numbers = ("0.0300", "0.0100", "0.950", "0.900", "0.970", "11.4", "22.8", "3.5 + 0.25")
    assert [number for number in numbers if number not in written] == []
    assert "★ resnet50" in written
    assert "★ resnet18" not in written
    assert "6 test photos" in written


def test_the_roc_legend_tells_the_test_auc_of_each_depth(backbones: list[Outcome]) -> None:
    written = texts(roc_figure(backbones, "resnet18", "6 test photos"))
    assert "★ resnet18  AUC 0.970" in written
    assert "resnet50  AUC 0.960" in written
    assert "positive: pothole" in written


def _point(label: str, threshold: float | None, false_rate: float, true_rate: float) -> RocPoint:
    return RocPoint(label, threshold, *(false_rate, 0, 1), *(true_rate, 0, 1))


def test_several_classes_share_a_mean_curve() -> None:
    steep = [_point("a", *own) for own in ((None, 0, 0), (0.5, 0, 1), (0.1, 1, 1))]
    flat = [_point("b", *own) for own in ((None, 0, 0), (0.5, 0.5, 0.5), (0.1, 1, 1))]
    false_positives, true_positives = macro_curve([*steep, *flat])
    assert false_positives.tolist() == [0, 0, 0.5, 1]
    assert true_positives.tolist() == [0, 0.5, 0.75, 1]


def test_confusion_cells_hold_count_and_share_of_the_truth(
    backbones: list[Outcome],
) -> None:
    figure = confusion_figure(backbones, "resnet18", "6 test photos")
    cells = [text.get_text() for text in figure.axes[0].texts]
    assert cells == ["3\n100%", "0\n0%", "1\n33%", "2\n67%"]
    assert "accuracy 0.900" in texts(figure)


def test_a_class_without_test_photos_has_shares_of_zero(backbones: list[Outcome]) -> None:
    empty = replace(backbones[0].evaluated.evaluation, confusion=[[0, 0], [1, 2]])
    evaluated = replace(backbones[0].evaluated, evaluation=empty)
    figure = confusion_figure([replace(backbones[0], evaluated=evaluated)], "resnet18", "")
    assert figure.axes[0].texts[0].get_text() == "0\n0%"
