"""Scores of several backbones as dots with their intervals."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from potholes.figures.drawing import (
    WIDTH,
    Chart,
    Key,
    Table,
    line,
    linear_axis,
    marker,
    series_class,
    words,
)
from potholes.figures.lettering import cut, width

_ROW, _GAP, _TOP, _BOTTOM = 20, 10, 6, 34
_LEFT, _RIGHT = 16, 52  # room for the value at the right


@dataclass(frozen=True)
class Dot:
    """A score and its limits; None where it has no interval."""

    value: float
    low: float | None
    high: float | None
    series: int
    shape: str  # dot, square, open or bar


@dataclass(frozen=True)
class Group:
    """The scores of one backbone."""

    name: str
    dots: list[Dot]
    chosen: bool


def interval_chart(
    title: str,
    label: str,
    groups: Sequence[Group],
    numbers: Table,
    *,
    legend: Sequence[Key],
    note: str = "",
) -> Chart:
    """One row a score; the axis ends at 1, the largest score there is."""
    ends = [end for group in groups for dot in group.dots for end in (dot.value, dot.low, dot.high)]
    axis = linear_axis(label, [end for end in ends if end is not None], most=1)

    def x_of(value: float) -> float:
        return _LEFT + axis.share(value) * (WIDTH - _LEFT - _RIGHT)

    bodies, y = [], float(_TOP)
    for group in groups:
        name = f"{'★ ' if group.chosen else ''}{group.name}"
        bodies.append(
            words(
                0,
                y + 14,
                cut(name, WIDTH, bold=True),
                "t halo strong" if group.chosen else "t halo",
            )
        )
        y += _ROW
        for dot in group.dots:
            bodies += _row(dot, x_of(dot.value), y + _ROW / 2, _ends(dot, x_of))
            y += _ROW
        y += _GAP
    grid = [line(x_of(value), _TOP, x_of(value), y, "grid") for value, _ in axis.ticks]
    half = max(width(text) for _, text in axis.ticks) / 2  # at the left a text could leave
    ticks = [
        words(max(half, x_of(value)), y + 14, text, anchor="middle") for value, text in axis.ticks
    ]
    caption = words(_LEFT + (WIDTH - _LEFT - _RIGHT) / 2, y + 30, label, "t axis", "middle")
    body = "".join([*grid, *ticks, caption, *bodies])
    return Chart(title, y + _BOTTOM, body, numbers, list(legend), note)


def _ends(dot: Dot, x_of: Callable[[float], float]) -> tuple[float, float] | None:
    """Where the limits of `dot` lie; None without an interval."""
    if dot.low is None or dot.high is None:
        return None
    return x_of(dot.low), x_of(min(1.0, dot.high))


def _row(dot: Dot, x: float, y: float, ends: tuple[float, float] | None) -> list[str]:
    colour = series_class(dot.series)
    whisker = [line(ends[0], y, ends[1], y, f"{colour} whisker")] if ends else []
    value = words(WIDTH - 2, y + 4, f"{dot.value:.3f}", anchor="end")
    return [*whisker, marker(dot.shape, x, y, colour), value]
