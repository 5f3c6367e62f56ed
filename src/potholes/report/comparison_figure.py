"""The backbones against each other: fit, scores and cost, the chosen one starred."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from potholes.figures.canvas import BLUE, HEADING, INK, ORANGE, heading, house_style, page, plain
from potholes.report.results import Outcome
from potholes.wording import megabytes

_BAR = 0.5  # of the distance between two backbones
_OFFSET = 0.28  # of the cross-validated and the test's dot from their backbone's line


@house_style()
def comparison_figure(backbones: Sequence[Outcome], chosen: str, note: str) -> Figure:
    """Stability gaps, scores with intervals, model size and train time of every backbone."""
    figure = page(HEADING + 3 * (46 + 34 * len(backbones)) + 24 * len(backbones))
    heading(figure, f"Comparison of the backbones; ★ selected: {plain(chosen)}", note)
    ratios = [1, 1 + 0.7 * len(backbones) / (1 + len(backbones)), 1]
    grid = figure.subplots(3, 2, sharey=True, height_ratios=ratios)
    names = [
        f"{'★ ' if backbone.name == chosen else ''}{plain(backbone.name)}" for backbone in backbones
    ]
    gaps, scores, costs = grid
    _bars(gaps[0], backbones, "Stability_loss (smaller is better)", _loss_gap, "{:.4f}")
    _bars(gaps[1], backbones, "Stability_acc (smaller is better)", _accuracy_gap, "{:.4f}")
    _dots(scores[0], backbones, "acc", "Accuracy:  ◆ CV  ○ val  ■ test")
    _dots(scores[1], backbones, "auc", "AUC:  ◆ CV  ○ val  ■ test")
    _sizes(costs[0], backbones)
    _times(costs[1], backbones)
    grid[0, 0].set_yticks(range(len(backbones)), names)
    grid[0, 0].set_ylim(len(backbones) - 0.5, -0.5)
    for axes in grid.flat:
        axes.tick_params(axis="y", length=0)
        axes.grid(axis="y", visible=False)
        axes.xaxis.set_major_locator(MaxNLocator(4))
    for axes in grid[:, 0]:
        for label, backbone in zip(axes.get_yticklabels(), backbones, strict=True):
            label.set(fontweight="bold" if backbone.name == chosen else "normal", fontsize=8)
    return figure


def _loss_gap(backbone: Outcome) -> float:
    return backbone.scores.stability_loss


def _accuracy_gap(backbone: Outcome) -> float:
    return backbone.scores.stability_acc


def _bars(
    axes: Axes,
    backbones: Sequence[Outcome],
    title: str,
    of: Callable[[Outcome], float],
    form: str,
) -> None:
    values = [of(backbone) for backbone in backbones]
    axes.barh(range(len(values)), values, height=_BAR, color=BLUE)
    _finish(axes, title, values, [form.format(value) for value in values])


def _sizes(axes: Axes, backbones: Sequence[Outcome]) -> None:
    values = [backbone.scores.model_bytes / 1e6 for backbone in backbones]
    axes.barh(range(len(values)), values, height=_BAR, color=BLUE)
    _finish(
        axes, "Model size, MB", values, [megabytes(one.scores.model_bytes) for one in backbones]
    )


def _times(axes: Axes, backbones: Sequence[Outcome]) -> None:
    extraction = [backbone.time.extraction for backbone in backbones]
    head = [backbone.time.head for backbone in backbones]
    axes.barh(range(len(backbones)), extraction, height=_BAR, color=BLUE)
    axes.barh(
        range(len(backbones)),
        head,
        left=extraction,
        height=_BAR,
        color=ORANGE,
        hatch="////",
        ec=INK,
    )
    totals = [backbone.time.total for backbone in backbones]
    texts = [str(backbone.time) for backbone in backbones]
    _finish(axes, "Train time, s:  features + head", totals, texts)


def _finish(axes: Axes, title: str, values: Sequence[float], texts: Sequence[str]) -> None:
    axes.set_title(title)
    most = max(values, default=0) or 1
    axes.set_xlim(0, most * 1.4)  # room for the numbers
    for index, (value, text) in enumerate(zip(values, texts, strict=True)):
        axes.text(value + most * 0.03, index, text, va="center")


@dataclass(frozen=True)
class _Dot:
    """A score as it is drawn; no whisker where low and high are the value."""

    marker: str
    offset: float  # from the backbone's line
    fill: str
    value: float
    low: float
    high: float


def _dots_of(backbone: Outcome, measure: str) -> list[_Dot]:
    def of(kind: str, end: str = "") -> float | None:
        return getattr(backbone.scores, f"{kind}_{measure}{end}")  # type: ignore[no-any-return]

    drawn = [("cv", "D", -_OFFSET, BLUE), ("best", "o", 0.0, "white"), ("test", "s", _OFFSET, BLUE)]
    dots = []
    for kind, marker, offset, fill in drawn:
        value = of(kind)
        if value is None:  # fewer than two folds hold out every class
            continue
        low, high = (value, value) if kind == "best" else (of(kind, "_low"), of(kind, "_high"))
        assert low is not None
        assert high is not None
        dots.append(_Dot(marker, offset, fill, value, low, high))
    return dots


def _dots(axes: Axes, backbones: Sequence[Outcome], measure: str, title: str) -> None:
    axes.set_title(title)
    rows = [_dots_of(backbone, measure) for backbone in backbones]
    lows, highs = ([getattr(dot, end) for row in rows for dot in row] for end in ("low", "high"))
    span = max(max(highs) - min(lows), 0.02)
    axes.set_xlim(min(lows) - 0.05 * span, max(highs) + 0.25 * span)
    for index, row in enumerate(rows):
        for dot in row:
            height = index + dot.offset
            axes.plot([dot.low, dot.high], [height, height], color=BLUE, linewidth=1, zorder=1)
            axes.plot(
                [dot.value], [height], dot.marker, mec=BLUE, mfc=dot.fill, mew=1.4, markersize=5
            )
            axes.text(dot.high + 0.05 * span, height, f"{dot.value:.3f}", va="center", fontsize=7)
    # beyond 1 there is room for the numbers, but no score
    axes.xaxis.set_major_formatter(FuncFormatter(lambda x, _: f"{x:.3g}" if x < 1.0001 else ""))
