"""Scores by the number of labelled photos, and the expected gain from twice as many."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, ScalarFormatter

from potholes.crossvalidation.tables import CurvePoint
from potholes.figures.canvas import (
    HEADING,
    LINE_STYLES,
    MARKERS,
    colour_of,
    heading,
    house_style,
    page,
    plain,
)
from potholes.report.results import Outcome

_TICKS = 4  # about so many of the sizes, the largest among them: more would run into each other


@house_style()
def learning_curve_figure(backbones: Sequence[Outcome], note: str) -> Figure:
    """Accuracy and AUC of every backbone by number of photos (log scale), with bands.

    Bands are intervals of the means; the legend has the gain in accuracy from twice the photos.
    """
    curves = {backbone.name: backbone.curve for backbone in backbones}
    figure = page(HEADING + 215 + 17 * len(curves))
    heading(figure, "Learning curve: expected gain from more labelled photos", note)
    left, right = figure.subplots(1, 2)
    _draw(left, curves, "acc", "Accuracy, cross-validated")
    _draw(right, curves, "auc", "AUC, cross-validated")
    labels = [f"{plain(backbone.name)}  {backbone.cross_validated.gain}" for backbone in backbones]
    figure.legend(left.lines, labels, loc="outside lower left")
    return figure


def _draw(axes: Axes, curves: Mapping[str, Sequence[CurvePoint]], measure: str, title: str) -> None:
    axes.set_title(title)
    axes.set_xscale("log")
    colours = colour_of(list(curves))
    for index, (name, points) in enumerate(curves.items()):
        known = [point for point in points if getattr(point, measure) is not None]
        photos = [point.photos for point in known]
        values, low, high = (
            [getattr(point, f"{measure}{end}") for point in known] for end in ("", "_low", "_high")
        )
        axes.fill_between(photos, low, high, color=colours[name], alpha=0.12, linewidth=0)
        axes.plot(
            photos,
            values,
            color=colours[name],
            linestyle=LINE_STYLES[index % len(LINE_STYLES)],
            marker=MARKERS[index % len(MARKERS)],
            markersize=4,
        )
    sizes = sorted({point.photos for points in curves.values() for point in points})
    axes.set_xticks(sizes[:: -(len(sizes) // _TICKS or 1)])
    axes.xaxis.set_major_formatter(ScalarFormatter())
    axes.xaxis.set_minor_formatter(NullFormatter())
    axes.tick_params(axis="x", which="minor", length=0)
    axes.set_xlabel("labelled photos")
