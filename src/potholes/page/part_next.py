"""Part 6: what more photos would bring, new photos, and what to do next."""

from dataclasses import dataclass

from potholes.figures.drawing import Chart, Table
from potholes.page.inputs import Inputs
from potholes.report.charts_learning import gain, learning_charts


@dataclass(frozen=True)
class NextPart:
    """Learning curves, the labels to look at first, and commands."""

    opening: str
    charts: list[Chart]
    doubtful: Table
    suggested: int  # photos in the suggested photos.csv; 0: no look-alikes were found
    unlabelled: str  # whether the photos that nobody labelled are like these
    steps: Table  # what to do, the command


def what_next(inputs: Inputs) -> NextPart:
    """The part for all backbones."""
    rows = [
        [row.sample_id, row.label, row.suggested, f"{row.margin:+.3f}"]
        for row in inputs.results.labels
        if row.suggested != row.label
    ]
    return NextPart(
        opening=gain(inputs.chosen, inputs.level),
        charts=learning_charts(inputs.results, inputs.level),
        doubtful=Table(["photo", "label", "suggested", "margin"], rows[:10]),
        suggested=len(inputs.suggestion),
        unlabelled=inputs.familiarity.sentence,
        steps=_steps(inputs),
    )


def _steps(inputs: Inputs) -> Table:
    commands = [
        ["train on your own photos", "set data.labelled in params.yaml, then make repro"],
        ["predict a folder of photos", "potholes predict FOLDER --out NEW_FOLDER"],
        ["see the comparison in a terminal", "potholes show"],
        ["compare runs in MLflow", "make ui"],
    ]
    if inputs.results.selection.origin == "random":
        first = "use ImageNet weights instead of the stand-in"
        commands.insert(0, [first, "set weights.source: imagenet in params.yaml, then make repro"])
    if inputs.suggestion:
        text = "keep look-alikes together (look through the suggestion first)"
        folder = inputs.params["data"]["labelled"]
        commands.insert(0, [text, f"cp reports/audit/photos.csv {folder}/photos.csv && make repro"])
    return Table(["to do", "command"], commands)
