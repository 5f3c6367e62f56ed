from dataclasses import replace
from pathlib import Path

import pytest

from potholes.audit.tables import Alarm
from potholes.files.documents import write_document
from potholes.files.timing import Timing, TrainTime, read_train_times
from potholes.report.comparison_table import comparison_table, summary
from potholes.selection.tables import TestDifference
from tests.factories import comparison, cross_validated, selection

ROWS = [comparison("resnet18"), comparison("resnet152", 1)]


def test_columns_have_the_methods_names() -> None:
    header = comparison_table(ROWS, {}, None).splitlines()[0].split()
    assert header == [
        "Backbone",
        "CV_acc",
        "Converged_acc",
        "Test_acc",
        "Test_auc",
        "Val_acc",
        "(Best_acc)",
        "Best_epoch",
        "Stability_loss",
        "Stability_acc",
        "Train_time",
        "[s]",
        "Size",
        "[MB]",
    ]


def test_every_number_of_a_backbone_is_on_its_line() -> None:
    line = comparison_table(ROWS, {"resnet18": TrainTime(3.25, 0.4)}, None).splitlines()[2]
    scores = "0.910 (0.89-0.93) 0.920 (0.90-0.94) 0.900 (0.88-0.92) 0.970 (0.95-0.99)"
    numbers = f"resnet18 {scores} 0.950 2 0.0300 0.0100 3.2 + 0.40 11.4"
    assert " ".join(line.split()) == numbers


def test_where_a_class_is_rare_what_does_not_hide_it_comes_first() -> None:
    rare = [replace(row, rarest_share=0.125) for row in ROWS]
    text = comparison_table(rare, {}, selection("resnet18"))
    header, _, line = text.splitlines()[:3]
    assert header.split()[:4] == ["Backbone", "Test_balanced_acc", "Test_ap", "CV_acc"]
    assert line.split()[:6] == ["*", "resnet18", "0.890", "(0.87-0.91)", "0.960", "(0.94-0.98)"]
    assert len({len(one) for one in text.splitlines()[:4]}) == 1
    assert "A class has only 12.5% of the test photos" in text
    even = comparison_table([replace(row, rarest_share=0.2) for row in ROWS], {}, None)
    assert "Test_ap" not in even


def test_columns_are_aligned() -> None:
    lines = comparison_table(ROWS, {}, selection("resnet152")).splitlines()[:4]
    assert len({len(line) for line in lines}) == 1


def test_only_the_chosen_backbone_is_starred_and_the_reason_is_given() -> None:
    text = comparison_table(ROWS, {}, selection("resnet152"))
    starred = [line for line in text.splitlines() if line.startswith("*")]
    assert [line.split()[1] for line in starred] == ["resnet152", "chosen"]
    assert "It has the best cross-validated accuracy." in starred[1]


def test_why_the_accuracies_of_the_chosen_differ_is_said() -> None:
    split = cross_validated("resnet18").summary.split
    assert split is not None
    lines = comparison_table(ROWS, {}, selection("resnet18"), split).splitlines()
    (why,) = [line for line in lines if line.startswith("Why")]
    assert why.startswith("Why resnet18's accuracies differ: Val_acc 0.950 is of the epoch")
    assert "CV_acc 0.910" in why
    assert why.endswith(
        "right about 0.920 of val and 0.900 of train, +0.020 (-0.050 to +0.090): no more than "
        "chance explains."
    )
    for low, high, kind in ((0.01, 0.05, "easy"), (-0.05, -0.01, "hard")):
        drawn = replace(split, low=low, high=high)
        text = comparison_table(ROWS, {}, selection("resnet18"), drawn)
        assert f": val drew {kind} photos.\n" in text
    assert "Why" not in comparison_table(ROWS, {}, selection("resnet18"))


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
    assert "random STAND-IN, not ImageNet" in comparison_table(ROWS, {}, None)
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


def test_the_accuracy_at_a_half_is_beside_the_one_at_another_threshold() -> None:
    moved = replace(ROWS[1], threshold=0.3512, test_acc_at_half=0.875)
    lines = comparison_table([ROWS[0], moved], {}, None).splitlines()
    said = "resnet152: Test_acc 0.890 is at the delivered threshold, 0.35; at 0.5 it is 0.875."
    assert said in lines
    assert "CV_acc and Val_acc use 0.5." in lines
    assert not any("expected cost" in line for line in lines)
    assert "0.5" not in comparison_table(ROWS, {}, None).split("\n\n")[1]


def test_costs_that_differ_show_the_expected_cost_of_every_backbone() -> None:
    dear = [replace(row, bayes_threshold=0.2, threshold=0.2) for row in ROWS]
    assert (
        "expected cost of a photo at the delivered threshold, cross-validated (standard error): "
        "resnet18 0.090 (0.010), resnet152 0.100 (0.010)"
    ) in comparison_table(dear, {}, None).splitlines()


def test_the_luck_of_the_seed_is_told_of_every_backbone() -> None:
    text = comparison_table(ROWS, {}, None)
    spread = "0.850 to 0.920 (resnet18), 0.840 to 0.910 (resnet152)"
    assert f"Luck of the seed: with other seeds of the head, Test_acc is {spread}." in text


@pytest.mark.parametrize("count", [0, 1, 7, 8, 20])
def test_the_summary_has_twelve_lines_at_most_and_counts_the_alarms_it_leaves_out(
    count: int,
) -> None:
    alarms = [Alarm(f"kind {index}", "seen", "look at it") for index in range(count)]
    lines = summary(ROWS, {}, selection("resnet18"), alarms).splitlines()
    assert len(lines) == min(6 + count, 12)
    assert lines[5].startswith("* chosen by the rule")
    told = [line for line in lines if line.startswith("Alarm, ")]
    left = count - len(told)
    assert left == (0 if count <= 6 else count - 5)
    if left:
        assert lines[-1].startswith(f"{left} more alarms, on the page: kind 5, ")


def test_the_summary_leaves_out_what_few_need() -> None:
    header = summary(ROWS, {}, selection("resnet18"), []).splitlines()[0]
    for name in ("CV_acc", "Best_acc", "Stability_loss", "Stability_acc", "Train_time"):
        assert name in header
    assert "Converged_acc" not in header
