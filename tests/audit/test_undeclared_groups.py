from dataclasses import replace
from pathlib import Path

import pytest

from potholes.audit.tables import Alarm, SuggestedGroup
from potholes.audit.undeclared_groups import look_alikes_alarm, suggested_groups
from potholes.crossvalidation.tables import CrossValidationSummary, LookAlike, Undeclared
from potholes.dataset.photos_csv import read_photos_csv
from potholes.dataset.tables import Sample
from potholes.files.rows import write_rows
from tests.factories import cross_validated

PHOTOS = [LookAlike(f"{name}.jpg", f"{name[0]}1.jpg") for name in ("a1", "a2", "b1", "b2", "b3")]
RAISED = [Alarm("look-alikes", "", "")]


def summary(**changes: object) -> CrossValidationSummary:
    """100 photos in 20 groups; the accuracy falls for certain."""
    found = Undeclared(0.9, 0.5, 0.05, True, 20, 100, 20.0, 0.8, 0.1, 0.05, 0.15)
    undeclared = replace(found, **changes)  # type: ignore[arg-type]
    own = cross_validated("resnet18").summary
    return replace(own, photos=100, effective_photos=100.0, undeclared=undeclared)


def sample(name: str, group: str | None) -> Sample:
    return Sample(
        name, name, name, "p", "a", "train", name, 9, 9, 1, "JPEG", 90, "0" * 64, group
    )  # fmt: skip


def test_the_evidence_names_the_largest_groups_and_the_numbers() -> None:
    alarm = look_alikes_alarm(summary(), PHOTOS)
    assert alarm is not None
    assert alarm.evidence == (
        "100 of 100 photos of train and val look alike, in 20 groups, such as b1.jpg, b2.jpg "
        "(3 photos); a1.jpg, a2.jpg (2 photos); if these are drives, the photos are worth 20 "
        "independent ones, and the intervals count 100; cross-validated accuracy is 0.800 if "
        "look-alikes are kept together, lower by 0.100 (0.050 to 0.150)"
    )
    assert "reports/audit/photos.csv" in alarm.advice


@pytest.mark.parametrize(
    ("changes", "fires"),
    [
        ({"found": False}, False),
        ({"fall_low": -0.01}, True),  # a fifth of the independent photos
        ({"effective_photos": 50.1}, True),  # the accuracy falls
        ({"effective_photos": 50.1, "fall_low": -0.01}, False),
        ({"effective_photos": 50.1, "fall_low": 0.0}, False),
        ({"acc": None, "fall": None, "fall_low": None, "fall_high": None}, True),
    ],
)
def test_it_is_raised_where_the_score_falls_or_half_of_the_photos_count(
    changes: dict[str, object], fires: bool
) -> None:
    assert (look_alikes_alarm(summary(**changes), PHOTOS) is not None) == fires


def test_where_no_score_can_be_had_the_evidence_says_so() -> None:
    alarm = look_alikes_alarm(summary(acc=None, fall=None, fall_low=None), PHOTOS)
    assert alarm is not None
    assert alarm.evidence.endswith(
        "too few groups to cross-validate with look-alikes kept together"
    )


def test_every_group_of_look_alikes_gets_a_name_of_its_own() -> None:
    lines = suggested_groups(PHOTOS, [], RAISED)
    assert [line.group for line in lines] == ["alike-001"] * 2 + ["alike-002"] * 3
    assert [line.path for line in lines] == ["a1.jpg", "a2.jpg", "b1.jpg", "b2.jpg", "b3.jpg"]


def test_names_that_photos_csv_gives_stay_and_are_given_to_no_others() -> None:
    named = {"a2.jpg": "drive 7", "b9.jpg": "alike-001", "z.jpg": None}
    samples = [sample(name, group) for name, group in named.items()]
    assert suggested_groups(PHOTOS, samples, RAISED) == [
        SuggestedGroup("a1.jpg", "drive 7"),
        SuggestedGroup("a2.jpg", "drive 7"),
        SuggestedGroup("b1.jpg", "alike-002"),
        SuggestedGroup("b2.jpg", "alike-002"),
        SuggestedGroup("b3.jpg", "alike-002"),
        SuggestedGroup("b9.jpg", "alike-001"),
    ]


def test_without_the_alarm_nothing_is_suggested() -> None:
    assert suggested_groups(PHOTOS, [sample("a1.jpg", "drive 7")], []) == []


def test_the_suggestion_can_be_copied_beside_the_class_folders(tmp_path: Path) -> None:
    lines = suggested_groups(PHOTOS, [], RAISED)
    write_rows(tmp_path / "photos.csv", SuggestedGroup, lines)
    known = read_photos_csv(tmp_path, [photo.sample_id for photo in PHOTOS])
    assert {path: line.group for path, line in known.items()} == {
        line.path: line.group for line in lines
    }
