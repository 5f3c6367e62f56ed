"""The photos with the most doubtful labels, for a person to check."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from potholes.audit.tables import AuditRow
from potholes.figures.sheets import Tile, short, write_sheet
from potholes.files.png import read_png


def write_suspects(
    path: Path,
    rows: Sequence[AuditRow],
    pictures: Mapping[str, Path],
    *,
    count: int,
    title: str,
    note: str,
) -> None:
    """Write a sheet of the first `count` photos of `rows` for which another class is suggested.

    `rows` are in order of doubt; the contradicted ones are marked. `pictures` are their PNGs by
    sample_id. A caption tells the label, the suggestion, the margin and the photo. Raises
    ValueError for a photo that has no picture.
    """
    doubted = [row for row in rows if row.suggested != row.label]
    write_sheet(path, title, [_tile(row, pictures) for row in doubted[:count]], subtitle=note)


def _tile(row: AuditRow, pictures: Mapping[str, Path]) -> Tile:
    if row.sample_id not in pictures:
        raise ValueError(
            f"{row.sample_id}: audited but not in the manifest; run `dvc repro` to regenerate both"
        )
    change = f"[{short(row.label)}] → {short(row.suggested)}"
    name = short(row.sample_id.rpartition("/")[2])
    return Tile(
        pixels=read_png(pictures[row.sample_id]),
        caption=f"{change}\nmargin {row.margin:.2f}\n{name}",
        flagged=bool(row.contradicted),
    )
