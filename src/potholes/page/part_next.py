"""Part 6: what more photos would bring, new photos, and what to do next."""

from collections.abc import Container
from dataclasses import dataclass

import numpy as np

from potholes.figures.drawing import Chart, Table
from potholes.page.inputs import Inputs
from potholes.page.pictures import Plain, jpeg
from potholes.params import ImageParams
from potholes.photos.decoding import decode
from potholes.prediction.tables import Predictions
from potholes.report.charts_learning import learning_charts
from potholes.report.results import Outcome
from potholes.wording import plural


@dataclass(frozen=True)
class NextPart:
    """Learning curves, the photos to look at first, and commands."""

    opening: str
    charts: list[Chart]
    doubtful: Table
    unlabelled: list[Plain]  # the least sure first
    unlabelled_in_all: int  # without those that could not be read
    unlabelled_order: str  # a sentence: which come first
    folder: str  # where a person puts photos with a label
    suggested: int  # photos in the suggested photos.csv; 0: no look-alikes were found
    familiarity: str  # whether the photos that nobody labelled are like these
    steps: Table  # what to do, the command


def what_next(inputs: Inputs) -> NextPart:
    """The part for all backbones."""
    rows = [
        [row.sample_id, row.label, row.suggested, f"{row.margin:+.3f}"]
        for row in inputs.results.labels
        if row.suggested != row.label
    ]
    table, threshold = inputs.unlabelled, inputs.chosen.evaluated.evaluation.threshold
    disputed = inputs.disagreements
    unsure = least_sure(table, threshold, disputed or {})
    return NextPart(
        opening=_opening(inputs.chosen, inputs.level),
        charts=learning_charts(inputs.results, inputs.level),
        doubtful=Table(["photo", "label", "suggested", "margin"], rows[:10]),
        unlabelled=[_unlabelled(inputs, row) for row in unsure[: inputs.sheet]],
        unlabelled_in_all=len(unsure),
        unlabelled_order=_order(len(unsure), None if disputed is None else len(disputed)),
        folder=inputs.params["data"]["labelled"],
        suggested=len(inputs.suggestion),
        familiarity=inputs.familiarity.sentence,
        steps=_steps(inputs),
    )


def _opening(chosen: Outcome, level: float) -> str:
    """What as many labelled photos again would change."""
    found = chosen.cross_validated
    gain, low, high = found.acc_gain, found.acc_gain_low, found.acc_gain_high
    if gain is None or low is None or high is None:
        return f"What more photos would bring to {chosen.name}: {found.gain.rstrip('.')}."
    ends = [_points(low), _points(high)]
    if ends[0] > 0:
        so = "so they would help"
    else:
        so = "so they would not help" if ends[1] < 0 else "so they may or may not help"
    limits = " to ".join(f"{end:+.1f}" for end in ends)
    return (
        f"Twice as many labelled photos ({found.photos:,} more) would change the accuracy of "
        f"{chosen.name} by about {_points(gain):+.1f} percentage points ({limits}), {so}; this is "
        f"extrapolated, with a {level:.0%} interval in brackets."
    )


def _points(value: float) -> float:
    """In percentage points, without a minus before zero."""
    return round(100 * value, 1) + 0.0


def _order(count: int, disputed: int | None) -> str:
    """Of so many unlabelled photos, on some of which several backbones disagree."""
    least = f"The least sure answers on {plural(count, 'unlabelled photo')}."
    if not disputed:
        return least if disputed is None else f"{least} The backbones agree on all of them."
    verb = "is" if disputed == 1 else "are"
    return (
        f"{plural(disputed, 'photo')} of {count:,} {verb} called differently by the backbones "
        "(data/predictions/disagreements.csv): these come first, then the least sure answers."
    )


def least_sure(table: Predictions, threshold: float | None, disputed: Container[str]) -> list[int]:
    """Rows of the photos that could be read, the least sure answer first; equal ones by path.

    Those of the paths `disputed`, on which backbones disagree, come before all others.
    Sure is the probability's distance from `threshold` for two classes, and from the runner-up's
    for more.
    """

    def distance(row: int) -> float:
        said = table.probabilities[row]
        if threshold is not None and len(said) == 2:
            return float(abs(said[1] - threshold))
        second, first = np.sort(said)[-2:]
        return float(first - second)

    rows = [row for row, error in enumerate(table.errors) if error is None]
    return sorted(
        rows, key=lambda row: (table.paths[row] not in disputed, distance(row), table.paths[row])
    )


def _unlabelled(inputs: Inputs, row: int) -> Plain:
    table = inputs.unlabelled
    label, path = table.labels[row], table.paths[row]
    assert label is not None
    image = ImageParams.model_validate(inputs.params["image"])
    pixels = decode((inputs.unlabelled_in / path).read_bytes(), image).pixels
    said = table.probabilities[row, table.classes.index(label)]
    told = (inputs.disagreements or {}).get(path, {})
    others = [f"{name}: {called}" for name, called in told.items() if name != inputs.chosen.name]
    return Plain(jpeg(pixels), label, "; ".join([f"{said:.2f}", *others]), path)


def _steps(inputs: Inputs) -> Table:
    commands = [
        ["train on your own photos", "set data.labelled in params.yaml, then `make repro`"],
        ["predict a folder of photos", "`potholes predict FOLDER --out NEW_FOLDER`"],
        ["label those that teach most", "`potholes review NEW_FOLDER --source FOLDER`"],
        ["see the comparison in a terminal", "`potholes show`"],
        ["compare runs in MLflow", "`make ui`"],
    ]
    if inputs.results.selection.origin == "random":
        first = "use ImageNet weights instead of the stand-in"
        how = "set weights.source: imagenet in params.yaml, then `make repro`"
        commands.insert(0, [first, how])
    if inputs.suggestion:
        text = "keep look-alikes together (look through the suggestion first)"
        folder = inputs.params["data"]["labelled"]
        copy = f"`cp reports/audit/photos.csv {folder}/photos.csv && make repro`"
        commands.insert(0, [text, copy])
    return Table(["to do", "command"], commands)
