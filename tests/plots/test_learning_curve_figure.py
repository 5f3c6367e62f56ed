from pathlib import Path

import numpy as np

from potholes.plots.canvas import save
from potholes.plots.learning_curve import learning_curve_figure
from potholes.statistics.doubling import Gain
from potholes.tables.learning_curve import CurvePoint


def curve(top: float, *, areas: bool = True) -> list[CurvePoint]:
    points = []
    for photos in (20, 27, 36, 49, 66, 88, 119, 160):
        acc, auc = top - 1 / photos, top + 0.02 - 0.5 / photos
        low, high = auc - 0.4 / photos**0.5, min(1.0, auc + 0.2 / photos**0.5)
        area = (auc, low, high) if areas else (None, None, None)
        points.append(CurvePoint(photos, acc, acc - 0.5 / photos**0.5, acc + 0.01, *area))
    return points


def test_both_scores_of_every_depth_are_drawn_with_their_bands(tmp_path: Path) -> None:
    curves = {"resnet18": curve(0.94), "resnet50": curve(0.96), "resnet152": curve(0.95)}
    gains = {name: Gain(200, 0.008, 0.002, 0.015) for name in curves}
    figure = learning_curve_figure(curves, gains, "weights: random stand-in")
    accuracy, areas = figure.axes
    assert len(accuracy.lines) == len(areas.lines) == len(accuracy.collections) == 3
    assert np.allclose(accuracy.lines[0].get_ydata(), [p.acc for p in curves["resnet18"]])
    assert np.allclose(areas.lines[1].get_ydata(), [p.auc for p in curves["resnet50"]])
    (band,) = accuracy.collections[0].get_paths()
    assert band.vertices[:, 1].min() == curves["resnet18"][0].acc_low
    save(tmp_path / "curve.png", figure)


def test_the_legend_says_what_twice_the_photos_add() -> None:
    figure = learning_curve_figure(
        {"resnet18": curve(0.94)}, {"resnet18": Gain(200, 0.008, 0.002, 0.015)}, ""
    )
    (legend,) = figure.legends
    assert [text.get_text() for text in legend.get_texts()] == [
        "resnet18  200 more photos: about +0.8 points (0.2 to 1.5), extrapolated"
    ]


def test_a_depth_without_auc_or_gain_is_drawn_as_far_as_it_goes() -> None:
    figure = learning_curve_figure({"resnet18": curve(0.94, areas=False)}, {}, "")
    assert len(figure.axes[0].lines[0].get_ydata()) == 8
    assert len(figure.axes[1].lines[0].get_ydata()) == 0
