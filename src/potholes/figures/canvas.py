"""One look for every figure: colours, sizes, text that cannot break it, byte-stable PNGs.

A figure is laid out for a page 600 pixels wide and stored at twice that.
"""

import unicodedata
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.layout_engine import ConstrainedLayoutEngine

PAGE_WIDTH = 600  # pixels on the page
PAGE_DPI = 100  # of the page: 7.5 points are 10 pixels
STORED_DPI = 200
HEADING = 44  # page pixels that title and subtitle take

INK = "#222222"
FAINT = "#767676"  # the lightest grey with a contrast of 4.5 on white
GRID = "#DDDDDD"
BLUE = "#0072B2"
ORANGE = "#E69F00"
VERMILLION = "#D55E00"
# Okabe & Ito, Color Universal Design (2008); yellow left out, it cannot be read on white
PALETTE = (BLUE, VERMILLION, "#009E73", "#CC79A7", ORANGE, "#56B4E9", "#000000")
LINE_STYLES = ("-", "--", "-.", ":")  # so that a backbone is told by more than its colour
MARKERS = ("o", "s", "^", "D", "v", "P", "X")

_STYLE: dict[str, Any] = {
    "axes.axisbelow": True,
    "axes.edgecolor": FAINT,
    "axes.grid": True,
    "axes.labelsize": 8,
    "axes.spines.right": False,
    "axes.spines.top": False,
    "axes.titlelocation": "left",
    "axes.titlesize": 8.5,
    "figure.dpi": PAGE_DPI,
    "font.family": "DejaVu Sans",  # matplotlib brings it: the same letters on every machine
    "font.size": 8,
    "grid.color": GRID,
    "grid.linewidth": 0.6,
    "legend.fontsize": 8,
    "legend.frameon": False,
    "lines.linewidth": 1.4,
    "savefig.dpi": STORED_DPI,
    "text.color": INK,
    "text.parse_math": False,  # a class may be called $x$
    "xtick.labelsize": 7.5,
    "ytick.labelsize": 7.5,
}


@contextmanager
def house_style() -> Iterator[None]:
    """matplotlib's defaults and the house's on top, whatever the user's matplotlibrc says.

    Also a decorator. Drawing and saving both belong inside.
    """
    style: Any = dict(mpl.rcParamsDefault) | _STYLE
    style.pop("backend", None)
    with mpl.rc_context(style), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="Glyph .* missing from font")
        warnings.filterwarnings("ignore", category=mpl.MatplotlibDeprecationWarning)
        yield


def page(height: float, *, constrained: bool = True) -> Figure:
    """An empty figure of the page's width and `height` page pixels.

    Constrained: its axes make room for each other's labels; else they are placed by hand.
    """
    size = (PAGE_WIDTH / PAGE_DPI, height / PAGE_DPI)
    figure = Figure(figsize=size, layout="constrained" if constrained else None)
    FigureCanvasAgg(figure)
    return figure


@house_style()
def save(path: Path, figure: Figure, *, dpi: int = STORED_DPI, compression: int = 6) -> None:
    """Write a PNG with the same bytes each time: no date and no version in it.

    `compression` is zlib's, 1 (quick) to 9.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(
        path,
        format="png",
        dpi=dpi,
        metadata={"Software": None},
        pil_kwargs={"compress_level": compression},
    )


def heading(figure: Figure, title: str, subtitle: str) -> None:
    """A bold title and a quieter line at the top left; the axes keep clear of both."""
    height = figure.get_figheight() * PAGE_DPI
    figure.text(0.01, 1 - 6 / height, title, va="top", fontsize=9.5, weight="bold")
    figure.text(0.01, 1 - 25 / height, subtitle, va="top", color=FAINT)
    engine = figure.get_layout_engine()
    assert isinstance(engine, ConstrainedLayoutEngine)
    engine.set(rect=(0, 0, 1, 1 - HEADING / height))


def plain(text: str, most: int = 24) -> str:
    """Any name as one drawable line of at most `most` characters, cut in the middle."""
    drawable = (" " if unicodedata.category(sign) in ("Cc", "Cs", "Cn") else sign for sign in text)
    line = " ".join("".join(drawable).split())
    if len(line) <= most:
        return line
    head = (most - 1 + 1) // 2
    return f"{line[:head]}…{line[len(line) - (most - 1 - head) :]}"


def colour_of(names: Sequence[str]) -> dict[str, str]:
    """A colour for each name, by its index."""
    return {name: PALETTE[index % len(PALETTE)] for index, name in enumerate(names)}
