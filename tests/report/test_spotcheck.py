from pathlib import Path
from typing import Any

import pytest

from potholes.figures.sheets import Tile
from potholes.report import spotcheck
from tests.factories import predictions, write_photos


@pytest.fixture
def drawn(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Call with count and seed: the tiles that would be drawn."""
    write_photos(tmp_path)
    pictures = {f"photo {n}.jpg": tmp_path / f"images/{n}.png" for n in range(6)}
    sheets: list[list[Tile]] = []
    monkeypatch.setattr(
        spotcheck, "write_sheet", lambda path, title, tiles, subtitle: sheets.append(tiles)
    )

    def draw(count: int, seed: int) -> list[Tile]:
        spotcheck.write_spotcheck(
            tmp_path / "x.png", predictions(), pictures, count=count, seed=seed, title="", note=""
        )
        return sheets[-1]

    return draw


def test_captions_tell_truth_prediction_and_probability(drawn: Any) -> None:
    captions = sorted(tile.caption for tile in drawn(8, 0))
    assert captions == [
        *["[normal] normal 0.90"] * 3,
        "[pothole] normal 0.90\nwrong",
        *["[pothole] pothole 0.90"] * 2,
    ]


def test_only_the_wrong_one_is_flagged(drawn: Any) -> None:
    assert [tile.caption for tile in drawn(6, 0) if tile.flagged] == [
        "[pothole] normal 0.90\nwrong"
    ]


def test_the_seed_alone_decides_which_photos_are_drawn(drawn: Any) -> None:
    def photos(seed: int) -> list[int]:
        return [int(tile.pixels[0, 0, 0]) // 40 for tile in drawn(3, seed)]

    assert photos(1) == photos(1)
    assert len({tuple(photos(seed)) for seed in range(5)}) > 1
