"""Confusion matrices on the test photos: counts and shares of each true class."""

from collections.abc import Sequence
from math import ceil

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from potholes.figures.canvas import HEADING, INK, heading, house_style, page, plain
from potholes.report.results import Outcome

_PERCENT_UP_TO = 8  # classes; with more a cell has room for the count only
_NUMBERS_UP_TO = 30
_DARK = 0.55  # share of a row from which a cell's text is white


@house_style()
def confusion_figure(backbones: Sequence[Outcome], chosen: str, note: str) -> Figure:
    """One matrix a backbone: truth down, prediction across, count and % of the row in each cell."""
    classes = len(backbones[0].evaluated.evaluation.classes)
    columns = min(len(backbones), 3 if classes <= 3 else 2 if classes <= 5 else 1)
    rows = ceil(len(backbones) / columns)
    side = min(600 / columns, 420) if columns == 1 else 600 / columns
    figure = page(HEADING + rows * (side + 30))
    heading(
        figure,
        "Confusion matrices, test photos (rows: true class, columns: prediction)",
        note,
    )
    grid = figure.subplots(rows, columns, squeeze=False)
    for axes in grid.flat[len(backbones) :]:
        axes.set_axis_off()
    for axes, backbone in zip(grid.flat, backbones, strict=False):
        star = "★ " if backbone.name == chosen else ""
        _draw(
            axes, backbone, f"{star}{plain(backbone.name)}: accuracy {backbone.scores.test_acc:.3f}"
        )
    return figure


def _draw(axes: Axes, backbone: Outcome, title: str) -> None:
    counts = np.array(backbone.evaluated.evaluation.confusion)
    shares = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    axes.imshow(shares, cmap="Blues", vmin=0, vmax=1.15)
    axes.grid(visible=False)
    axes.spines[:].set_visible(False)
    axes.set_title(title)
    indices = range(len(counts))
    names = [plain(name, 12) for name in backbone.evaluated.evaluation.classes]
    many = len(names) > 3
    axes.set_xticks(indices, names, rotation=90 if many else 0)
    axes.set_yticks(indices, names, rotation=0 if many else 90, va="center")
    axes.tick_params(length=0)
    if len(names) > _NUMBERS_UP_TO:
        return
    size = 9 if len(names) <= 3 else 6.5
    for row in indices:
        for column in indices:
            share = shares[row, column]
            text = f"{counts[row, column]}\n{share:.0%}"
            if len(names) > _PERCENT_UP_TO:
                text = f"{counts[row, column] or ''}"
            axes.text(
                column,
                row,
                text,
                ha="center",
                va="center",
                color="white" if share > _DARK else INK,
                fontsize=size,
            )
