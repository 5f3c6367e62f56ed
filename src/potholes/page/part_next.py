"""Part 6: what more photos would bring, and what to do next."""

from dataclasses import dataclass

from potholes.figures.drawing import Chart, Table, linear_axis, log_axis
from potholes.figures.line_chart import Curve, line_chart
from potholes.figures.phrases import interval, score
from potholes.page.inputs import Inputs


@dataclass(frozen=True)
class NextPart:
    """Learning curves, the labels to look at first, and commands."""

    opening: str
    charts: list[Chart]
    doubtful: Table
    suggested: int  # photos in the suggested photos.csv; 0: no look-alikes were found
    steps: Table  # what to do, the command


def what_next(inputs: Inputs) -> NextPart:
    """The part for all backbones."""
    rows = [
        [row.sample_id, row.label, row.suggested, f"{row.margin:+.3f}"]
        for row in inputs.results.labels
        if row.suggested != row.label
    ]
    return NextPart(
        opening=f"{inputs.chosen.name}: {inputs.chosen.cross_validated.gain}.",
        charts=[_chart(inputs, "acc", "Accuracy"), _chart(inputs, "auc", "AUC")],
        doubtful=Table(["photo", "label", "suggested", "margin"], rows[:10]),
        suggested=len(inputs.suggestion),
        steps=_steps(inputs),
    )


def _chart(inputs: Inputs, measure: str, name: str) -> Chart:
    curves, rows, sizes, values = [], [], [], []
    for index, one in enumerate(inputs.results.backbones):
        own = one.name == inputs.chosen.name
        known = [p for p in one.curve if getattr(p, measure) is not None]
        points = [(p.photos, getattr(p, measure)) for p in known]
        limits = [(getattr(p, f"{measure}_low"), getattr(p, f"{measure}_high")) for p in known]
        sizes += [x for x, _ in points]
        values += [y for _, y in points] + [end for pair in limits if own for end in pair]
        rows += [
            [one.name, str(x), score(y), interval(*pair)]
            for (x, y), pair in zip(points, limits, strict=True)
        ]
        if points:
            band = limits if own else []
            curves.append(Curve(one.name, index, points, band, thick=own, dots=True))
    curves.sort(key=lambda curve: curve.thick)
    header = ["backbone", "photos", name, f"{inputs.level:.0%} interval"]
    return line_chart(
        f"{name}, cross-validated, by number of labelled photos",
        log_axis("labelled photos (log scale)", sizes or [1, 10]),
        linear_axis(name, values, most=1),
        curves,
        Table(header, rows),
        note=f"The band is {inputs.chosen.name}'s {inputs.level:.0%} interval.",
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
