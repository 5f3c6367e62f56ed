"""CSV files of typed rows: one frozen dataclass a row, one field a column, in the field's order.

Byte-stable: `\\n` line ends, floats with seven digits, None as an empty cell. A text cell that a
spreadsheet would run as a formula (`= + - @`) gets a leading apostrophe, which reading takes away
again.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, get_args, get_type_hints

Row = TypeVar("Row")
Cell = str | int | float | None

PROBABILITY = "probability_"  # before a class's name: the column of its probability
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "'")


def as_written(value: float) -> float:
    """`value` with the seven significant digits that files keep.

    That many are the same on every processor. What feeds a later stage or is compared goes through
    here first, so that whoever computed it and whoever reads it from a file have the same number.
    """
    return float(f"{value:.7g}")


def write_rows(path: Path, row_type: type[Row], rows: Iterable[Row]) -> None:
    """Write `rows` (instances of the dataclass `row_type`) with a header line."""
    names = [field.name for field in fields(row_type)]  # type: ignore[arg-type]
    write_cells(path, names, ([getattr(row, name) for name in names] for row in rows))


def read_rows(path: Path, row_type: type[Row]) -> list[Row]:
    """The rows of `path` as `row_type`.

    Raises ValueError naming file, line and column where the header or a cell does not fit.
    """
    types = get_type_hints(row_type)
    header, lines = read_cells(path)
    if header != list(types):
        raise ValueError(f"{path}: columns are {header}, expected {list(types)}")
    parsers = [_parser(hint) for hint in types.values()]
    rows = []
    for number, line in enumerate(lines, start=2):
        cells = {}
        for name, parse, text in zip(types, parsers, line, strict=True):
            try:
                cells[name] = parse(text)
            except ValueError:
                raise ValueError(f"{path}: line {number}, column {name}: got {text!r}") from None
        rows.append(row_type(**cells))
    return rows


def write_cells(path: Path, header: Sequence[str], lines: Iterable[Sequence[Cell]]) -> None:
    """Write a CSV whose columns are known only at run time (a column for each class)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.writelines(_line(cells) for cells in (header, *lines))


def read_cells(path: Path) -> tuple[list[str], list[list[str]]]:
    """Header and lines of a CSV as text; raises ValueError naming a missing or ragged file."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            lines = [[_unescape(cell) for cell in line] for line in csv.reader(file)]
    except FileNotFoundError:
        raise ValueError(f"{path}: not found; run `dvc repro` to regenerate it") from None
    if not lines:
        raise ValueError(f"{path}: empty, expected a header line; run `dvc repro` to regenerate it")
    header, *rest = lines
    for number, line in enumerate(rest, start=2):
        if len(line) != len(header):
            raise ValueError(f"{path}: line {number} has {len(line)} cells, not {len(header)}")
    return header, rest


def write_with_probabilities(
    path: Path, first: list[str], classes: list[str], rows: list[list[Cell]]
) -> None:
    """Write a CSV with the columns `first`, then one `probability_<class>` a class."""
    write_cells(path, [*first, *(PROBABILITY + name for name in classes)], rows)


def read_with_probabilities(path: Path, first: list[str]) -> tuple[list[str], list[list[str]]]:
    """Classes and lines of what write_with_probabilities wrote.

    Raises ValueError naming the file where its columns do not begin as `first`.
    """
    header, lines = read_cells(path)
    start = len(first)
    if header[:start] != first:
        raise ValueError(f"{path}: columns begin {header[:start]}, expected {first}")
    return [name.removeprefix(PROBABILITY) for name in header[start:]], lines


def _line(cells: Sequence[Cell]) -> str:
    text = io.StringIO(newline="")
    # the writer quotes only what is in its own line end: a lone \r would end the line for readers
    csv.writer(text, lineterminator="\r\n").writerow([_format(cell) for cell in cells])
    return text.getvalue().removesuffix("\r\n") + "\n"


def _format(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float):
        return repr(as_written(cell))
    text = str(cell)
    return f"'{text}" if isinstance(cell, str) and text.startswith(_FORMULA_STARTS) else text


def _unescape(text: str) -> str:
    return text[1:] if text.startswith("'") else text


def _parser(hint: Any) -> Any:
    if isinstance(hint, UnionType):
        (inner,) = [arg for arg in get_args(hint) if arg is not type(None)]
        return lambda text: None if text == "" else inner(text)
    return hint
