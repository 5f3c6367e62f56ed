"""Part 4: the test photos in curves, counts and a threshold to move."""

from collections.abc import Sequence
from dataclasses import dataclass

from potholes.evaluation.tables import Evaluation, ReliabilityBin, RocPoint
from potholes.figures.drawing import Chart, Table, share_axis
from potholes.figures.line_chart import Curve, Note, line_chart
from potholes.figures.phrases import interval, score, scored
from potholes.page.inputs import Inputs
from potholes.page.threshold import Slider, against_the_rest, threshold_slider
from potholes.report.results import Outcome
from potholes.wording import plural


@dataclass(frozen=True)
class Cell:
    """One cell of the confusion matrix: photos, share of the truth's, shade 0 to 4."""

    photos: int
    share: str
    shade: int
    right: bool


@dataclass(frozen=True)
class TestPart:
    """Figures and tables of the chosen backbone; curves of all where there are two classes."""

    __test__ = False  # not a test class, whatever pytest makes of its name

    opening: str
    classes: list[str]
    confusion: list[list[Cell]]
    by_class: Table
    charts: list[Chart]
    slider: Slider | None  # two classes only


def test_part(inputs: Inputs) -> TestPart:
    """The part; with more than two classes the curves are the chosen backbone's, one a class."""
    chosen = inputs.chosen
    made = chosen.evaluated.evaluation
    return TestPart(
        opening=_opening(chosen, inputs.level),
        classes=made.classes,
        confusion=[[_cell(row, i, j) for j in range(len(row))] for i, row in _rows(made)],
        by_class=_by_class(chosen),
        charts=[_roc(inputs), _precision_recall(inputs), _reliability(inputs)],
        slider=threshold_slider(chosen),
    )


test_part.__test__ = False  # type: ignore[attr-defined]


def recall_precision(positive: list[bool], said: list[float]) -> list[tuple[float, float]]:
    """Recall and precision from the highest threshold to the lowest; equal values move at once.

    Empty without a positive photo.
    """
    total = sum(positive)
    if not total:
        return []
    order = sorted(zip(said, positive, strict=True), key=lambda pair: -pair[0])
    points, found = [], 0
    for index, (value, hit) in enumerate(order):
        found += hit
        if index + 1 == len(order) or order[index + 1][0] != value:
            points.append((found / total, found / (index + 1)))
    return [(0.0, points[0][1]), *points]


def _opening(chosen: Outcome, level: float) -> str:
    made = chosen.evaluated.evaluation
    wrong = made.test_photos - sum(made.confusion[i][i] for i in range(len(made.classes)))
    return (
        f"{chosen.name} calls {wrong} of the {plural(made.test_photos, 'test photo')} wrongly; "
        f"with so few photos its true accuracy can lie anywhere from "
        f"{interval(chosen.scores.test_acc_low, chosen.scores.test_acc_high)} ({level:.0%})."
    )


def _rows(made: Evaluation) -> list[tuple[int, list[int]]]:
    return list(enumerate(made.confusion))


def _cell(row: list[int], truth: int, called: int) -> Cell:
    share = row[called] / sum(row) if sum(row) else 0.0
    return Cell(row[called], f"{share:.0%}", min(4, int(share * 4 + 0.999)), truth == called)


def _by_class(chosen: Outcome) -> Table:
    rows = [
        [
            one.label,
            str(one.photos),
            scored(one.precision, one.precision_low, one.precision_high),
            scored(one.recall, one.recall_low, one.recall_high),
            scored(one.f1, one.f1_low, one.f1_high),
            scored(one.auc, one.auc_low, one.auc_high),
            scored(one.ap, one.ap_low, one.ap_high),
        ]
        for one in chosen.evaluated.by_class
    ]
    header = ["class", "test photos", "precision", "recall", "F1", "AUC", "average precision"]
    return Table(header, rows)


def _lines(inputs: Inputs) -> list[tuple[str, Outcome, str, int]]:
    """Name, backbone, positive class and series of each curve, the chosen backbone's last."""
    classes = inputs.chosen.evaluated.evaluation.classes
    if len(classes) > 2:
        return [(name, inputs.chosen, name, index) for index, name in enumerate(classes)]
    lines = [
        (one.name, one, classes[1], index) for index, one in enumerate(inputs.results.backbones)
    ]
    return sorted(lines, key=lambda entry: entry[1].name == inputs.chosen.name)


def _roc(inputs: Inputs) -> Chart:
    curves, rows = [], []
    for name, one, label, series in _lines(inputs):
        points = [p for p in one.evaluated.roc if p.label == label]
        places = [(p.false_positive_rate, p.true_positive_rate) for p in points]
        own = next(row for row in one.evaluated.by_class if row.label == label)
        auc = f"{name}: AUC {scored(own.auc, own.auc_low, own.auc_high)}"
        chosen = one.name == inputs.chosen.name
        area = rectangles(points) if chosen and _shaded(inputs) else []
        curves.append(Curve(auc, series, places, area=area, thick=chosen))
        rows += [[name, *_roc_row(point)] for point in points]
    numbers = Table(["curve", "threshold", "false positive rate", "true positive rate"], rows)
    return line_chart(
        f"ROC on the test photos{_positive(inputs)}",
        share_axis("false positive rate"),
        share_axis("true positive rate"),
        curves,
        numbers,
        notes=_operating_point(inputs),
        diagonal=True,
        note=f"The dotted diagonal is chance. {_delivered(inputs)}{_shaded(inputs)}",
    )


