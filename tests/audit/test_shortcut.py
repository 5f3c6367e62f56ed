from dataclasses import replace

import numpy as np
import pytest

from potholes.audit.photo_properties import PROPERTIES
from potholes.audit.shortcut import Shortcut, measure_shortcut, shortcut_alarm

CLASSES = ("normal", "pothole")
LABELS = np.arange(200) % 2
GROUPS = np.arange(200)


def table(seed: int = 0) -> np.ndarray:
    """Properties that know nothing of the label; a quality for half of the photos."""
    values = np.random.default_rng(seed).random((200, len(PROPERTIES)))
    values[::4, PROPERTIES.index("quality")] = np.nan
    values[1::4, PROPERTIES.index("quality")] = np.nan
    return values


def fires(values: np.ndarray, labels: np.ndarray = LABELS) -> str | None:
    found = measure_shortcut(values, labels, GROUPS, CLASSES, seed=0)
    alarm = shortcut_alarm(found, 0.85)
    return found.single if alarm else None


@pytest.mark.parametrize("name", ["quality", "width", "sharpness"])
def test_a_property_that_gives_the_label_away_is_named(name: str) -> None:
    values = table()
    values[LABELS == 1, PROPERTIES.index(name)] = 0.5
    values[LABELS == 0, PROPERTIES.index(name)] += 0.6
    assert fires(values) == name


def test_a_class_without_a_quality_is_a_shortcut() -> None:
    values = table()
    values[:, PROPERTIES.index("quality")] = np.where(LABELS == 1, np.nan, 90)
    assert fires(values) == "quality"


def test_permuted_labels_do_not_fire() -> None:
    rng = np.random.default_rng(1)
    assert [seed for seed in range(20) if fires(table(seed), rng.permutation(LABELS))] == []


def test_a_weak_property_does_not_fire_below_the_limit() -> None:
    values = table()
    values[LABELS == 1, PROPERTIES.index("bytes")] += 0.4
    found = measure_shortcut(values, LABELS, GROUPS, CLASSES, seed=0)
    assert 0.6 < found.low < found.auc < found.high < 0.9
    assert found.file_auc > 0.7 > 0.6 > found.picture_auc
    assert shortcut_alarm(found, 0.85) is None
    assert shortcut_alarm(found, 0.6) is not None


def test_of_several_classes_the_best_told_is_reported() -> None:
    labels = np.arange(200) % 3
    values = table()
    values[labels == 1, PROPERTIES.index("width")] += 5
    found = measure_shortcut(values, labels, GROUPS, ("a", "b", "c"), seed=0)
    assert (found.label, found.single) == ("b", "width")


def test_few_groups_widen_the_interval() -> None:
    values = table()
    values[LABELS == 1, PROPERTIES.index("bytes")] += 0.4
    groups = GROUPS // 20 * 2 + LABELS
    together = measure_shortcut(values, LABELS, groups, CLASSES, seed=0)
    apart = measure_shortcut(values, LABELS, GROUPS, CLASSES, seed=0)
    assert together.high - together.low > 2 * (apart.high - apart.low)


def test_the_evidence_has_the_numbers_and_the_limit_is_not_exceeded_by_equality() -> None:
    shortcut = Shortcut("pothole", 0.991, 0.9, 0.998, 0.99, 0.5, "bytes", 0.97)
    alarm = shortcut_alarm(shortcut, 0.85)
    assert alarm is not None
    assert alarm.what == "shortcut"
    assert "AUC 0.991 (0.900 to 0.998; limit 0.85); file size alone 0.970" in alarm.evidence
    assert "compare file size between the classes" in alarm.advice
    assert shortcut_alarm(replace(shortcut, low=0.85), 0.85) is None
