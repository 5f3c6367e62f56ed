from dataclasses import replace

import numpy as np
import pytest

from potholes.evaluation.tables import TestPredictions
from potholes.explanation.informative import most_informative, runner_up


def table(truth: str, labels: str, confidence: list[float]) -> TestPredictions:
    """Photos 0, 1, … with classes a and b, a letter each."""
    pairs = zip(labels, confidence, strict=True)
    rows = [[p, 1 - p] if label == "a" else [1 - p, p] for label, p in pairs]
    ids = [f"{index}.jpg" for index in range(len(truth))]
    return TestPredictions(["a", "b"], ids, ids, list(truth), list(labels), np.array(rows))


SIX = table("aabbab", "abbaab", [0.9, 0.6, 0.8, 0.7, 0.6, 0.95])  # photos 1 and 3 are mistakes


def shown(predictions: TestPredictions, **options: int) -> list[str]:
    settings = {"count": 6, "sample": 0, "seed": 0} | options
    return [predictions.sample_ids[p.row] for p in most_informative(predictions, **settings)]


def test_mistakes_come_first_the_most_confident_before():
    assert shown(SIX)[:2] == ["3.jpg", "1.jpg"]
    assert sorted(shown(SIX)[2:]) == ["0.jpg", "2.jpg", "4.jpg", "5.jpg"]
    assert [p.mistake for p in most_informative(SIX, count=6, sample=0, seed=0)] == [
        *[True] * 2,
        *[False] * 4,
    ]


def test_equally_confident_mistakes_are_in_order_of_name():
    assert shown(table("aaa", "bbb", [0.7] * 3)) == ["0.jpg", "1.jpg", "2.jpg"]


@pytest.mark.parametrize(("count", "expected"), [(0, 0), (1, 1), (4, 4), (99, 6)])
def test_no_more_than_asked_for(count, expected):
    chosen = shown(SIX, count=count)
    assert len(chosen) == expected
    assert chosen == [one for one in shown(SIX) if one in chosen]


def test_the_seed_draws_the_right_ones():
    assert len({tuple(shown(SIX, count=3, seed=seed)) for seed in range(20)}) == 4


def test_a_random_sample_of_all_is_in_even_where_mistakes_would_fill_the_page():
    many = table("a" * 40, "b" * 30 + "a" * 10, [0.9] * 40)
    for seed in range(5):
        chosen = most_informative(many, count=10, sample=8, seed=seed)
        draws = [photo.draw for photo in chosen]
        assert len(draws) == 10
        assert set(range(1, 9)) <= set(draws)
    assert {photo.draw for photo in most_informative(many, count=3, sample=8, seed=0)} == {1, 2, 3}
    drawn = [most_informative(many, count=8, sample=8, seed=seed) for seed in range(5)]
    assert any(not photo.mistake for photos in drawn for photo in photos)


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
