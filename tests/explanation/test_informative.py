from dataclasses import replace

import numpy as np
import pytest

from potholes.evaluation.tables import TestPredictions
from potholes.explanation.informative import (
    most_informative,
    nearest_first,
    random_photos,
    runner_up,
)


def table(truth: str, labels: str, confidence: list[float]) -> TestPredictions:
    """Photos 0, 1, … with classes a and b, a letter each."""
    pairs = zip(labels, confidence, strict=True)
    rows = [[p, 1 - p] if label == "a" else [1 - p, p] for label, p in pairs]
    ids = [f"{index}.jpg" for index in range(len(truth))]
    return TestPredictions(["a", "b"], ids, ids, list(truth), list(labels), np.array(rows))


SIX = table("aabbab", "abbaab", [0.9, 0.6, 0.8, 0.7, 0.6, 0.95])  # photos 1 and 3 are mistakes


def shown(predictions: TestPredictions, threshold: float = 0.5, **options: int) -> list[str]:
    settings = {"count": 6, "sample": 0, "seed": 0} | options
    found = most_informative(predictions, threshold, **settings)
    return [predictions.sample_ids[photo.row] for photo in found]


def test_mistakes_come_first_the_most_confident_before_then_right_ones_the_nearest_before():
    nearest = ["3.jpg", "1.jpg", "4.jpg", "2.jpg", "0.jpg", "5.jpg"]
    for sample in (0, 2, 6):
        assert shown(SIX, sample=sample) == nearest
    assert shown(SIX, count=4) == nearest[:4]
    found = most_informative(SIX, 0.5, count=6, sample=6, seed=0)
    assert [photo.mistake for photo in found] == [*[True] * 2, *[False] * 4]


def test_near_is_near_the_threshold_of_two_classes():
    right = table("abab", "abab", [0.9, 0.9, 0.6, 0.6])  # of b: 0.1, 0.9, 0.4, 0.6
    for threshold, rows in ((0.5, [2, 3, 0, 1]), (0.65, [3, 1, 2, 0]), (0.05, [0, 2, 3, 1])):
        assert nearest_first(right, threshold) == rows


def test_near_is_near_the_runner_up_of_three_classes():
    said = np.array([[0.5, 0.1, 0.4], [0.1, 0.6, 0.3], [0.2, 0.3, 0.5], [0.9, 0.05, 0.05]])
    three = TestPredictions(["a", "b", "c"], list("0123"), list("0123"), list("abcb"), [], said)
    assert nearest_first(replace(three, labels=list("abca")), None) == [0, 2, 1]


def test_equally_confident_mistakes_are_in_order_of_name():
    assert shown(table("aaa", "bbb", [0.7] * 3)) == ["0.jpg", "1.jpg", "2.jpg"]


@pytest.mark.parametrize(("count", "expected"), [(0, 0), (1, 1), (4, 4), (99, 6)])
def test_no_more_than_asked_for(count, expected):
    assert len(shown(SIX, count=count, sample=6)) == expected


def test_the_seed_draws_the_right_ones():
    assert len({tuple(shown(SIX, count=3, sample=1, seed=seed)) for seed in range(20)}) > 3


def test_the_random_sample_is_in_even_where_mistakes_would_fill_the_page():
    many = table("a" * 40, "b" * 30 + "a" * 10, [0.9] * 40)
    for seed in range(5):
        rows = [photo.row for photo in most_informative(many, 0.5, count=10, sample=8, seed=seed)]
        assert len(rows) >= 8
        assert set(random_photos(many, 8, seed)) <= set(rows)
        assert rows == sorted(set(rows), key=rows.index)
    few = most_informative(many, 0.5, count=3, sample=8, seed=0)
    assert {photo.row for photo in few} == set(random_photos(many, 3, 0))


def test_the_order_of_the_table_makes_no_difference():
    turned = table("babbaa", "baabba", [0.95, 0.6, 0.7, 0.8, 0.6, 0.9])
    turned = replace(turned, sample_ids=SIX.sample_ids[::-1])
    for count in (1, 3, 6):
        assert shown(turned, count=count, sample=2) == shown(SIX, count=count, sample=2)


def test_the_runner_up_is_the_most_probable_other_class():
    three = TestPredictions(
        ["a", "b", "c"],
        ["0", "1", "2"],
        ["0", "1", "2"],
        ["a"] * 3,
        ["a", "c", "b"],
        np.array([[0.6, 0.1, 0.3], [0.3, 0.1, 0.6], [0.2, 0.6, 0.2]]),
    )
    assert [runner_up(three, row) for row in range(3)] == ["c", "a", "a"]


def test_with_a_threshold_the_runner_up_may_be_the_more_probable_class():
    called = table("b", "b", [0.4])
    assert runner_up(called, 0) == "a"
