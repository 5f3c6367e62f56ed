from pathlib import Path

import numpy as np
import pytest

from potholes.audit.tables import AuditRow
from potholes.figures.sheets import Tile
from potholes.files.png import write_png
from potholes.report import suspects

ROWS = [
    AuditRow("normal/a.jpg", "normal", "pothole", -0.95, 1),
    AuditRow("pothole/b.jpg", "pothole", "normal", -0.5, 0),
    AuditRow("pothole/c.jpg", "pothole", "pothole", -0.0, 0),
    AuditRow("normal/d.jpg", "normal", "pothole", 0.1, 1),
    AuditRow("normal/e.jpg", "normal", "normal", 0.9, 0),
]


def draw(folder: Path, monkeypatch: pytest.MonkeyPatch, count: int) -> list[Tile]:
    sheets: list[list[Tile]] = []
    monkeypatch.setattr(
        suspects, "write_sheet", lambda path, title, tiles, subtitle: sheets.append(tiles)
    )
    pictures = {}
    for index, row in enumerate(ROWS):
        pictures[row.sample_id] = folder / f"{index}.png"
        write_png(pictures[row.sample_id], np.full((224, 224, 3), index, dtype=np.uint8))
    suspects.write_suspects(folder / "x.png", ROWS, pictures, count=count, title="", note="")
    return sheets[0]


def test_doubted_photos_come_in_order_with_label_suggestion_and_margin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tiles = draw(tmp_path, monkeypatch, 8)
    assert [int(tile.pixels[0, 0, 0]) for tile in tiles] == [0, 1, 3]
    assert tiles[0].caption == "[normal] → pothole\nmargin -0.95\na.jpg"
    assert [tile.flagged for tile in tiles] == [True, False, True]


def test_only_so_many_are_drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert len(draw(tmp_path, monkeypatch, 2)) == 2


def test_a_photo_without_a_picture_is_told(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"normal/a.jpg: audited but not in the manifest"):
        suspects.write_suspects(tmp_path / "x.png", ROWS, {}, count=1, title="", note="")


def test_a_sheet_without_suspects_is_written(tmp_path: Path) -> None:
    suspects.write_suspects(tmp_path / "x.png", ROWS[-1:], {}, count=8, title="t", note="")
    assert (tmp_path / "x.png").stat().st_size > 1000
