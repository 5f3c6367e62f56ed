"""The threshold of two classes and what it changes."""

from dataclasses import dataclass

from potholes.figures.drawing import Table
from potholes.figures.phrases import score
from potholes.report.charts_test import against_the_rest
from potholes.report.results import Outcome


@dataclass(frozen=True)
class Slider:
    """What the threshold moves: truth (1: positive) and probability of each test photo."""

    positive: str
    negative: str
    threshold: float
    truth: list[int]
    probabilities: list[float]
    steps: Table  # the same without a script


def threshold_slider(chosen: Outcome) -> Slider | None:
    """None for more than two classes."""
    made, table = chosen.evaluated.evaluation, chosen.evaluated.predictions
    if made.threshold is None or len(made.classes) != 2:
        return None
    positive, said = against_the_rest(table, made.classes[1])
    truth = [int(hit) for hit in positive]
    rows = []
    for threshold in sorted({*(n / 10 for n in range(1, 10)), made.threshold}):
        right, false, missed, hit = counts(truth, said, threshold)
        rows.append(
            [
                f"{threshold:.2f}{' (delivered)' if threshold == made.threshold else ''}",
                str(right),
                str(false),
                str(missed),
                str(hit),
                score(hit / (hit + false)) if hit + false else "–",
                score(hit / (hit + missed)) if hit + missed else "–",
            ]
        )
    header = [
        "threshold",
        "true negatives",
        "false alarms",
        "misses",
        "hits",
        "precision",
        "recall",
    ]
    steps = Table(header, rows)
    return Slider(made.classes[1], made.classes[0], made.threshold, truth, said, steps)


def counts(truth: list[int], said: list[float], threshold: float) -> tuple[int, int, int, int]:
    """True negatives, false alarms, misses and hits, called positive from `threshold` on."""
    called = [p >= threshold for p in said]
    pairs = list(zip(truth, called, strict=True))
    return (
        pairs.count((0, False)),
        pairs.count((0, True)),
        pairs.count((1, False)),
        pairs.count((1, True)),
    )
