"""The threshold of two classes and what it changes: counts, scores and every photo's answer."""

from dataclasses import dataclass
from decimal import Decimal

from potholes.figures.drawing import Table
from potholes.figures.phrases import score, shown
from potholes.page.inputs import Inputs
from potholes.report.charts_test import against_the_rest
from potholes.report.results import Outcome


@dataclass(frozen=True)
class Slider:
    """The class that is called from the threshold on, and what each threshold would give."""

    positive: str
    threshold: float
    steps: Table  # what the slider shows, without a script


@dataclass(frozen=True)
class Answers:
    """What the script works with: every test photo by its row, classes as numbers."""

    classes: list[str]  # as the page shows them
    truth: list[int]
    called: list[list[int]]  # as delivered, of each backbone; the chosen one's first
    said: list[int]  # by the chosen one, of two classes' second, in 1/10,000; empty for more
    threshold: float | None


def answers(inputs: Inputs) -> Answers:
    """Of all backbones in the order of the results, the chosen one before them.

    Probabilities are rounded down, so that comparing one with a whole multiple of 1/10,000 gives
    what the exact one would give.
    """
    chosen = inputs.chosen.evaluated
    table, slider = chosen.predictions, threshold_slider(inputs.chosen)
    number = {name: index for index, name in enumerate(table.classes)}
    called = []
    for one in [inputs.chosen, *others(inputs)]:
        rows = one.evaluated.predictions
        label = dict(zip(rows.sample_ids, rows.labels, strict=True))
        called.append([number[label[sample_id]] for sample_id in table.sample_ids])
    second = table.probabilities[:, 1].tolist() if slider else []
    return Answers(
        classes=[shown(name) for name in table.classes],
        truth=[number[name] for name in table.truth],
        called=called,
        said=[int(Decimal(repr(p)) * 10_000) for p in second],
        threshold=slider.threshold if slider else None,
    )


def others(inputs: Inputs) -> list[Outcome]:
    """The backbones that were not chosen."""
    return [one for one in inputs.results.backbones if one.name != inputs.chosen.name]


def threshold_slider(chosen: Outcome) -> Slider | None:
    """None for more than two classes."""
    two = _two_classes(chosen)
    if two is None:
        return None
    positive, delivered, truth, said = two
    rows = []
    for threshold in sorted({*(n / 10 for n in range(1, 10)), delivered}):
        right, false, missed, hit = counts(truth, said, threshold)
        rows.append(
            [
                f"{threshold:.2f}{' (delivered)' if threshold == delivered else ''}",
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
    return Slider(positive, delivered, steps)


def counts_as_delivered(chosen: Outcome) -> tuple[str, tuple[int, int, int, int]] | None:
    """The class that is called from the threshold on, and `counts`; None for more than two."""
    two = _two_classes(chosen)
    if two is None:
        return None
    positive, delivered, truth, said = two
    return positive, counts(truth, said, delivered)


def _two_classes(chosen: Outcome) -> tuple[str, float, list[int], list[float]] | None:
    """The second class, its threshold, which test photos are of it, and its probabilities."""
    made, table = chosen.evaluated.evaluation, chosen.evaluated.predictions
    if made.threshold is None or len(made.classes) != 2:
        return None
    positive, said = against_the_rest(table, made.classes[1])
    return made.classes[1], made.threshold, [int(hit) for hit in positive], said


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
