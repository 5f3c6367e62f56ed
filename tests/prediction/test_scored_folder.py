"""Scores of labelled photos by hand-made answers."""

from dataclasses import dataclass

import numpy as np
import pytest

from potholes.photos.tables import Rejected
from potholes.prediction.scored_folder import score_folder, told
from potholes.statistics.binomial import wilson
from tests.factories import unlabelled
from tests.photo_files import write_labelled

CLASSES = ["normal", "pothole"]


@dataclass(frozen=True)
class Answers:
    """Says of photo i that it is a pothole with probability[i]; None cannot be read."""

    probability: list[float | None]

    def __call__(self, paths):
        second = [np.nan if p is None else p for p in self.probability]
        assert len(paths) == len(second)
        return unlabelled(
            np.stack([1 - np.array(second), second], axis=1),
            [None if p is None else CLASSES[p >= 0.5] for p in self.probability],
            paths=[path.name for path in paths],
        )


@pytest.fixture
def folder(tmp_path):
    write_labelled(tmp_path, {"normal": 4, "pothole": 4})
    return tmp_path


def test_accuracy_auc_and_confusion_are_those_of_the_answers(folder):
    """One of eight is wrong; of 16 pairs, 0.6 against 0.55 alone is ranked wrongly."""
    answers = Answers([0.1, 0.2, 0.3, 0.6, 0.55, 0.7, 0.8, 0.9])
    scores = score_folder(folder, CLASSES, answers, level=0.95)
    assert scores.confusion == [[3, 1], [0, 4]]
    assert scores.metrics["acc"] == 7 / 8
    assert scores.metrics["auc"] == 15 / 16
    limits = wilson(7 / 8, 8, corrected=True)
    assert (scores.metrics["acc_low"], scores.metrics["acc_high"]) == (limits.low, limits.high)
    assert scores.metrics["auc_low"] < 15 / 16 < scores.metrics["auc_high"]
    assert (scores.photos, scores.groups) == (8, 8)


def test_an_unreadable_photo_is_named_and_not_counted(folder):
    answers = Answers([0.1, None, 0.3, 0.4, 0.55, 0.7, 0.8, 0.9])
    scores = score_folder(folder, CLASSES, answers, level=0.95)
    assert scores.photos == 7
    assert scores.metrics["acc"] == 1
    assert scores.unreadable == [Rejected("normal/01.png", "cut")]
    assert told(scores).splitlines()[-2:] == [
        "1 photo could not be read:",
        "  normal/01.png: cut",
    ]


def test_photos_of_one_drive_count_together(folder):
    lines = [f"pothole/{number:02d}.png,drive" for number in range(4)]
    (folder / "photos.csv").write_text("\n".join(["path,group", *lines]))
    answers = Answers([0.1, 0.2, 0.3, 0.6, 0.55, 0.7, 0.8, 0.9])
    scores = score_folder(folder, CLASSES, answers, level=0.95)
    effective = 8**2 / (4 + 4**2)  # Kish: four photos alone and one group of four
    limits = wilson(7 / 8, effective, corrected=True)
    assert scores.groups == 5
    assert scores.metrics["acc_low"] == pytest.approx(limits.low)
    assert told(scores).splitlines()[0] == "8 photos, 95 % intervals of 5 groups"


def test_other_classes_than_the_models_are_refused(folder):
    with pytest.raises(ValueError, match=r"its classes are normal, pothole, the model's a, b"):
        score_folder(folder, ["a", "b"], Answers([]), level=0.95)


def test_a_class_of_which_nothing_can_be_read_is_named_with_the_reason(folder):
    answers = Answers([None] * 4 + [0.9] * 4)
    with pytest.raises(ValueError, match=r"no photo of normal can be read; normal/00.png: cut"):
        score_folder(folder, CLASSES, answers, level=0.95)


def test_the_table_has_every_class_in_the_order_of_the_model(folder):
    answers = Answers([0.1, 0.2, 0.3, 0.6, 0.55, 0.7, 0.8, 0.9])
    shown = told(score_folder(folder, CLASSES, answers, level=0.9)).splitlines()
    assert shown[0] == "8 photos, 90 % intervals"
    assert [line.split()[-3:] for line in shown[-2:]] == [
        ["normal", "3", "1"],
        ["pothole", "0", "4"],
    ]
