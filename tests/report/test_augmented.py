from pathlib import Path

import numpy as np
from PIL import Image

from potholes.dataset.tables import Sample
from potholes.files.png import write_png
from potholes.report.augmented import choose_examples, write_augmented_sheet


def sample(name: str, label: str, split: str, of: str = "") -> Sample:
    path = f"{name.replace('/', '-')}.png"
    return Sample(name, of or name, "g", path, label, split, name, 9, 9, 1, "JPEG", 88, "ab")


def test_examples_come_from_all_training_photos_evenly() -> None:
    many = [sample(f"{label}/{n:02d}", label, "train") for label in "ab" for n in range(12)]
    chosen = choose_examples([*many, sample("a/test", "a", "test")], 6)
    assert [photo.label for photo in chosen] == ["a"] * 3 + ["b"] * 3
    assert len(set(chosen)) == 6
    assert chosen == choose_examples(many[::-1], 6)
    assert len(choose_examples(many[:2], 6)) == 2
    assert choose_examples([], 6) == []


def test_a_photo_and_its_copies_fill_a_row(tmp_path: Path) -> None:
    photos = [sample("a/1", "a", "train"), sample("b/2", "b", "val")]
    copies = [sample(f"a/1#{n}", "a", "train", of="a/1") for n in (1, 2)]
    for row in (*photos, *copies):
        write_png(tmp_path / row.path, np.full((224, 224, 3), 90, dtype=np.uint8))
    write_augmented_sheet(tmp_path / "sheet.png", photos, tmp_path, copies, tmp_path)
    with Image.open(tmp_path / "sheet.png") as sheet:
        grey = np.asarray(sheet.convert("L")) == 90
    width = grey.shape[1]
    # three of four columns hold a picture: the photo and two copies
    assert [bool(grey[:, c * width // 8].any()) for c in (1, 3, 5, 7)] == [True, True, True, False]
