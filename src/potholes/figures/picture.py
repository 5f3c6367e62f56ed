"""Charts under one heading as a picture: composed as SVG, stored as PNG."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import resvg_py

from potholes.figures.drawing import (
    WIDTH,
    Chart,
    Key,
    dash_class,
    element,
    line,
    marker,
    series_class,
    words,
)
from potholes.figures.lettering import font_files, width, wrapped
from potholes.figures.palette import LIGHT, picture_rules

STORED = 2  # times the size that a picture has on a page
_MARGIN, _GAP = 12, 24
_PAGE = 2 * WIDTH + _GAP + 2 * _MARGIN  # 768 pixels
_TITLE, _TEXT = 12.5, 11  # sizes of letters
_LINE, _KEY = 16, 34  # a line of text; a legend's sign with the space behind it


@dataclass(frozen=True)
class Picture:
    """What a PNG holds: `rows` of charts under a heading and a note, remarks at the foot."""

    heading: str
    note: str
    charts: Sequence[Chart]
    columns: int = 2
    remarks: Sequence[str] = ()


def write_picture(path: Path, picture: Picture) -> None:
    """Write a PNG of twice the size of a page 768 pixels wide, with the same bytes each time."""
    write_svg(path, compose(picture), STORED)


def write_svg(path: Path, svg: str, zoom: float) -> None:
    """Draw `svg` and write it as a PNG, which holds neither a date nor a version."""
    data = resvg_py.svg_to_bytes(
        svg_string=svg,
        zoom=zoom,
        background=LIGHT["paper"],
        skip_system_fonts=True,
        font_files=[str(file) for file in font_files()],
        font_family="DejaVu Sans",
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def compose(picture: Picture) -> str:
    """The whole picture as one SVG document."""
    room = _PAGE - 2 * _MARGIN
    parts, y = [], float(_MARGIN)
    for text in wrapped(picture.heading, room, 15, bold=True):
        y += 20
        parts.append(words(_MARGIN, y, text, "t heading"))
    for text in wrapped(picture.note, room, 12):
        y += 17
        parts.append(words(_MARGIN, y, text, "t quiet"))
    y += 14
    scale = 1.0 if picture.columns > 1 else min(1.6, room / WIDTH)
    for first in range(0, len(picture.charts), picture.columns):
        row = picture.charts[first : first + picture.columns]
        titles = [wrapped(chart.title, WIDTH, _TITLE, bold=True) for chart in row]
        top = max(map(len, titles)) * _LINE + 6
        heights = []
        for column, (chart, title) in enumerate(zip(row, titles, strict=True)):
            body, height = _panel(chart, title, top)
            x = _MARGIN + column * (WIDTH + _GAP)
            parts.append(element("g", body, transform=f"translate({x} {y:.1f}) scale({scale})"))
            heights.append(height * scale)
        y += max(heights) + 14
    for remark in picture.remarks:
        for text in wrapped(remark, room, 12):
            y += 17
            parts.append(words(_MARGIN, y, text, "t quiet"))
    return document(_PAGE, y + _MARGIN, parts)


def document(across: float, down: float, parts: Sequence[str]) -> str:
    """An SVG document of its own: with its size and its style, on paper."""
    style = f"text {{ font-family: 'DejaVu Sans'; }}\n{picture_rules()}{_MORE_RULES}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{across:g}" height="{down:g}" '
        f'viewBox="0 0 {across:g} {down:g}"><style>{style}</style>{"".join(parts)}</svg>'
    )


_MORE_RULES = f"""\
.t.heading {{ font-size: 15px; font-weight: 700; }}
.t.quiet {{ font-size: 12px; fill: {LIGHT["faint"]}; }}
.t.title {{ font-size: {_TITLE}px; font-weight: 700; }}
.t.small {{ fill: {LIGHT["faint"]}; }}
.t.count {{ font-size: 15px; font-weight: 700; }}
.t.tiny {{ font-size: 8px; }}
.cell {{ stroke: {LIGHT["rule"]}; stroke-width: 1; }}
.right {{ fill: {LIGHT["s0"]}; }}
.wrong {{ fill: {LIGHT["s1"]}; }}
.h0 {{ fill-opacity: 0; }} .h1 {{ fill-opacity: .1; }} .h2 {{ fill-opacity: .17; }}
.h3 {{ fill-opacity: .25; }} .h4 {{ fill-opacity: .33; }}
"""


def _panel(chart: Chart, title: Sequence[str], top: float) -> tuple[str, float]:
    """A chart with its title, legend and note, and the height of all that."""
    parts = [words(0, (index + 1) * _LINE - 4, text, "t title") for index, text in enumerate(title)]
    parts.append(element("g", chart.body, transform=f"translate(0 {top:.1f})"))
    y = top + chart.height + 6
    for x, y_in, key in _places(chart.legend, y):
        lines = wrapped(key.text, WIDTH - _KEY)
        parts.append(element("g", sign(key), transform=f"translate({x:.1f} {y_in + 2:.1f})"))
        parts += [
            words(x + _KEY, y_in + 12 + index * _LINE, text) for index, text in enumerate(lines)
        ]
        y = max(y, y_in + len(lines) * _LINE)
    for text in wrapped(chart.note, WIDTH) if chart.note else []:
        y += _LINE
        parts.append(words(0, y, text, "t small"))
    return "".join(parts), y + 6


def _places(keys: Sequence[Key], y: float) -> Iterator[tuple[float, float, Key]]:
    """Where the entries of a legend stand: side by side as far as there is room."""
    x = 0.0
    for key in keys:
        need = _KEY + width(key.text)
        if x and x + need > WIDTH:
            x, y = 0.0, y + _LINE
        yield x, y, key
        x += need + 18
        if need > WIDTH:  # it takes more than a line
            y += len(wrapped(key.text, WIDTH - _KEY)) * _LINE
            x = 0.0


def sign(key: Key) -> str:
    """The sign of an entry of a legend, 26 units wide and 12 high."""
    colour = series_class(key.series)
    if key.shape in ("line", "thick"):
        kind = " thick" if key.shape == "thick" else dash_class(key.dash)
        return line(0, 6, 26, 6, f"{colour} curve{kind}")
    return marker(key.shape, 13, 6, colour)
