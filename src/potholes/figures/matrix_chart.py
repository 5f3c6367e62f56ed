"""A table of counts as coloured cells: which class was called what."""

from collections.abc import Sequence
from dataclasses import dataclass

from potholes.figures.drawing import WIDTH, Chart, Table, element, words
from potholes.figures.lettering import wrapped
from potholes.figures.phrases import shown

_LEFT, _TOP = 112, 20  # room for the names of the rows, and for what stands above the columns
_LINE, _SMALL_LINE = 14, 9.5
_NAMED = 3  # classes whose names fit above their columns; more columns have numbers
_PERCENT = 6  # classes up to which a cell has room for a share
_COUNTED = 20  # classes up to which a cell has room for a count


@dataclass(frozen=True)
class Cell:
    """One cell: photos, share of the row's, shade 0 to 4, whether it stands for right answers."""

    photos: int
    share: str
    shade: int
    right: bool


def matrix_chart(
    title: str, names: Sequence[str], rows: Sequence[Sequence[Cell]], *, note: str = ""
) -> Chart:
    """Truth down, answers across; the rows and the columns are `names`."""
    left = _left(names)
    side = (WIDTH - left) / len(names)
    heads = [_head(names, column, side) for column in range(len(names))]
    top = _TOP + max(map(len, heads)) * _LINE
    height = min(side, 92.0)
    parts = [words(left, 12, "called", "t axis"), words(0, top - 6, "truth", "t axis")]
    for column, lines in enumerate(heads):
        x = left + (column + 0.5) * side
        parts += [
            words(x, _TOP + 8 + number * _LINE, text, "t", "middle")
            for number, text in enumerate(lines)
        ]
    for row, cells in enumerate(rows):
        y = top + row * height
        parts += _name(names, row, y + height / 2, height)
        for column, cell in enumerate(cells):
            parts += _cell(cell, left + column * side, y, side, height, len(names))
    numbers = Table(
        ["truth", *(f"called {index + 1}: {name}" for index, name in enumerate(names))],
        [
            [name, *(f"{cell.photos} ({cell.share})" for cell in cells)]
            for name, cells in zip(names, rows, strict=True)
        ],
    )
    return Chart(title, top + height * len(names) + 4, "".join(parts), numbers, note=note)


def _head(names: Sequence[str], column: int, side: float) -> list[str]:
    if len(names) > _NAMED:
        return [str(column + 1)]
    return wrapped(names[column], side - 6, most=2)


def _name(names: Sequence[str], row: int, middle: float, height: float) -> list[str]:
    """The name beside a row, in smaller letters where the row is low."""
    low = height < 2 * _LINE
    size, step, class_ = (8, _SMALL_LINE, "t tiny") if low else (11, _LINE, "t")
    room = _left(names) - 8
    most = max(1, int(height // step))
    lines = wrapped(_names(names)[row], room, size, most=most)
    first = middle + 0.36 * size - (len(lines) - 1) * step / 2
    return [words(0, first + number * step, text, class_) for number, text in enumerate(lines)]


def _names(names: Sequence[str]) -> list[str]:
    """With the numbers of the columns, where these have no names."""
    if len(names) <= _NAMED:
        return [shown(name) for name in names]
    return [f"{number} {shown(name)}" for number, name in enumerate(names, 1)]


def _left(names: Sequence[str]) -> float:
    return _LEFT if len(names) <= _NAMED else 1.4 * _LEFT


def _cell(cell: Cell, x: float, y: float, side: float, height: float, count: int) -> list[str]:
    kind = f"cell {'right' if cell.right else 'wrong'} h{cell.shade}"
    parts = [element("rect", x=x, y=y, width=side, height=height, class_=kind)]
    middle, centre = y + height / 2, x + side / 2
    if count <= _PERCENT:
        parts.append(words(centre, middle - 1, str(cell.photos), "t count", "middle"))
        parts.append(words(centre, middle + 14, cell.share, "t", "middle"))
    elif count <= _COUNTED and cell.photos:
        small = count > 12
        size = "t tiny" if small else "t"
        parts.append(words(centre, middle + (3 if small else 4), str(cell.photos), size, "middle"))
    return parts
