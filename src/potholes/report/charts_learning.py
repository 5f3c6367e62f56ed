"""Scores by the number of labelled photos, as charts."""

from potholes.figures.drawing import Chart, Table, linear_axis, log_axis
from potholes.figures.line_chart import Curve, line_chart
from potholes.figures.phrases import interval, score
from potholes.report.results import Outcome, Results


def learning_charts(results: Results, level: float) -> list[Chart]:
    """Accuracy and AUC; the chosen backbone's has a band of `level`."""
    return [_chart(results, level, "acc", "Accuracy"), _chart(results, level, "auc", "AUC")]


def gain(one: Outcome, level: float) -> str:
    """What as many labelled photos again would add to a backbone's accuracy, as a sentence."""
    found = one.cross_validated
    brackets = f"; {level:.0%} interval in brackets" if found.acc_gain_low is not None else ""
    return f"{one.name}, accuracy: {found.gain}{brackets}."


def _chart(results: Results, level: float, measure: str, name: str) -> Chart:
    curves, rows, sizes, values = [], [], [], []
    chosen = results.selection.backbone
    for index, one in enumerate(results.backbones):
        own = one.name == chosen
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
            band, dash = (limits, 0) if own else ([], index + 1)
            curves.append(Curve(one.name, index, points, band, dash=dash, thick=own, dots=True))
    header = ["backbone", "photos", name, f"{level:.0%} interval"]
    return line_chart(
        f"{name}, cross-validated, by number of labelled photos",
        log_axis("labelled photos (log scale)", sizes or [1, 10]),
        linear_axis(name, values, least=0, most=1),
        curves,
        Table(header, rows),
        note=f"The band between broken lines is {chosen}'s {level:.0%} interval of the mean; the "
        "others' are in the numbers on the page.",
    )
