"""Curves over a number: history, ROC, precision and recall, reliability, learning curve."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from potholes.figures.drawing import (
    WIDTH,
    Axis,
    Chart,
    Key,
    Table,
    dash_class,
    element,
    line,
    marker,
    series_class,
    words,
)
from potholes.figures.lettering import cut, width

_HEIGHT = 250
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 14, 26, 40  # of the field's edges from the drawing's

Place = Callable[[float], float]


@dataclass(frozen=True)
class Curve:
    """Points (x, y) of one series and how they are drawn."""

    name: str
    series: int
    points: Sequence[tuple[float, float]]
    band: Sequence[tuple[float, float]] = field(default_factory=list)  # low and high of each point
    area: Sequence[tuple[float, float]] = field(default_factory=list)  # corners of a shaded one
    dash: int = 0  # one of the ways of dashing, 0: solid
    thick: bool = False  # drawn first, so that it hides no other
    joined: bool = True  # else dots, each with its interval as a bar
    dots: bool = False
    shape: str = "dot"  # of the dots: dot or square


@dataclass(frozen=True)
class Note:
    """A mark on a figure: an open dot at (x, y), or an upright line with a text where y is None."""

    x: float
    y: float | None = None
    series: int = 0
    text: str = ""
    low: bool = False  # the text stands at the line's foot


def line_chart(
    title: str,
    across: Axis,
    up: Axis,
    curves: Sequence[Curve],
    numbers: Table,
    *,
    notes: Sequence[Note] = (),
    diagonal: bool = False,
    legend: Sequence[Key] | None = None,
    note: str = "",
) -> Chart:
    """`curves` on two axes; `diagonal` draws y = x, `notes` mark places. Legend: the curves.

    A place beyond an axis, such as an interval's end above 1, is drawn at the axis's end.
    """

    def x_of(value: float) -> float:
        return _LEFT + _inside(across.share(value)) * (WIDTH - _LEFT - _RIGHT)

    def y_of(value: float) -> float:
        return _HEIGHT - _BOTTOM - _inside(up.share(value)) * (_HEIGHT - _TOP - _BOTTOM)

    parts = _grid(across, up, x_of, y_of)
    if diagonal:
        parts.append(line(x_of(0), y_of(0), x_of(1), y_of(1), "chance"))
    parts += [part for curve in curves for part in _band(curve, x_of, y_of)]
    ordered = sorted(curves, key=lambda curve: not curve.thick)
    parts += [part for curve in ordered for part in _curve(curve, x_of, y_of)]
    parts += [part for mark in notes for part in _mark(mark, x_of, y_of)]
    keys = [_key(curve) for curve in curves] if legend is None else list(legend)
    return Chart(title, _HEIGHT, "".join(parts), numbers, keys, note)


def _inside(share: float) -> float:
    return min(1.0, max(0.0, share))


def _key(curve: Curve) -> Key:
    shape = curve.shape if not curve.joined else "thick" if curve.thick else "line"
    return Key(curve.series, curve.name, shape, curve.dash)


def _grid(across: Axis, up: Axis, x_of: Place, y_of: Place) -> list[str]:
    bottom, right = _HEIGHT - _BOTTOM, WIDTH - _RIGHT
    parts = [words(2, 14, cut(up.label, WIDTH - 4), "t axis")]
    for value, text in up.ticks:
        parts.append(line(_LEFT, y_of(value), right, y_of(value), "grid"))
        parts.append(words(_LEFT - 6, y_of(value) + 4, text, anchor="end"))
    free = float(WIDTH)  # where the text at the right begins: the next one must end before
    for value, text in reversed(across.ticks):
        parts.append(line(x_of(value), bottom, x_of(value), bottom + 4, "tick"))
        half = width(text) / 2
        x = min(x_of(value), WIDTH - half)
        if x + half <= free:
            parts.append(words(x, bottom + 16, text, anchor="middle"))
            free = x - half - 6
    parts.append(line(_LEFT, bottom, right, bottom, "tick"))
    label = cut(across.label, right - _LEFT)
    parts.append(words((_LEFT + right) / 2, _HEIGHT - 6, label, "t axis", "middle"))
    return parts


def _band(curve: Curve, x_of: Place, y_of: Place) -> list[str]:
    corners = list(curve.area)
    if curve.band and curve.joined:
        limits = [(x, own) for (x, _), own in zip(curve.points, curve.band, strict=True)]
        corners += [(x, high) for x, (_, high) in limits]
        corners += [(x, low) for x, (low, _) in reversed(limits)]
    if not corners:
        return []
    outline = _path([(x_of(x), y_of(y)) for x, y in corners])
    return [element("polygon", points=outline, class_=f"{series_class(curve.series)} band")]


def _curve(curve: Curve, x_of: Place, y_of: Place) -> list[str]:
    colour = series_class(curve.series)
    places = [(x_of(x), y_of(y)) for x, y in curve.points]
    parts = []
    if curve.joined:
        kind = f"{colour} curve{dash_class(curve.dash)}{' thick' if curve.thick else ''}"
        parts.append(element("polyline", points=_path(places), class_=kind))
    else:
        for (x, _), (low, high) in zip(places, curve.band, strict=True):
            parts.append(line(x, y_of(low), x, y_of(high), f"{colour} whisker"))
    if curve.dots or not curve.joined:
        parts += [marker(curve.shape, x, y, colour) for x, y in places]
    return parts


def _mark(mark: Note, x_of: Place, y_of: Place) -> list[str]:
    x = x_of(mark.x)
    side, anchor = (6, "start") if x + 6 + width(mark.text, bold=True) < WIDTH else (-6, "end")
    if mark.y is None:
        upright = line(x, _TOP, x, _HEIGHT - _BOTTOM, "upright")
        height = _HEIGHT - _BOTTOM - 8 if mark.low else _TOP + 10
        return [upright, words(x + side, height, mark.text, "t note", anchor)]
    return [marker("open", x, y_of(mark.y), series_class(mark.series))]


def _path(places: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
