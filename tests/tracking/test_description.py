from dataclasses import replace
from pathlib import Path

from potholes.report.results import Results, read_results
from potholes.tracking.datasets import Photos
from potholes.tracking.description import of_changes, of_child, of_parent, plain, scores_table
from potholes.tracking.run_names import Change
from tests.factories import FAMILIARITY, TWO, verdict, write_project

PHOTOS = [
    Photos("roads/labelled train", "train", "d", {"a|b": 10, "pothole": 8}, 0),
    Photos("roads/labelled test", "test", "d", {"a|b": 3, "pothole": 2}, 0),
]


def results(root: Path) -> Results:
    write_project(root)
    found = read_results(root / "reports", TWO)
    pair = verdict("resnet18", "resnet50", 0.01, 0.05, better="resnet18")
    return replace(found, selection=replace(found.selection, verdicts=[pair]))


def test_the_table_has_a_line_a_backbone_with_scores_seconds_and_size(tmp_path: Path) -> None:
    lines = scores_table(results(tmp_path), "resnet50").splitlines()
    assert lines[2] == (
        "| resnet18 ★ | 0.910 (0.89-0.93) | 0.960 (0.94-0.98) | 0.900 (0.88-0.92) "
        "| 0.970 (0.95-0.99) | 3.8 | 11.4 |"
    )
    assert lines[3].startswith("| **resnet50** | **0.900 (0.88-0.92)** |")
    assert len({line.count("|") for line in lines}) == 1


def test_the_parent_says_what_to_deploy_why_and_on_which_photos(tmp_path: Path) -> None:
    note = of_parent(results(tmp_path), PHOTOS, FAMILIARITY)
    first = "**Deploy resnet18.** It has the best cross-validated accuracy."
    assert note.startswith(first)
    assert "Data: roads/labelled, 23 photos (a\\|b 13, pothole 10; train 18, test 5)." in note
    assert "Weights: random STAND-IN, not ImageNet." in note
    assert "Alarms: shortcut." in note


def test_a_child_says_whether_it_was_chosen_and_the_verdict_on_the_pair(tmp_path: Path) -> None:
    found = results(tmp_path)
    chosen, other = found.backbones
    assert of_child(found, chosen, PHOTOS).startswith("**Chosen.** It has the best")
    said = of_child(found, other, PHOTOS).splitlines()[0]
    assert said == "**Not chosen**; resnet18 is. resnet18 is better."


def test_changes_are_a_list() -> None:
    assert of_changes([Change("train.lr", "1", "2")], first=False).endswith("\n- train.lr 1 → 2")
    assert "other photos or code" in of_changes([], first=False)


def test_markdown_of_names_is_taken_as_text() -> None:
    assert plain("*a|<b>_#`") == "\\*a\\|\\<b\\>\\_\\#\\`"
