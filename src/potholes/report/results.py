"""Everything that the stages before wrote under reports/, read for those who show or log it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from potholes.audit.tables import ALARMS_FILE, LABELS_FILE, Alarm, AuditRow
from potholes.crossvalidation.tables import (
    CURVE_FILE,
    SUMMARY_FILE,
    CrossValidationSummary,
    CurvePoint,
)
from potholes.evaluation.tables import EvaluationTables, read_evaluation
from potholes.files.documents import read_document
from potholes.files.rows import read_rows
from potholes.files.timing import TrainTime, read_train_times
from potholes.head.tables import HISTORY_FILE, Epoch
from potholes.selection.tables import COMPARISON_FILE, SELECTION_FILE, Comparison, Selection


@dataclass(frozen=True)
class Outcome:
    """What is known of one backbone with its head."""

    name: str
    scores: Comparison
    history: list[Epoch]
    cross_validated: CrossValidationSummary
    curve: list[CurvePoint]
    evaluated: EvaluationTables
    time: TrainTime


@dataclass(frozen=True)
class Results:
    """The backbones in the order of `backbones`, and the choice among them."""

    backbones: list[Outcome]
    selection: Selection
    labels: list[AuditRow]  # the most doubtful first
    alarms: list[Alarm]

    @property
    def chosen(self) -> Outcome:
        """The selected backbone's."""
        return next(one for one in self.backbones if one.name == self.selection.backbone)


def read_results(reports: Path, backbones: Sequence[str]) -> Results:
    """The tables of `backbones`, whatever other ones lie about in the folder.

    Raises ValueError naming a table that is missing or does not know one of the backbones.
    """
    selected, audited = reports / "select", reports / "audit"
    table = selected / COMPARISON_FILE
    scores = {row.backbone: row for row in read_rows(table, Comparison)}
    times = read_train_times(reports / "timing", backbones)
    for name in backbones:
        if name not in scores:
            raise ValueError(f"{table}: no row for {name}; run `dvc repro` to regenerate it")
        if name not in times:
            raise ValueError(
                f"{reports / 'timing'}: no time of {name}; run `dvc repro` to regenerate it"
            )
    selection = read_document(selected / SELECTION_FILE, Selection)
    if selection.backbone not in backbones:
        raise ValueError(
            f"{selected / SELECTION_FILE}: {selection.backbone} is not one of `backbones`; "
            "run `dvc repro` to choose again"
        )
    return Results(
        backbones=[
            Outcome(
                name=name,
                scores=scores[name],
                history=read_rows(reports / "train" / name / HISTORY_FILE, Epoch),
                cross_validated=read_document(
                    reports / "crossvalidate" / name / SUMMARY_FILE, CrossValidationSummary
                ),
                curve=read_rows(reports / "crossvalidate" / name / CURVE_FILE, CurvePoint),
                evaluated=read_evaluation(reports / "evaluate" / name),
                time=times[name],
            )
            for name in backbones
        ],
        selection=selection,
        labels=read_rows(audited / LABELS_FILE, AuditRow),
        alarms=read_rows(audited / ALARMS_FILE, Alarm),
    )
