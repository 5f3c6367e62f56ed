"""How wide a text is, and how it is broken or cut to fit.

Letters are DejaVu Sans, which matplotlib's package brings: the same on every machine.
"""

from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PIL import ImageFont

from potholes.figures.phrases import shown

_MEASURED = 100  # pixels, the size at which widths are measured


@cache
def font_files() -> tuple[Path, Path]:
    """DejaVu Sans, regular and bold, without importing the package that brings them."""
    found = find_spec("matplotlib")
    assert found is not None, "matplotlib is a dependency for its fonts"
    assert found.origin is not None
    folder = Path(found.origin).parent / "mpl-data/fonts/ttf"
    return folder / "DejaVuSans.ttf", folder / "DejaVuSans-Bold.ttf"


def width(text: str, size: float = 11, *, bold: bool = False) -> float:
    """Of one line of `text`, in the unit of `size`."""
    return _font(bold).getlength(_drawable(text)) * size / _MEASURED


def cut(text: str, room: float, size: float = 11, *, bold: bool = False) -> str:
    """`text` if it fits into `room`, else its beginning and an ellipsis, after a word if it can."""
    text = shown(text)
    if width(text, size, bold=bold) <= room:
        return text
    low, high = 0, len(text)
    while low < high:  # the longest beginning that fits
        middle = (low + high + 1) // 2
        fits = width(f"{text[:middle]}…", size, bold=bold) <= room
        low, high = (middle, high) if fits else (low, middle - 1)
    kept = text[:low]
    words = kept.rpartition(" ")[0]
    return f"{(words if len(words) > low * 0.6 else kept).rstrip()}…"


def wrapped(
    text: str, room: float, size: float = 11, *, bold: bool = False, most: int | None = None
) -> list[str]:
    """`text` in lines that fit into `room`, at most `most`; a word too long is broken."""
    lines: list[str] = []
    for piece in _pieces(shown(text), room, size, bold):
        longer = f"{lines[-1]} {piece}" if lines else piece
        if lines and width(longer, size, bold=bold) <= room:
            lines[-1] = longer
        else:
            lines.append(piece)
    if most is None or len(lines) <= most:
        return lines
    rest = " ".join(lines[most - 1 :])
    return [*lines[: most - 1], cut(rest, room, size, bold=bold)]


def _pieces(text: str, room: float, size: float, bold: bool) -> Iterator[str]:
    for word in text.split():
        while width(word, size, bold=bold) > room:
            end = 1
            while end < len(word) - 1 and width(word[: end + 1], size, bold=bold) <= room:
                end += 1
            yield word[:end]
            word = word[end:]
        if word:
            yield word


@cache
def _font(bold: bool) -> ImageFont.FreeTypeFont:
    path = font_files()[1 if bold else 0]
    return ImageFont.truetype(str(path), _MEASURED, layout_engine=ImageFont.Layout.BASIC)


def _drawable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
