import numpy as np
import pytest

from potholes.audit.alarms import stand_in_weights
from potholes.audit.balance import Counted, few_groups, fold_without_class, imbalance
from potholes.audit.leak import parted_groups, ungrouped_gain
from potholes.weights.tables import Origin

TWO, THREE = ("normal", "pothole"), ("crack", "normal", "pothole")


def test_a_group_in_two_splits_is_named() -> None:
    assert parted_groups(["a", "a", "b"], ["train", "train", "val"], what="split") is None
    alarm = parted_groups(["a", "a", "b"], ["train", "val", "val"], what="split")
    assert alarm is not None
    assert alarm.evidence == "photos of 1 group are in more than one split: a"


def test_photos_of_no_fold_are_ignored() -> None:
    assert parted_groups(["a", "a"], ["1", ""], what="fold") is None


def test_many_parted_groups_are_counted_and_a_few_named() -> None:
    alarm = parted_groups(list("ddccbbaa"), list("12" * 4), what="fold")
    assert alarm is not None
    assert alarm.evidence.endswith("photos of 4 groups are in more than one fold: a, b, c, …")


def test_better_without_groups_by_more_than_noise_is_a_leak() -> None:
    grouped = np.array([0.90, 0.92, 0.91, 0.93, 0.89])
    # both variances are (1/5 + 1/4) x 0.00025; t of 4 degrees is 2.776: the reach is 0.0416
    assert ungrouped_gain(grouped, grouped + 0.04, ratio=0.25) is None
    alarm = ungrouped_gain(grouped, grouped + 0.045, ratio=0.25)
    assert alarm is not None
    assert "0.955 when photos of one group are in several folds, and 0.910 when" in alarm.evidence
    assert "a difference of 0.045 (0.003 to 0.087)" in alarm.evidence
    assert ungrouped_gain(grouped + 0.045, grouped, ratio=0.25) is None


@pytest.mark.parametrize(
    ("counts", "classes", "fires"),
    [((80, 20), TWO, False), ((81, 19), TWO, True), ((19, 81), TWO, True),
     ((43, 43, 14), THREE, False), ((44, 43, 13), THREE, True)],
)  # fmt: skip
def test_a_class_below_two_fifths_of_its_share_is_imbalance(
    counts: tuple[int, ...], classes: tuple[str, ...], fires: bool
) -> None:
    labels = np.repeat(np.arange(len(counts)), counts)
    assert (imbalance(labels, classes) is not None) == fires


def test_imbalance_names_the_accuracy_of_the_most_frequent_class() -> None:
    alarm = imbalance(np.repeat([0, 1], [90, 10]), TWO)
    assert alarm is not None
    assert "only 10 of 100 photos (10.0%) are labelled pothole" in alarm.evidence
    assert "always predicts normal has an accuracy of 90.0%" in alarm.evidence


def test_a_class_without_a_single_photo_is_imbalance() -> None:
    assert imbalance(np.zeros(5, dtype=np.int64), TWO) is not None


def test_groups_are_counted_a_class_not_photos() -> None:
    labels = np.repeat([0, 1], 40)
    enough = Counted(labels, np.arange(80) // 2)
    assert few_groups(enough, enough, TWO) is None
    few = Counted(labels, np.append(np.arange(40), 40 + np.arange(40) // 3))
    alarm = few_groups(few, enough, TWO)
    assert alarm is not None
    assert alarm.evidence == "train and val have only 14 groups of pothole (40 photos)"


def test_few_test_photos_say_what_they_leave_open() -> None:
    enough = Counted(np.repeat([0, 1], 40), np.arange(80))
    alarm = few_groups(enough, Counted(np.repeat([0, 1], [32, 8]), np.arange(40)), TWO)
    assert alarm is not None
    # Wilson of 7 of 8
    assert alarm.evidence == (
        "test has only 8 groups of pothole (8 photos); even 7 right of 8 would leave open whether "
        "53% or 98% of pothole photos are found"
    )
    assert "split.test" in alarm.advice
    one = few_groups(enough, Counted(np.repeat([0, 1], [32, 1]), np.arange(33)), TWO)
    assert one is not None
    assert one.evidence.endswith("a single one cannot show how many pothole photos are found")


def test_of_many_rare_classes_three_are_named() -> None:
    rare = Counted(np.repeat(np.arange(5), 4), np.arange(20))
    enough = Counted(np.repeat(np.arange(5), 40), np.arange(200))
    alarm = few_groups(rare, enough, list("abcde"))
    assert alarm is not None
    assert alarm.evidence == (
        "train and val have only 4 groups of a (4 photos), 4 groups of b (4 photos), 4 groups of c "
        "(4 photos) and 2 more classes of few groups"
    )


def test_a_fold_without_a_class_is_named() -> None:
    labels = np.array([0, 1, 0, 1, 0])
    whole = np.array([0, 0, 1, 1, -1])
    assert fold_without_class(labels, whole[None], TWO) is None
    broken = np.array([0, 0, 1, 0, 1])
    alarm = fold_without_class(labels, np.stack([whole, broken]), TWO)
    assert alarm is not None
    assert alarm.evidence == "fold 2 of repeat 2 has no pothole"


def test_only_a_stand_in_is_an_alarm() -> None:
    assert stand_in_weights(Origin("imagenet", "resnet18-f37072fd.pth", "0")) is None
    alarm = stand_in_weights(Origin("random", "a seeded stand-in", ""))
    assert alarm is not None
    assert alarm.evidence == "the weights are a seeded stand-in"


def test_costs_are_advised_for_two_classes_only() -> None:
    two = imbalance(np.repeat([0, 1], [90, 10]), TWO)
    three = imbalance(np.repeat([0, 1, 2], [5, 45, 50]), THREE)
    assert two is not None
    assert three is not None
    assert two.advice.endswith("; set evaluate.miss_cost and evaluate.false_alarm_cost")
    assert "miss_cost" not in three.advice
