"""The scores of every backbone with their intervals, as charts."""

from potholes.figures.drawing import Chart, Key, Table
from potholes.figures.interval_chart import Dot, Group, interval_chart
from potholes.figures.phrases import interval, score
from potholes.report.results import Outcome, Results
from potholes.selection.tables import Comparison

_KINDS = (  # name, measure's field, shape, series
    ("cross-validated", "cv", "dot", 0),
    ("at convergence, cross-validated", "converged", "bar", 3),
    ("test", "test", "square", 1),
    ("validation", "best", "open", 2),
)


def comparison_charts(results: Results, level: float) -> list[Chart]:
    """Accuracy and AUC; `level` is that of the intervals."""
    chosen = "the same photos chose the epoch, so it is too high."
    return [
        _chart(
            results,
            level,
            "acc",
            "Accuracy",
            f"Validation has no interval: {chosen}{thresholds(results.backbones)}",
        ),
        _chart(
            results,
            level,
            "auc",
            "AUC",
            f"Without interval: at convergence, where none was computed, and validation: {chosen}",
        ),
    ]


def thresholds(backbones: list[Outcome]) -> str:
    """At which threshold each backbone's test accuracy is, where not all of them are 0.5."""
    known = [(one.name, one.scores.threshold) for one in backbones]
    if all(value in (None, 0.5) for _, value in known):
        return ""
    said = ", ".join(f"{name} {value:.2f}" for name, value in known if value is not None)
    return f" Test accuracy is at each backbone's delivered threshold: {said}."


def _chart(results: Results, level: float, measure: str, name: str, note: str) -> Chart:
    backbones = results.backbones
    groups = [
        Group(one.name, _dots(one.scores, measure), one.name == results.selection.backbone)
        for one in backbones
    ]
    rows = []
    for one in backbones:
        for kind, field, _, _ in _KINDS:
            value, low, high = _limits(one.scores, field, measure)
            if value is not None:
                rows.append([one.name, kind, score(value), interval(low, high)])
    numbers = Table(["backbone", "measured by", name, f"{level:.0%} interval"], rows)
    shown = {row[1] for row in rows}
    keys = [Key(series, kind, shape) for kind, _, shape, series in _KINDS if kind in shown]
    title = f"{name} of each backbone with {level:.0%} intervals"
    return interval_chart(title, name, groups, numbers, legend=keys, note=note)


def _dots(row: Comparison, measure: str) -> list[Dot]:
    dots = []
    for _, field, shape, series in _KINDS:
        value, low, high = _limits(row, field, measure)
        if value is not None:
            dots.append(Dot(value, low, high, series, shape))
    return dots


def _limits(
    row: Comparison, kind: str, measure: str
) -> tuple[float | None, float | None, float | None]:
    """A score and its limits; the AUC at convergence is known without an interval."""
    value = getattr(row, f"{kind}_{measure}")
    if value is None or kind == "best" or (kind, measure) == ("converged", "auc"):
        return value, None, None
    return value, getattr(row, f"{kind}_{measure}_low"), getattr(row, f"{kind}_{measure}_high")
