"""The test photos in curves and counts: ROC, precision and recall, reliability, confusion."""

from collections.abc import Sequence
from dataclasses import replace

from potholes.evaluation.tables import Evaluation, ReliabilityBin, RocPoint, TestPredictions
from potholes.figures.drawing import Chart, Table, share_axis
from potholes.figures.line_chart import Curve, Note, line_chart
from potholes.figures.matrix_chart import Cell, matrix_chart
from potholes.figures.phrases import interval, score, scored, shown
from potholes.report.results import Outcome, Results


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


def against_the_rest(table: TestPredictions, label: str) -> tuple[list[bool], list[float]]:
    """Whether each photo is of the class `label`, and the probability said of that."""
    column = table.classes.index(label)
    truth = [name == label for name in table.truth]
    return truth, [float(p) for p in table.probabilities[:, column]]


def roc_chart(results: Results, level: float) -> Chart:
    """A curve a backbone; with more than two classes the chosen backbone's, one a class.

    Then nothing is shaded: the classes' areas would cover each other.
    """
    curves, rows = [], []
    shaded = _shaded(results, level)
    for name, one, label, series in _lines(results):
        points = [p for p in one.evaluated.roc if p.label == label]
        places = [(p.false_positive_rate, p.true_positive_rate) for p in points]
        own = next(row for row in one.evaluated.by_class if row.label == label)
        auc = f"{name}: AUC {scored(own.auc, own.auc_low, own.auc_high)}"
        curve = _curve(results, one, auc, series, places)
        if shaded and curve.thick:
            curve = replace(curve, area=rectangles(points))
        curves.append(curve)
        rows += [[name, *_roc_row(point)] for point in points]
    numbers = Table(["curve", "threshold", "false positive rate", "true positive rate"], rows)
    marks = _operating_points(results)
    return line_chart(
        f"ROC on the test photos{_positive(results)}",
        share_axis("false positive rate"),
        share_axis("true positive rate"),
        curves,
        numbers,
        notes=marks,
        diagonal=True,
        note=f"In brackets: {level:.0%} intervals. The dotted diagonal is chance."
        f"{_delivered(results) if marks else ''}{shaded}",
    )


def _roc_row(point: RocPoint) -> list[str]:
    """Threshold and both rates with their limits."""
    false, true = point.false_positive_rate, point.true_positive_rate
    return [
        "–" if point.threshold is None else f"{point.threshold:.4f}",
        scored(false, point.false_positive_rate_low, point.false_positive_rate_high),
        scored(true, point.true_positive_rate_low, point.true_positive_rate_high),
    ]


def rectangles(points: Sequence[RocPoint]) -> list[tuple[float, float]]:
    """The corners of the area that the points' confidence rectangles cover, clockwise from (0, 0).

    From the first one's upper left corner to the last one's, and back along the lower right ones.
    """
    upper = [(p.false_positive_rate_low, p.true_positive_rate_high) for p in points]
    lower = [(p.false_positive_rate_high, p.true_positive_rate_low) for p in points]
    return [(0.0, 0.0), *upper, (1.0, 1.0), *reversed(lower)]


def _shaded(results: Results, level: float) -> str:
    """What the area is, in words; empty where there is none."""
    if len(results.chosen.evaluated.evaluation.classes) > 2:
        return ""
    return (
        f" Shaded: where {results.chosen.name}'s true point lies at any one threshold, with "
        f"{level:.0%} confidence."
    )


def precision_recall_chart(results: Results, level: float) -> Chart:
    """As roc_chart, for classes that are rare."""
    curves, rows = [], []
    for name, one, label, series in _lines(results):
        points = recall_precision(*against_the_rest(one.evaluated.predictions, label))
        own = next(row for row in one.evaluated.by_class if row.label == label)
        text = f"{name}: average precision {scored(own.ap, own.ap_low, own.ap_high)}"
        curves.append(_curve(results, one, text, series, points))
        rows += [[name, score(recall), score(precision)] for recall, precision in points]
    return line_chart(
        f"Precision and recall on the test photos{_positive(results)}",
        share_axis("recall"),
        share_axis("precision"),
        curves,
        Table(["curve", "recall", "precision"], rows),
        note=f"In brackets: {level:.0%} intervals. Read this one where a class is rare: at chance, "
        "precision is the class's share.",
    )


