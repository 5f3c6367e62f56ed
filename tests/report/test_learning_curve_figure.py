from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from potholes.crossvalidation.tables import CurvePoint
from potholes.figures.canvas import save
from potholes.report.learning_curve_figure import learning_curve_figure
from potholes.report.results import Outcome, read_results
from tests.factories import write_project


def curve(top: float, *, areas: bool = True) -> list[CurvePoint]:
    points = []
    for photos in (20, 27, 36, 49, 66, 88, 119, 160):
        acc, auc = top - 1 / photos, top + 0.02 - 0.5 / photos
        low, high = auc - 0.4 / photos**0.5, min(1.0, auc + 0.2 / photos**0.5)
        area = (auc, low, high) if areas else (None, None, None)
        points.append(CurvePoint(photos, acc, acc - 0.5 / photos**0.5, acc + 0.01, *area))
    return points


@pytest.fixture
def backbone(tmp_path: Path) -> Outcome:
    write_project(tmp_path, ["resnet18"])
    (read,) = read_results(tmp_path / "reports", ["resnet18"]).backbones
    return replace(read, curve=curve(0.94))


def test_both_scores_of_every_backbone_are_drawn_with_their_bands(
    backbone: Outcome, tmp_path: Path
) -> None:
    other = replace(backbone, name="resnet50", curve=curve(0.96))
    figure = learning_curve_figure([backbone, other], "weights: random stand-in")
    accuracy, areas = figure.axes
    assert len(accuracy.lines) == len(areas.lines) == len(accuracy.collections) == 2
    assert np.allclose(accuracy.lines[0].get_ydata(), [p.acc for p in backbone.curve])
    assert np.allclose(areas.lines[1].get_ydata(), [p.auc for p in other.curve])
    (band,) = accuracy.collections[0].get_paths()
    assert band.vertices[:, 1].min() == backbone.curve[0].acc_low
    save(tmp_path / "curve.png", figure)


def test_the_legend_says_what_twice_the_photos_add(backbone: Outcome) -> None:
    (legend,) = learning_curve_figure([backbone], "").legends
    texts = [text.get_text() for text in legend.get_texts()]
    assert texts == [f"resnet18  {backbone.cross_validated.gain}"]


def test_a_backbone_without_auc_is_drawn_as_far_as_it_goes(backbone: Outcome) -> None:
    figure = learning_curve_figure([replace(backbone, curve=curve(0.94, areas=False))], "")
    assert len(figure.axes[0].lines[0].get_ydata()) == 8
    assert len(figure.axes[1].lines[0].get_ydata()) == 0
