"""What every figure shares: axes with round ticks, SVG elements, tables of numbers.

Figures are SVG text without colours of their own: classes `s0`, `s1`, … take them from a style
sheet made in `palette`, on the page in light and in dark. No attribute `style`: the page's policy
forbids it.
"""

import base64
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from html import escape

from potholes.figures.palette import COLOURS, DASHES
from potholes.figures.phrases import shown

WIDTH = 360  # units of a figure's viewBox: about the width of a telephone, so text stays readable


@dataclass(frozen=True)
class Table:
    """Rows of text under a header; the first cell of a row names it."""

    header: list[str]
    rows: list[list[str]]
    marked: int | None = None  # the row that is set off: the chosen backbone's

    def __post_init__(self) -> None:
        assert len(set(self.header)) == len(self.header), self.header
        assert {len(row) for row in self.rows} <= {len(self.header)}, self.header


def data_uri(kind: str, data: bytes) -> str:
    """A picture of a kind (`webp`, `jpeg`) as an address that a page holds itself."""
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


@dataclass(frozen=True)
class Key:
    """One entry of a figure's legend."""

    series: int
    text: str
    shape: str = "line"  # line, thick, dot, square, open or bar
    dash: int = 0  # of a line


@dataclass(frozen=True)
class Chart:
    """A figure as SVG elements `height` units high, its legend, and the numbers that it draws."""

    title: str
    height: float
    body: str
    numbers: Table
    legend: list[Key] = field(default_factory=list)
    note: str = ""

    @property
    def svg(self) -> str:
        """A drawing of WIDTH units, named by its title for who cannot see it."""
        return (
            f'<svg viewBox="0 0 {WIDTH} {_attribute(self.height)}" role="img" '
            f'aria-label="{escape(shown(self.title))}">{self.body}</svg>'
        )


@dataclass(frozen=True)
class Axis:
    """From `low` to `high`, on a log scale where `log` says so, with ticks and their texts."""

    label: str
    low: float
    high: float
    ticks: tuple[tuple[float, str], ...]
    log: bool = False

    def share(self, value: float) -> float:
        """Where `value` lies, 0 at the low end and 1 at the high one."""
        if self.log:
            return math.log(value / self.low) / math.log(self.high / self.low)
        return (value - self.low) / (self.high - self.low)


def linear_axis(
    label: str, values: Iterable[float], *, least: float | None = None, most: float | None = None
) -> Axis:
    """An axis over `values` that ends at round numbers, but never beyond `least` and `most`."""
    known = list(values) or [0.0, 1.0]
    low, high = min(known), max(known)
    if high - low < 0.02:
        low, high = low - 0.01, high + 0.01
    step = _round_step((high - low) / 5)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    if most is not None:
        last = min(last, math.floor(most / step + 1e-9))
    if least is not None:
        first = max(first, math.ceil(least / step - 1e-9))
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    ticks = tuple((i * step, f"{i * step:.{decimals}f}") for i in range(first, last + 1))
    return Axis(label, ticks[0][0], max(ticks[-1][0], min(high, most or high)), ticks)


def share_axis(label: str) -> Axis:
    """From 0 to 1."""
    return linear_axis(label, [0, 1])


def log_axis(label: str, sizes: Sequence[float], count: int = 4) -> Axis:
    """A log axis over `sizes` with about `count` of them as ticks, the largest among them."""
    known = sorted(set(sizes))
    shown = known[:: -max(1, len(known) // count)]
    low, high = known[0], known[-1] if known[-1] > known[0] else known[0] * 2
    return Axis(label, low, high, tuple((x, f"{x:,.0f}") for x in sorted(shown)), log=True)


def element(name: str, content: str = "", **attributes: str | float) -> str:
    """An SVG element; `class_` is class, `stroke_width` is stroke-width. Content is markup."""
    pairs = [(key.rstrip("_").replace("_", "-"), value) for key, value in attributes.items()]
    written = "".join(f' {key}="{escape(_attribute(value))}"' for key, value in pairs)
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def words(x: float, y: float, text: str, class_: str = "", anchor: str = "start") -> str:
    """Text in an SVG, escaped."""
    return element("text", escape(shown(text)), x=x, y=y, class_=class_ or "t", text_anchor=anchor)


def line(x1: float, y1: float, x2: float, y2: float, class_: str) -> str:
    """A straight line."""
    return element("line", x1=x1, y1=y1, x2=x2, y2=y2, class_=class_)


def marker(shape: str, x: float, y: float, class_: str) -> str:
    """A `dot`, `square`, `open` dot or upright `bar`, in the colour of its series."""
    if shape == "bar":
        return line(x, y - 6, x, y + 6, f"{class_} whisker")
    if shape == "square":
        return element("rect", x=x - 3.5, y=y - 3.5, width=7, height=7, class_=f"{class_} fill")
    kind = "hollow" if shape == "open" else "fill"
    return element("circle", cx=x, cy=y, r=4, class_=f"{class_} {kind}")


def series_class(index: int) -> str:
    """The class of the index-th series; colours repeat after seven."""
    return f"s{index % COLOURS}"


def dash_class(index: int) -> str:
    """The class of the index-th way of dashing, with a space before it; empty for a solid line."""
    return f" dash{index % DASHES}" if index % DASHES else ""


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is at least `least`."""
    power = 10.0 ** math.floor(math.log10(least) + 1e-9)
    return next(m * power for m in (1, 2, 5, 10) if m * power >= least * (1 - 1e-9))


def _attribute(value: str | float) -> str:
    if isinstance(value, str):
        return value
    return f"{value:.1f}".removesuffix(".0")
