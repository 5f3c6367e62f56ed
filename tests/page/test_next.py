"""What the page says of more photos, and which unlabelled ones it shows."""

import html
import io
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from potholes.page.building import build_page
from potholes.page.part_next import least_sure, what_next
from tests.factories import unlabelled, write_project
from tests.page.test_building import inputs

SAID = np.array([[0.9, 0.1], [0.45, 0.55], [np.nan, np.nan], [0.7, 0.3], [0.45, 0.55]])
PATHS = ["e.jpg", "d.jpg", "broken.jpg", "b.jpg", "a.jpg"]
TABLE = unlabelled(SAID, ["normal", "pothole", None, "normal", "pothole"], paths=PATHS)


def test_the_least_sure_are_the_nearest_to_the_threshold() -> None:
    assert least_sure(TABLE, 0.5, {}) == [4, 1, 3, 0]
    assert least_sure(TABLE, 0.3, {}) == [3, 0, 4, 1]


def test_with_more_classes_the_least_sure_are_the_nearest_to_the_runner_up() -> None:
    said = np.array([[0.5, 0.45, 0.05], [0.4, 0.3, 0.3], [0.36, 0.32, 0.32]])
    made = unlabelled(said, ["a"] * 3, ["a", "b", "c"])
    assert least_sure(made, None, {}) == [2, 0, 1]


def test_unlabelled_photos_are_shown_with_their_answer(tmp_path: Path) -> None:
    write_project(tmp_path)
    for path in TABLE.paths:
        data = io.BytesIO()
        Image.new("RGB", (300, 200), "grey").save(data, "JPEG")
        (tmp_path / path).write_bytes(data.getvalue())
    made = replace(inputs(tmp_path), unlabelled=TABLE, unlabelled_in=tmp_path, sheet=2)
    part = what_next(made)
    assert [(one.title, one.note, one.name) for one in part.unlabelled] == [
        ("pothole", "0.55", "a.jpg"),
        ("pothole", "0.55", "d.jpg"),
    ]
    assert "The least sure answers on 4 unlabelled photos." in build_page(made)


def test_photos_on_which_the_backbones_disagree_come_first(tmp_path: Path) -> None:
    write_project(tmp_path)
    Image.new("RGB", (300, 200), "grey").save(tmp_path / "e.jpg")
    disputed = {"e.jpg": {"resnet18": "normal", "resnet50": "pothole"}}
    assert least_sure(TABLE, 0.5, disputed) == [0, 4, 1, 3]
    made = replace(inputs(tmp_path), unlabelled=TABLE, unlabelled_in=tmp_path, sheet=1)
    part = what_next(replace(made, disagreements=disputed))
    assert part.unlabelled_order.startswith("1 photo of 4 is called differently by the backbones")
    assert [(one.title, one.note) for one in part.unlabelled] == [
        ("normal", "0.90; resnet50: pothole")
    ]
    nobody = what_next(replace(made, disagreements={}, sheet=0))
    assert "The backbones agree on all of them." in nobody.unlabelled_order


def test_no_unlabelled_photo_is_said(tmp_path: Path) -> None:
    write_project(tmp_path)
    assert "no photo without a label was predicted" in build_page(inputs(tmp_path))


@pytest.mark.parametrize(
    ("low", "high", "so"),
    [
        (-0.008, 0.032, "(-0.8 to +3.2), so they may or may not help;"),
        (0.0004, 0.006, "(+0.0 to +0.6), so they may or may not help;"),
        (0.004, 0.032, "(+0.4 to +3.2), so they would help;"),
        (-0.02, -0.004, "(-2.0 to -0.4), so they would not help;"),
    ],
)
def test_what_more_photos_bring_is_a_sentence(
    tmp_path: Path, low: float, high: float, so: str
) -> None:
    write_project(tmp_path)
    made = inputs(tmp_path)
    chosen = made.chosen
    found = replace(chosen.cross_validated, acc_gain_low=low, acc_gain_high=high)
    outcome = replace(chosen, cross_validated=found)
    results = replace(made.results, backbones=[outcome, *made.results.backbones[1:]])
    opening = what_next(replace(made, results=results)).opening
    assert "would change the accuracy of resnet18 by about +1.2 percentage points" in opening
    assert so in opening


def test_too_few_groups_for_a_learning_curve_are_said(tmp_path: Path) -> None:
    write_project(tmp_path)
    made = inputs(tmp_path)
    found = replace(made.chosen.cross_validated, acc_gain=None, gain="too few groups to tell")
    outcome = replace(made.chosen, cross_validated=found)
    results = replace(made.results, backbones=[outcome, *made.results.backbones[1:]])
    text = html.unescape(build_page(replace(made, results=results)))
    assert "What more photos would bring to resnet18: too few groups to tell." in text
