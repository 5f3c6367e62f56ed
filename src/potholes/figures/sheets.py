"""Contact sheets: a few photos side by side with their captions."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from potholes.figures.canvas import FAINT, PAGE_WIDTH, VERMILLION, house_style, page, plain, save

_COLUMNS = 4
_DPI = 160  # a tile is stored about as large as its photo is
_GAP = 10  # page pixels between tiles and at the edges
_SIDE = (PAGE_WIDTH - _GAP * (_COLUMNS + 1)) / _COLUMNS
_LINE = 14  # height of a caption's line
_LINES = 3
_LETTERS = 21  # that fit under a tile


@dataclass(frozen=True)
class Tile:
    """One photo as uint8 [224, 224, 3], its caption (line breaks kept) and whether to mark it."""

    pixels: NDArray[np.uint8]
    caption: str
    flagged: bool


@house_style()
def write_sheet(path: Path, title: str, tiles: Sequence[Tile], *, subtitle: str = "") -> None:
    """Write a PNG of the tiles in rows of four; without tiles, one that says there are none.

    A flagged tile has a thick broken frame and a cross on it: colour alone is not enough.
    """
    lines = [_caption(tile.caption) for tile in tiles]
    line_count = max((len(caption) for caption in lines), default=1)
    row_height = _SIDE + line_count * _LINE + _GAP
    top = 52 if subtitle else 34
    height = top + (max(1, ceil(len(tiles) / _COLUMNS)) * row_height if tiles else 60)
    figure = page(height, constrained=False)
    axes = figure.add_axes((0, 0, 1, 1), frame_on=False, xticks=[], yticks=[])
    axes.set(xlim=(0, PAGE_WIDTH), ylim=(height, 0))
    axes.text(_GAP, 10, plain(title, 80), fontsize=9.5, weight="bold", va="top")
    axes.text(_GAP, 29, plain(subtitle, 100), fontsize=8, color=FAINT, va="top")
    if not tiles:
        axes.text(PAGE_WIDTH / 2, top + 20, "no photos to show", ha="center", color=FAINT)
    for index, (tile, caption) in enumerate(zip(tiles, lines, strict=True)):
        row, column = divmod(index, _COLUMNS)
        _draw(axes, tile, caption, _GAP + column * (_SIDE + _GAP), top + row * row_height)
    save(path, figure, dpi=_DPI, compression=1)  # photos: 6 takes three times as long for 5 %


def _draw(axes: Axes, tile: Tile, caption: Sequence[str], left: float, top: float) -> None:
    axes.imshow(
        tile.pixels,
        extent=(left, left + _SIDE, top + _SIDE, top),
        aspect="auto",
        interpolation="antialiased",
    )
    if tile.flagged:
        frame = Rectangle((left, top), _SIDE, _SIDE, fill=False, lw=3, ls="--", ec=VERMILLION)
        axes.add_patch(frame)
        badge = {"boxstyle": "square,pad=0.25", "facecolor": VERMILLION, "edgecolor": "white"}
        axes.text(left + _SIDE - 6, top + 6, "✗", color="white", ha="right", va="top", bbox=badge)
    for number, line in enumerate(caption):
        axes.text(
            left,
            top + _SIDE + 3 + number * _LINE,
            line,
            va="top",
            fontsize=7.5,
            weight="bold" if tile.flagged and number == 0 else "normal",
        )


def _caption(text: str) -> list[str]:
    lines = [
        line
        for paragraph in text.splitlines()
        for line in textwrap.wrap(plain(paragraph, 400), _LETTERS, break_on_hyphens=False)
    ]
    if len(lines) <= _LINES:
        return lines
    last = lines[_LINES - 1][: _LETTERS - 1]
    return [*lines[: _LINES - 1], f"{last}…"]
