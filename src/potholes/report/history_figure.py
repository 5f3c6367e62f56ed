"""How the heads learned: loss, accuracy and AUC by epoch, a row of panels a backbone."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from potholes.figures.canvas import (
    BLUE,
    FAINT,
    HEADING,
    VERMILLION,
    heading,
    house_style,
    page,
    plain,
)
from potholes.head.tables import Epoch
from potholes.report.results import Outcome

_TRAIN = {"color": BLUE, "linestyle": "-", "label": "train"}
_VALIDATION = {"color": VERMILLION, "linestyle": "--", "label": "validation"}
_BEST = {"color": FAINT, "linestyle": ":", "linewidth": 1.2, "label": "best epoch"}
_PANELS = (
    ("loss", "train_loss", "val_loss"),
    ("accuracy", "train_acc", "val_acc"),
    ("AUC", None, "val_auc"),
)
_FEW = 30  # epochs: up to here every one gets a dot


@house_style()
def history_figure(backbones: Sequence[Outcome], note: str) -> Figure:
    """Train and validation curves of every backbone, the best epoch marked with its values.

    The backbones share their axes, so that heights can be compared down a column.
    """
    figure = page(HEADING + 20 + 150 * len(backbones))
    heading(figure, "Training of the heads", note)
    grid = figure.subplots(len(backbones), len(_PANELS), sharex=True, sharey="col", squeeze=False)
    for row, backbone in zip(grid, backbones, strict=True):
        row[0].set_ylabel(plain(backbone.name), fontweight="bold", color="black")
        for axes, (title, train, validation) in zip(row, _PANELS, strict=True):
            _draw(axes, backbone, train, validation)
            best = _at(backbone.history, backbone.scores.best_epoch)
            value = f"{getattr(best, validation):.3f}" if best else "missing"
            axes.set_title(
                f"val {title} {value} (epoch {backbone.scores.best_epoch})", fontsize=7.5
            )
    for axes in grid[-1]:
        axes.set_xlabel("epoch")
    # Line2D by hand: the legend stands for every panel
    keys = [Line2D([], [], **style) for style in (_TRAIN, _VALIDATION, _BEST)]
    figure.legend(handles=keys, loc="upper right", ncols=3)
    return figure


def _draw(axes: Axes, backbone: Outcome, train: str | None, validation: str) -> None:
    epochs = [epoch.epoch for epoch in backbone.history]
    dots = {"marker": ".", "markersize": 4} if len(epochs) <= _FEW else {}
    for column, style in ((train, _TRAIN), (validation, _VALIDATION)):
        if column is not None:
            values = [getattr(epoch, column) for epoch in backbone.history]
            axes.plot(epochs, values, **style, **dots)  # type: ignore[arg-type]
    axes.axvline(backbone.scores.best_epoch, **_BEST)  # type: ignore[arg-type]
    best = _at(backbone.history, backbone.scores.best_epoch)
    if best:
        axes.plot([best.epoch], [getattr(best, validation)], "D", color=VERMILLION, markersize=5)
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.margins(y=0.08)


def _at(history: Sequence[Epoch], epoch: int) -> Epoch | None:
    return next((row for row in history if row.epoch == epoch), None)
