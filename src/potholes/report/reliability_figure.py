"""Reliability diagrams: are 80 of 100 photos with probability 0.8 of a class truly of it?"""

from collections.abc import Sequence
from math import ceil

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from potholes.figures.canvas import (
    BLUE,
    FAINT,
    HEADING,
    PAGE_WIDTH,
    VERMILLION,
    heading,
    house_style,
    page,
    plain,
)
from potholes.report.results import Outcome

_WIDEST = 360  # page pixels of a panel
_TICKS = (0, 0.25, 0.5, 0.75, 1)


@house_style()
def reliability_figure(backbones: Sequence[Outcome], chosen: str, note: str) -> Figure:
    """A panel a backbone: observed share by predicted probability, before and after calibration.

    A dot is a bin of about as many photos as the others; on the diagonal probabilities are right.
    """
    columns = min(len(backbones), 3)
    rows = ceil(len(backbones) / columns)
    figure = page(HEADING + 20 + rows * (min(PAGE_WIDTH / columns, _WIDEST) + 45))
    heading(figure, "Reliability of the probabilities", note)
    grid = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True)
    for axes in grid.flat[len(backbones) :]:
        axes.set_axis_off()
    for axes, backbone in zip(grid.flat, backbones, strict=False):
        _draw(axes, backbone, star="★ " if backbone.name == chosen else "")
    for axes in grid[:, 0]:
        axes.set_ylabel("observed share")
    for index in range(len(backbones)):
        if index + columns >= len(backbones):  # the lowest of its column
            grid.flat[index].set_xlabel("predicted probability")
            grid.flat[index].tick_params(labelbottom=True)
    handles, labels = grid[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="upper right", ncols=2)
    return figure


def _draw(axes: Axes, backbone: Outcome, *, star: str) -> None:
    evaluated = backbone.evaluated
    before, after = evaluated.as_trained, evaluated.calibrated
    scores, temperature = evaluated.evaluation.metrics, evaluated.evaluation.temperature
    axes.set_title(
        f"{star}{plain(backbone.name)}: T = {temperature:.2f}\n"
        f"calibration error {scores['test_ece_before']:.3f} → {scores['test_ece']:.3f}\n"
        f"({scores['test_ece_low']:.3f} to {scores['test_ece_high']:.3f})",
        fontsize=7.5,
    )
    axes.plot([0, 1], [0, 1], color=FAINT, linewidth=0.8)
    predicted = [row.probability for row in after]
    observed = [row.observed for row in after]
    below = [max(0.0, row.observed - row.low) for row in after]
    above = [max(0.0, row.high - row.observed) for row in after]
    axes.errorbar(predicted, observed, [below, above], fmt="none", ecolor=BLUE, elinewidth=1)
    axes.plot(predicted, observed, "-o", color=BLUE, markersize=5, label="after calibration")
    if temperature == 1:  # nothing was changed
        before = []
    predicted = [row.probability for row in before]
    observed = [row.observed for row in before]
    axes.plot(
        predicted,
        observed,
        "--s",
        color=VERMILLION,
        mfc="none",
        ms=6,
        lw=1,
        label="before calibration",
    )
    axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), aspect="equal")
    axes.set(xticks=_TICKS[::2], yticks=_TICKS)
