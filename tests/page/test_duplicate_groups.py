"""Near-duplicates on the page."""

from dataclasses import replace
from pathlib import Path

from potholes.page.building import build_page
from potholes.page.duplicate_groups import (
    duplicate_groups,
    duplicates_sentence,
    shown_duplicates,
)
from potholes.page.inputs import Inputs
from potholes.page.pictures import Pictures
from tests.factories import write_project
from tests.page.test_building import inputs


def grouped(root: Path, groups: list[str]) -> Inputs:
    """A project whose n-th photo is of the n-th group."""
    write_project(root)
    made = inputs(root)
    samples = [
        replace(one, group_id=group) for one, group in zip(made.samples, groups, strict=True)
    ]
    found = replace(made.summary, near_duplicates=5, exact_duplicates=2, largest_group=3)
    return replace(made, samples=samples, summary=found)


def test_unlike_labels_come_first_then_large_groups(tmp_path: Path) -> None:
    made = grouped(tmp_path, ["even", "x", "even", "y", "even", "x"])
    mixed = [replace(made.samples[3], group_id="z"), replace(made.samples[4], group_id="z")]
    samples = [*made.samples[:3], *mixed, made.samples[5]]
    found = [[one.sample_id for one in group] for group in duplicate_groups(samples)]
    pair = ["photo 3.jpg", "photo 4.jpg"]
    assert found == [pair, ["photo 0.jpg", "photo 2.jpg"], ["photo 1.jpg", "photo 5.jpg"]]


def test_groups_are_numbered_and_say_label_and_split(tmp_path: Path) -> None:
    made = grouped(tmp_path, ["even", "x", "even", "y", "even", "x"])
    shown = shown_duplicates(made, Pictures(made))
    assert [(one.title, one.note, one.name) for one in shown] == [
        ("Group 1: [normal]", "test", "photo 0.jpg"),
        ("Group 1: [normal]", "test", "photo 2.jpg"),
        ("Group 1: [normal]", "test", "photo 4.jpg"),
        ("Group 2: [pothole]", "test", "photo 1.jpg"),
        ("Group 2: [pothole]", "test", "photo 5.jpg"),
    ]
    assert all(one.picture.startswith("data:image/") for one in shown)
    assert "5 photos have a near-duplicate (2 of them with the same pixels)" in build_page(made)


def test_what_photos_csv_groups_is_not_called_a_near_duplicate(tmp_path: Path) -> None:
    made = grouped(tmp_path, ["drive"] * 6)
    named = replace(made, samples=[replace(one, group="a drive") for one in made.samples])
    assert shown_duplicates(named, Pictures(named)) == []
    assert duplicates_sentence(named).endswith("Groups that photos.csv names are not shown here.")


def test_many_are_cut_and_counted(tmp_path: Path) -> None:
    made = grouped(tmp_path, ["x"] * 6)
    many = replace(
        made, samples=[replace(one, sample_id=f"{one.sample_id}") for one in made.samples * 5]
    )
    assert len(shown_duplicates(many, Pictures(many))) == 24
    assert "6 photos of further groups are not shown." in duplicates_sentence(many)