def _roc_row(point: RocPoint) -> list[str]:
    """Threshold and both rates with their limits."""
    return [
        "–" if point.threshold is None else f"{point.threshold:.4f}",
        scored(
            point.false_positive_rate,
            point.false_positive_rate_low,
            point.false_positive_rate_high,
        ),
        scored(
            point.true_positive_rate, point.true_positive_rate_low, point.true_positive_rate_high
        ),
    ]


def rectangles(points: Sequence[RocPoint]) -> list[tuple[float, float]]:
    """The corners of the area that the points' confidence rectangles cover, clockwise from (0, 0).

    From the first one's upper left corner to the last one's, and back along the lower right ones.
    """
    upper = [(p.false_positive_rate_low, p.true_positive_rate_high) for p in points]
    lower = [(p.false_positive_rate_high, p.true_positive_rate_low) for p in points]
    return [(0.0, 0.0), *upper, (1.0, 1.0), *reversed(lower)]


def _shaded(inputs: Inputs) -> str:
    """What the area is; nothing with more classes, whose areas would cover each other."""
    if len(inputs.chosen.evaluated.evaluation.classes) > 2:
        return ""
    return (
        f" Shaded: where {inputs.chosen.name}'s true point lies at any one threshold, with "
        f"{inputs.level:.0%} confidence."
    )


def _positive(inputs: Inputs) -> str:
    classes = inputs.chosen.evaluated.evaluation.classes
    if len(classes) == 2:
        return f", {classes[1]} against {classes[0]}"
    return f", {inputs.chosen.name}, each class against the rest"


def _operating_point(inputs: Inputs) -> list[Note]:
    made = inputs.chosen.evaluated.evaluation
    if made.threshold is None or len(made.classes) != 2 or not all(map(sum, made.confusion)):
        return []
    (negative, false), (missed, hit) = made.confusion
    series = next(s for _, one, _, s in _lines(inputs) if one.name == inputs.chosen.name)
    return [Note(false / (negative + false), hit / (missed + hit), series)]


def _delivered(inputs: Inputs) -> str:
    if not _operating_point(inputs):
        return ""
    made = inputs.chosen.evaluated.evaluation
    return f"The open dot is {inputs.chosen.name} at its delivered threshold, {made.threshold:.2f}."


def _precision_recall(inputs: Inputs) -> Chart:
    curves, rows = [], []
    for name, one, label, series in _lines(inputs):
        points = recall_precision(*against_the_rest(one.evaluated.predictions, label))
        own = next(row for row in one.evaluated.by_class if row.label == label)
        text = f"{name}: average precision {scored(own.ap, own.ap_low, own.ap_high)}"
        curves.append(Curve(text, series, points, thick=one.name == inputs.chosen.name))
        rows += [[name, score(recall), score(precision)] for recall, precision in points]
    return line_chart(
        f"Precision and recall on the test photos{_positive(inputs)}",
        share_axis("recall"),
        share_axis("precision"),
        curves,
        Table(["curve", "recall", "precision"], rows),
        note="Read this one where a class is rare: at chance, precision is the class's share.",
    )


def _reliability(inputs: Inputs) -> Chart:
    made, tables = inputs.chosen.evaluated.evaluation, inputs.chosen.evaluated
    curves = [_bins("as delivered", 0, tables.calibrated)]
    if made.temperature != 1:
        curves.insert(0, _bins("as trained", 1, tables.as_trained))
    rows = [
        [name, score(b.probability), score(b.observed), interval(b.low, b.high), str(b.photos)]
        for name, bins in (("as trained", tables.as_trained), ("as delivered", tables.calibrated))
        for b in bins
    ]
    kind = made.classes[1] if len(made.classes) == 2 else "the class that was called"
    return line_chart(
        f"Reliability of {inputs.chosen.name}'s probabilities",
        share_axis(f"said probability of {kind}"[:44]),
        share_axis("share that is so"),
        curves,
        Table(
            ["probabilities", "said", "observed", f"{inputs.level:.0%} interval", "photos"], rows
        ),
        diagonal=True,
        note=f"On the dotted diagonal, probabilities are true. Delivered with temperature "
        f"{made.temperature:.2f}: logits are divided by it (1: as trained).",
    )


def _bins(name: str, series: int, bins: list[ReliabilityBin]) -> Curve:
    points = [(b.probability, b.observed) for b in bins]
    return Curve(name, series, points, [(b.low, b.high) for b in bins], joined=False)
