"""Contact sheets: a few photos side by side with their captions."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from potholes.figures.drawing import data_uri, element, line, words
from potholes.figures.lettering import cut, wrapped
from potholes.figures.palette import LIGHT
from potholes.figures.picture import document, write_svg

_COLUMNS = 4
_SIDE = 224  # pixels of a photo, which is drawn as it is
_GAP = 12  # pixels between tiles and at the edges
_WIDTH = _COLUMNS * _SIDE + (_COLUMNS + 1) * _GAP
_SIZE, _LINE, _LINES = 15, 20, 4  # letters, height of a caption's line, lines of a caption
_TITLE = 19
_NAME = 150  # pixels of a name in a caption


@dataclass(frozen=True)
class Tile:
    """One photo as uint8 [224, 224, 3], its caption (line breaks kept) and whether to mark it."""

    pixels: NDArray[np.uint8]
    caption: str
    flagged: bool


def write_sheet(path: Path, title: str, tiles: Sequence[Tile], *, subtitle: str = "") -> None:
    """Write a PNG of the tiles in rows of four; without tiles, one that says there are none.

    A flagged tile has a thick broken frame and a cross on it: colour alone is not enough.
    """
    parts, y = [], float(_GAP)
    for text in wrapped(title, _WIDTH - 2 * _GAP, _TITLE, bold=True):
        y += 24
        parts.append(words(_GAP, y - 4, text, "t sheet-title"))
    for text in wrapped(subtitle, _WIDTH - 2 * _GAP, _SIZE) if subtitle else []:
        y += _LINE
        parts.append(words(_GAP, y, text, "t sheet faint"))
    y += _GAP
    captions = [_caption(tile.caption) for tile in tiles]
    for first in range(0, len(tiles), _COLUMNS):
        row = range(first, min(first + _COLUMNS, len(tiles)))
        for column, index in enumerate(row):
            x = _GAP + column * (_SIDE + _GAP)
            parts.append(_photo(tiles[index], captions[index], x, y))
        y += _SIDE + max(len(captions[index]) for index in row) * _LINE + _GAP
    if not tiles:
        parts.append(words(_WIDTH / 2, y + 26, "no photos to show", "t sheet faint", "middle"))
        y += 50
    svg = document(_WIDTH, y + _GAP / 2, [f"<style>{_RULES}</style>", *parts])
    write_svg(path, svg, 1)


_RULES = f"""\
.t.sheet {{ font-size: {_SIZE}px; }}
.t.sheet-title {{ font-size: {_TITLE}px; font-weight: 700; }}
.t.faint {{ fill: {LIGHT["faint"]}; }}
.frame {{ fill: none; stroke: {LIGHT["s1"]}; stroke-width: 6; stroke-dasharray: 18 9; }}
.badge {{ fill: {LIGHT["s1"]}; stroke: {LIGHT["paper"]}; stroke-width: 2; }}
.cross {{ stroke: {LIGHT["paper"]}; stroke-width: 4; }}
"""


def _photo(tile: Tile, caption: Sequence[str], x: float, y: float) -> str:
    data = io.BytesIO()
    Image.fromarray(tile.pixels).save(data, "PNG", compress_level=0)
    href = data_uri("png", data.getvalue())
    parts = [element("image", x=x, y=y, width=_SIDE, height=_SIDE, href=href)]
    if tile.flagged:
        inner = _SIDE - 6
        parts.append(element("rect", x=x + 3, y=y + 3, width=inner, height=inner, class_="frame"))
        left, top = x + _SIDE - 40, y + 10
        parts.append(element("rect", x=left, y=top, width=28, height=28, class_="badge"))
        parts.append(line(left + 8, top + 8, left + 20, top + 20, "cross"))
        parts.append(line(left + 20, top + 8, left + 8, top + 20, "cross"))
    parts += [
        words(
            x,
            y + _SIDE + (number + 1) * _LINE - 3,
            text,
            "t sheet strong" if tile.flagged and number == 0 else "t sheet",
        )
        for number, text in enumerate(caption)
    ]
    return "".join(parts)


def short(name: str) -> str:
    """The name of a class or a photo, cut so that a caption has room for two."""
    return cut(name, _NAME, _SIZE)


def _caption(text: str) -> list[str]:
    """Up to four lines; a line of `text` may take three of them."""
    lines = [
        line
        for paragraph in text.splitlines()
        for line in wrapped(paragraph, _SIDE, _SIZE, bold=True, most=3)
    ]
    if len(lines) <= _LINES:
        return lines
    last = cut(f"{lines[_LINES - 1]} …", _SIDE, _SIZE, bold=True)
    return [*lines[: _LINES - 1], last]
