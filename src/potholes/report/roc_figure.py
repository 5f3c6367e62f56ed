"""ROC curves of all backbones on the test photos."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from potholes.evaluation.tables import RocPoint
from potholes.figures.canvas import FAINT, LINE_STYLES, colour_of, heading, house_style, page, plain
from potholes.report.results import Outcome


@house_style()
def roc_figure(backbones: Sequence[Outcome], chosen: str, note: str) -> Figure:
    """One curve a backbone; with more than two classes the mean of the one-vs-rest curves."""
    figure = page(560)
    classes = backbones[0].evaluated.evaluation.classes
    kind = (
        f"positive: {plain(classes[1])}"
        if len(classes) == 2
        else (f"mean of {len(classes)} one-vs-rest curves")
    )
    heading(figure, f"ROC on the test photos ({kind})", note)
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1], color=FAINT, linewidth=0.8, label="chance  AUC 0.500")
    colours = colour_of([backbone.name for backbone in backbones])
    for index, backbone in enumerate(backbones):
        false_positives, true_positives = macro_curve(backbone.evaluated.roc)
        star = "★ " if backbone.name == chosen else ""
        axes.plot(
            false_positives,
            true_positives,
            color=colours[backbone.name],
            linestyle=LINE_STYLES[index % len(LINE_STYLES)],
            linewidth=2.4 if backbone.name == chosen else 1.4,
            label=f"{star}{plain(backbone.name)}  AUC {backbone.scores.test_auc:.3f}",
        )
    axes.set(xlim=(-0.01, 1.01), ylim=(-0.01, 1.01), aspect="equal")
    axes.set(xlabel="false positive rate", ylabel="true positive rate")
    axes.legend(loc="lower right", fontsize=9, labelcolor="black")
    return figure


def macro_curve(points: Sequence[RocPoint]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """False and true positive rates; of several classes, the true ones averaged at each false one.

    Averaged as in scikit-learn's example of a macro-averaged one-vs-rest ROC curve.
    """
    labels = dict.fromkeys(point.label for point in points)
    curves = [
        np.array(
            [(p.false_positive_rate, p.true_positive_rate) for p in points if p.label == label]
        )
        for label in labels
    ]
    if len(curves) == 1:
        return curves[0][:, 0], curves[0][:, 1]
    grid = np.unique(np.concatenate([curve[:, 0] for curve in curves]))
    heights = [np.interp(grid, curve[:, 0], curve[:, 1]) for curve in curves]
    return np.append(0.0, grid), np.append(0.0, np.mean(heights, axis=0))
