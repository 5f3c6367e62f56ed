from pathlib import Path

import pytest
from PIL import Image

from potholes.params_file import load_params
from potholes.report.plots import Photos, write_figures
from potholes.report.results import read_results
from tests.factories import TWO, write_project

PLOTS = ["comparison", "confusion", "history", "learning_curve", "reliability", "roc"]
SHEETS = ["augmentation", "spotcheck", "suspects", "unlabelled"]
NAMES = sorted(f"{name}.png" for name in [*PLOTS, *SHEETS])


def figures(root: Path, out: Path, backbones: tuple[str, ...] = TWO) -> dict[str, bytes]:
    results = read_results(root / "reports", backbones)
    data = root / "data"
    photos = Photos(
        data / "standardised", data / "augmented", data / "unlabelled", data / "predictions"
    )
    params = load_params(root / "params.yaml")
    level = params.evaluate.level
    write_figures(out, results, photos, params.image, params.predict, level=level)
    return {path.name: path.read_bytes() for path in sorted(out.iterdir())}


def test_figures_are_twice_the_pages_width_with_the_same_bytes_each_time(tmp_path: Path) -> None:
    write_project(tmp_path)
    first = figures(tmp_path, tmp_path / "one")
    assert list(first) == NAMES
    assert first == figures(tmp_path, tmp_path / "two")
    for name in PLOTS:
        with Image.open(tmp_path / "one" / f"{name}.png") as picture:
            assert picture.width == 1536, name


def test_strange_class_names_and_four_backbones_are_drawn(tmp_path: Path) -> None:
    backbones = ("resnet18", "resnet34", "wide_resnet101_2", "resnet152")
    classes = ("$\\frac{$", "<script>alert(1)</script>" * 9, "🕳️\x00\n", "", "pothole")
    write_project(tmp_path, backbones, classes=classes, epochs=40)
    assert list(figures(tmp_path, tmp_path / "out", backbones)) == NAMES


def test_a_photo_that_the_manifest_does_not_know_is_named(tmp_path: Path) -> None:
    write_project(tmp_path)
    manifest = tmp_path / "data/standardised/manifest.csv"
    lines = manifest.read_text().splitlines(keepends=True)
    manifest.write_text("".join(lines[:1]))
    with pytest.raises(ValueError, match=r"photo \d.jpg: predicted but not in the manifest"):
        figures(tmp_path, tmp_path / "out")
