from dataclasses import replace
from pathlib import Path

import pytest

from potholes.files.documents import write_document
from potholes.files.timing import Timing, TrainTime, read_train_times
from potholes.report.comparison_table import comparison_table
from potholes.selection.tables import TestDifference
from tests.factories import comparison, selection

ROWS = [comparison("resnet18"), comparison("resnet152", 1)]


def test_columns_have_the_methods_names() -> None:
    header = comparison_table(ROWS, {}, None).splitlines()[0].split()
    assert header == [
        "Backbone",
        "Stability_loss",
        "Stability_acc",
        "Best_epoch",
        "Best_acc",
        "CV_acc",
        "Test_acc",
        "Test_auc",
        "Train_time",
        "[s]",
        "Size",
        "[MB]",
    ]


def test_every_number_of_a_backbone_is_on_its_line() -> None:
    line = comparison_table(ROWS, {"resnet18": TrainTime(3.25, 0.4)}, None).splitlines()[2]
    scores = "0.910 (0.89-0.93) 0.900 (0.88-0.92) 0.970 (0.95-0.99)"
    numbers = f"resnet18 0.0300 0.0100 2 0.9500 {scores} 3.2 + 0.4 11.4"
    assert " ".join(line.split()) == numbers


def test_columns_are_aligned() -> None:
    lines = comparison_table(ROWS, {}, selection("resnet152")).splitlines()[:4]
    assert len({len(line) for line in lines}) == 1


def test_only_the_chosen_backbone_is_starred_and_the_reason_is_given() -> None:
    text = comparison_table(ROWS, {}, selection("resnet152"))
    starred = [line for line in text.splitlines() if line.startswith("*")]
    assert [line.split()[1] for line in starred] == ["resnet152", "chosen"]
    assert "It has the best cross-validated accuracy." in starred[1]


@pytest.mark.parametrize(
    ("better", "found"),
    [(None, "not significantly different"), ("resnet18", "significantly different")],
)
def test_a_difference_of_test_auc_says_whether_it_is_significant(
    better: str | None, found: str
) -> None:
    pair = TestDifference("resnet18", "resnet152", 0.02, -0.01, 0.05, 0.2, better)
    chosen = replace(selection("resnet152"), test_differences=[pair])
    assert (
        f"test AUC of the trained heads of resnet18 and resnet152: {found}, "
        "+0.020 (-0.010 to +0.050)"
    ) in comparison_table(ROWS, {}, chosen).splitlines()


def test_a_stand_in_is_called_one_and_imagenet_is_not() -> None:
    assert "random stand-in, not ImageNet" in comparison_table(ROWS, {}, None)
    real = comparison_table([comparison("resnet18", origin="imagenet")], {}, None)
    assert "stand-in" not in real
    assert "ImageNet" in real


def test_an_unknown_time_is_a_dash() -> None:
    assert comparison_table(ROWS, {}, None).splitlines()[2].split()[-2] == "-"


def test_train_times_join_features_and_head_and_leave_out_the_unknown(tmp_path: Path) -> None:
    write_document(tmp_path / "features/resnet18.json", Timing(2.0, 5))
    write_document(tmp_path / "train/resnet18.json", Timing(0.5, 20))
    write_document(tmp_path / "train/resnet50.json", Timing(0.5, 20))
    times = read_train_times(tmp_path, ["resnet18", "resnet50"])
    assert times == {"resnet18": TrainTime(extraction=2.0, head=0.5)}
    assert times["resnet18"].total == 2.5
