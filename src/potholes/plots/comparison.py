"""The depths against each other: fit, scores and cost, the chosen one starred."""

from collections.abc import Callable, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from potholes.plots.canvas import (
    BLUE,
    GRID,
    HEADING,
    INK,
    ORANGE,
    heading,
    house_style,
    page,
    plain,
)
from potholes.results import Depth
from potholes.wording import megabytes

_BAR = 0.5  # of the distance between two depths
_OFFSET = 0.19  # of the validation's and the test's dot from their depth's line


@house_style()
def comparison_figure(depths: Sequence[Depth], chosen: str, note: str) -> Figure:
    """Stability gaps, accuracy, AUC, model size and train time of every depth, with numbers."""
    figure = page(HEADING + 3 * (46 + 34 * len(depths)))
    heading(figure, f"Comparison: {plain(chosen)} is chosen (★)", note)
    grid = figure.subplots(3, 2, sharey=True)
    names = [f"{'★ ' if depth.name == chosen else ''}{plain(depth.name)}" for depth in depths]
    gaps, scores, costs = grid
    _bars(gaps[0], depths, "Stability gap of the loss (less is better)", _loss_gap, "{:.4f}")
    _bars(gaps[1], depths, "Stability gap of the accuracy", _accuracy_gap, "{:.4f}")
    accuracies = [(row.scores.best_acc, row.scores.test_acc) for row in depths]
    aucs = [(row.scores.best_auc, row.scores.test_auc) for row in depths]
    _dots(scores[0], accuracies, "Accuracy:  ○ validation  ■ test")
    _dots(scores[1], aucs, "AUC:  ○ validation  ■ test")
    _sizes(costs[0], depths)
    _times(costs[1], depths)
    grid[0, 0].set_yticks(range(len(depths)), names)
    grid[0, 0].set_ylim(len(depths) - 0.5, -0.5)
    for axes in grid.flat:
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="y", visible=False)
        axes.xaxis.set_major_locator(MaxNLocator(4))
    for axes in grid[:, 0]:
        for label, depth in zip(axes.get_yticklabels(), depths, strict=True):
            label.set(fontweight="bold" if depth.name == chosen else "normal", fontsize=8)
    return figure


def _loss_gap(depth: Depth) -> float:
    return depth.scores.stability_loss


def _accuracy_gap(depth: Depth) -> float:
    return depth.scores.stability_acc


def _bars(
    axes: Axes, depths: Sequence[Depth], title: str, of: Callable[[Depth], float], form: str
) -> None:
    values = [of(depth) for depth in depths]
    axes.barh(range(len(values)), values, height=_BAR, color=BLUE)
    _finish(axes, title, values, [form.format(value) for value in values])


def _sizes(axes: Axes, depths: Sequence[Depth]) -> None:
    values = [depth.scores.model_bytes / 1e6 for depth in depths]
    axes.barh(range(len(values)), values, height=_BAR, color=BLUE)
    _finish(axes, "Model size, MB", values, [megabytes(d.scores.model_bytes) for d in depths])


def _times(axes: Axes, depths: Sequence[Depth]) -> None:
    extraction = [depth.time.extraction for depth in depths]
    head = [depth.time.head for depth in depths]
    axes.barh(range(len(depths)), extraction, height=_BAR, color=BLUE)
    axes.barh(
        range(len(depths)), head, left=extraction, height=_BAR, color=ORANGE, hatch="////", ec=INK
    )
    totals = [depth.time.total for depth in depths]
    texts = [str(depth.time) for depth in depths]
    _finish(axes, "Train time, s:  features + head", totals, texts)


def _finish(axes: Axes, title: str, values: Sequence[float], texts: Sequence[str]) -> None:
    axes.set_title(title)
    most = max(values, default=0) or 1
    axes.set_xlim(0, most * 1.4)  # room for the numbers
    for place, (value, text) in enumerate(zip(values, texts, strict=True)):
        axes.text(value + most * 0.03, place, text, va="center")


def _dots(axes: Axes, pairs: Sequence[tuple[float, float]], title: str) -> None:
    axes.set_title(title)
    values = [value for pair in pairs for value in pair]
    span = max(max(values) - min(values), 0.02)
    left = min(values) - 0.3 * span
    axes.set_xlim(left, max(values) + 0.5 * span)
    for place, pair in enumerate(pairs):
        for value, offset, marker, fill in zip(
            pair, (-_OFFSET, _OFFSET), "os", ("white", BLUE), strict=True
        ):
            height = place + offset
            axes.plot([left, value], [height, height], color=GRID, zorder=1)
            axes.plot([value], [height], marker, mec=BLUE, mfc=fill, mew=1.4, markersize=6)
            axes.text(value + 0.06 * span, height, f"{value:.3f}", va="center")
    # beyond 1 there is room for the numbers, but no score
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.3g}" if x < 1.0001 else ""))
