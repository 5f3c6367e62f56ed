"""Reliability diagrams: do 80 of 100 photos of which 0.8 is said come true?"""

from collections.abc import Sequence
from math import ceil

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from potholes.plots.canvas import (
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
from potholes.results import Depth

_WIDEST = 360  # page pixels of a panel
_TICKS = (0, 0.25, 0.5, 0.75, 1)


@house_style()
def reliability_figure(depths: Sequence[Depth], chosen: str, note: str) -> Figure:
    """A panel a depth: share observed by probability, before and after, the latter with intervals.

    A dot is a bin of about as many photos as the others; on the diagonal probabilities are right.
    """
    columns = min(len(depths), 3)
    rows = ceil(len(depths) / columns)
    figure = page(HEADING + 20 + rows * (min(PAGE_WIDTH / columns, _WIDEST) + 45))
    heading(figure, "Do the probabilities come true?", note)
    grid = figure.subplots(rows, columns, squeeze=False, sharex=True, sharey=True)
    for axes in grid.flat[len(depths) :]:
        axes.set_axis_off()
    for axes, depth in zip(grid.flat, depths, strict=False):
        _draw(axes, depth, star="★ " if depth.name == chosen else "")
    for axes in grid[:, 0]:
        axes.set_ylabel("share observed")
    for place in range(len(depths)):
        if place + columns >= len(depths):  # the lowest of its column
            grid.flat[place].set_xlabel("probability said")
            grid.flat[place].tick_params(labelbottom=True)
    handles, labels = grid[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, loc="upper right", ncols=2)
    return figure


def _draw(axes: Axes, depth: Depth, *, star: str) -> None:
    scores, (before, after) = depth.evaluation.metrics, depth.reliability
    axes.set_title(
        f"{star}{plain(depth.name)}: T = {depth.evaluation.temperature:.2f}\n"
        f"error {scores['test_ece_before']:.3f} → {scores['test_ece']:.3f}\n"
        f"({scores['test_ece_low']:.3f} to {scores['test_ece_high']:.3f})",
        fontsize=7.5,
    )
    axes.plot([0, 1], [0, 1], color=FAINT, linewidth=0.8)
    said = [row.probability for row in after]
    observed = [row.observed for row in after]
    below = [max(0.0, row.observed - row.low) for row in after]
    above = [max(0.0, row.high - row.observed) for row in after]
    axes.errorbar(said, observed, [below, above], fmt="none", ecolor=BLUE, elinewidth=1)
    axes.plot(said, observed, "-o", color=BLUE, markersize=5, label="as served")
    if depth.evaluation.temperature == 1:  # nothing was changed
        before = []
    said = [row.probability for row in before]
    observed = [row.observed for row in before]
    axes.plot(said, observed, "--s", color=VERMILLION, mfc="none", ms=6, lw=1, label="as trained")
    axes.set(xlim=(-0.03, 1.03), ylim=(-0.03, 1.03), aspect="equal")
    axes.set(xticks=_TICKS[::2], yticks=_TICKS)
