"""The metrics of runs: the same keys for every backbone, in sections in the order of MLflow's UI.

MLflow makes a section of what stands before a `/` and sorts sections by name. So what is rarely
looked at begins with `z/`: columns of comparison.csv and scores.json under their own names. The
intervals are in these tables alone.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from potholes.report.results import Outcome
from potholes.selection.rules import costs_differ
from potholes.selection.tables import Comparison

# a column of comparison.csv: its key in MLflow
_SCORES = {
    "cv_acc": "cv/accuracy",
    "cv_auc": "cv/auc",
    "test_acc": "test/accuracy",
    "test_auc": "test/auc",
}
_REST = "z/"
_LIMITS = ("_low", "_high")
# a column of history.csv
_EPOCHS = {
    "train_loss": "train/loss",
    "train_acc": "train/accuracy",
    "lr": "train/learning_rate",
    "val_loss": "validation/loss",
    "val_acc": "validation/accuracy",
    "val_auc": "validation/auc",
}


@dataclass(frozen=True)
class Point:
    """One value of a metric at one step (an epoch, or 0 for what is final)."""

    key: str
    value: float
    step: int


@dataclass(frozen=True)
class Measure:
    """What a rule ranks the backbones by, and versions of the model are compared by."""

    column: str  # of comparison.csv
    name: str  # in words
    key: str  # in MLflow
    short: str  # in the name of a run
    ascending: bool = False  # less is better

    def value(self, row: Comparison) -> float:
        """Of one backbone."""
        return float(getattr(row, self.column))

    def better(self, one: float, other: float) -> bool:
        """Whether `one` is; the same is not better."""
        return one < other if self.ascending else one > other

    def text(self, row: Comparison) -> str:
        """`cv 0.885`."""
        value = getattr(row, self.column)
        return f"{self.short} -" if value is None else f"{self.short} {value:.3f}"


_CROSSVALIDATED = Measure("cv_acc", "cross-validated accuracy", "cv/accuracy", "cv")
_COST = Measure("cv_cost", "cross-validated cost of a photo", "cv/cost", "cost", ascending=True)
_CONVERGED = Measure(
    "converged_acc",
    "cross-validated accuracy at convergence",
    "cv/accuracy_at_convergence",
    "converged",
)
_VALIDATION = Measure("best_acc", "validation accuracy", "validation/best_accuracy", "val")
COLUMNS = {one.column for one in (_CROSSVALIDATED, _COST, _CONVERGED, _VALIDATION)}


def deciding(rule: str, rows: Sequence[Comparison]) -> Measure:
    """The measure of `select.rule`: cost where a miss and a false alarm cost different amounts."""
    if rule == "best_converged":
        return _CONVERGED
    if rule in ("best_crossvalidated", "one_standard_error"):
        return _COST if costs_differ(rows) else _CROSSVALIDATED
    return _VALIDATION


def points(backbone: Outcome, measure: Measure) -> list[Point]:
    """All metrics of a backbone, in the order of their sections: what is rarely looked at last."""
    found = [*finals(backbone, measure), *epochs(backbone)]
    return sorted(found, key=lambda point: point.key.partition("/")[0])


def finals(backbone: Outcome, measure: Measure) -> list[Point]:
    """The numbers by which runs are compared: the same keys for every backbone.

    The score of `measure` is among those in sections.
    """
    row = asdict(backbone.scores)
    columns = {measure.column: measure.key, **_SCORES}
    rest = {
        **backbone.evaluated.evaluation.metrics,
        **row,
        "test_photos": backbone.evaluated.evaluation.test_photos,
    }
    values = {
        **{key: row[column] for column, key in columns.items()},
        "work/seconds": round(backbone.time.total, 3),
        "work/features_seconds": backbone.time.extraction,
        "work/head_seconds": backbone.time.head,
        **{
            f"{_REST}{name}": value
            for name, value in sorted(rest.items())
            if name not in columns and not name.endswith(_LIMITS)
        },
    }
    return [
        Point(key, float(value), 0)
        for key, value in values.items()
        if isinstance(value, int | float)
    ]


def epochs(backbone: Outcome) -> list[Point]:
    """Every epoch of the head's training as a step."""
    return [
        Point(key, float(getattr(epoch, column)), epoch.epoch)
        for epoch in backbone.history
        for column, key in _EPOCHS.items()
    ]