def _lines(results: Results) -> list[tuple[str, Outcome, str, int]]:
    """Name, backbone, positive class and series of each curve."""
    classes = results.chosen.evaluated.evaluation.classes
    if len(classes) > 2:
        return [(shown(name), results.chosen, name, index) for index, name in enumerate(classes)]
    return [(one.name, one, classes[1], index) for index, one in enumerate(results.backbones)]


def _curve(
    results: Results, one: Outcome, text: str, series: int, points: list[tuple[float, float]]
) -> Curve:
    """The chosen backbone's is thick and solid; of several classes all are alike."""
    if len(one.evaluated.evaluation.classes) > 2:
        return Curve(text, series, points, dash=series)
    own = one.name == results.selection.backbone
    return Curve(text, series, points, dash=0 if own else series + 1, thick=own)


def _positive(results: Results) -> str:
    classes = results.chosen.evaluated.evaluation.classes
    if len(classes) == 2:
        return f", {shown(classes[1])} against {shown(classes[0])}"
    return f", {results.chosen.name}, each class against the rest"


def _operating_points(results: Results) -> list[Note]:
    """Two classes: where each backbone's delivered threshold lies on its curve."""
    points = []
    for series, one in enumerate(results.backbones):
        made = one.evaluated.evaluation
        if made.threshold is not None and len(made.classes) == 2 and all(map(sum, made.confusion)):
            (negative, false), (missed, hit) = made.confusion
            points.append(Note(false / (negative + false), hit / (missed + hit), series))
    return points


def _delivered(results: Results) -> str:
    said = ", ".join(
        f"{one.name} {one.scores.threshold:.2f}"
        for one in results.backbones
        if one.scores.threshold is not None
    )
    return f" Open dots: each backbone at its delivered threshold ({said})."


def reliability_chart(one: Outcome, level: float) -> Chart:
    """The observed share by the said probability, as trained and as delivered."""
    made, tables = one.evaluated.evaluation, one.evaluated
    curves = [_bins("as delivered", 0, tables.calibrated, "dot")]
    if made.temperature != 1:
        curves.insert(0, _bins("as trained", 1, tables.as_trained, "square"))
    rows = [
        [name, score(b.probability), score(b.observed), interval(b.low, b.high), str(b.photos)]
        for name, bins in (("as trained", tables.as_trained), ("as delivered", tables.calibrated))
        for b in bins
    ]
    kind = shown(made.classes[1]) if len(made.classes) == 2 else "the class that was called"
    row = one.scores
    return line_chart(
        f"Reliability of {one.name}'s probabilities",
        share_axis(f"said probability of {kind}"),
        share_axis("share that is so"),
        curves,
        Table(["probabilities", "said", "observed", f"{level:.0%} interval", "photos"], rows),
        diagonal=True,
        note=f"Bars: {level:.0%} intervals. On the dotted diagonal, probabilities are true. "
        f"Calibration error (mean distance from it): {score(row.test_ece_before)} as trained, "
        f"{scored(row.test_ece, row.test_ece_low, row.test_ece_high)} as delivered, with "
        f"temperature {made.temperature:.2f}: logits are divided by it (1: as trained).",
    )


def _bins(name: str, series: int, bins: list[ReliabilityBin], shape: str) -> Curve:
    points = [(b.probability, b.observed) for b in bins]
    return Curve(name, series, points, [(b.low, b.high) for b in bins], joined=False, shape=shape)


def confusion_cells(made: Evaluation) -> list[list[Cell]]:
    """[truth][called]: counts, and shares of the true class."""
    return [
        [_cell(row, truth, called) for called in range(len(row))]
        for truth, row in enumerate(made.confusion)
    ]


def _cell(row: list[int], truth: int, called: int) -> Cell:
    share = row[called] / sum(row) if sum(row) else 0.0
    return Cell(row[called], f"{share:.0%}", min(4, int(share * 4 + 0.999)), truth == called)


def confusion_chart(one: Outcome, level: float, *, chosen: bool) -> Chart:
    """Counts and shares of one backbone, at its delivered threshold."""
    made, row = one.evaluated.evaluation, one.scores
    at = "" if made.threshold is None else f" At its delivered threshold, {made.threshold:.2f}:"
    return matrix_chart(
        f"{'★ ' if chosen else ''}{one.name}",
        made.classes,
        confusion_cells(made),
        note=f"{at} accuracy {scored(row.test_acc, row.test_acc_low, row.test_acc_high)}, "
        f"{level:.0%} interval in brackets.".strip(),
    )
