"""Everything that the stages before wrote under reports/, read for those who show or log it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from potholes.comparison_table import TrainTime, read_train_times
from potholes.tables.alarms import Alarm, read_alarms
from potholes.tables.comparison import Comparison, read_comparison
from potholes.tables.evaluation import Evaluation, read_evaluation
from potholes.tables.history import Epoch, read_history
from potholes.tables.label_audit import AuditRow, read_label_audit
from potholes.tables.learning_curve import CurvePoint, read_learning_curve
from potholes.tables.predictions import TestPredictions, read_predictions
from potholes.tables.reliability import ReliabilityBin, read_reliability
from potholes.tables.roc import RocPoint, read_roc
from potholes.tables.selection import Selection, read_selection
from potholes.tables.validation import Validation, read_validation


@dataclass(frozen=True)
class Depth:
    """What is known of one backbone with its head."""

    name: str
    scores: Comparison
    evaluation: Evaluation
    history: list[Epoch]
    roc: list[RocPoint]
    predictions: TestPredictions
    validation: Validation
    curve: list[CurvePoint]
    reliability: tuple[list[ReliabilityBin], list[ReliabilityBin]]  # before T, after
    time: TrainTime


@dataclass(frozen=True)
class Results:
    """The depths in the order of `backbones`, and the choice among them."""

    depths: list[Depth]
    selection: Selection
    labels: list[AuditRow]  # the most doubtful first
    alarms: list[Alarm]


def read_results(reports: Path, backbones: Sequence[str]) -> Results:
    """The tables of `backbones`, whatever other ones lie about in the folder.

    Raises ValueError naming a table that is missing or does not know one of the backbones.
    """
    table, validation = reports / "comparison.csv", reports / "validation"
    scores = {row.backbone: row for row in read_comparison(table)}
    times = read_train_times(reports / "timing", backbones)
    for name in backbones:
        if name not in scores:
            raise ValueError(f"{table}: no row for {name}; `dvc repro` makes it anew")
        if name not in times:
            raise ValueError(f"{reports / 'timing'}: no time of {name}; `dvc repro` makes it")
    depths = [
        Depth(
            name=name,
            scores=scores[name],
            evaluation=read_evaluation(reports / "evaluation" / f"{name}.json"),
            history=read_history(reports / "history" / f"{name}.csv"),
            roc=read_roc(reports / "roc" / f"{name}.csv"),
            predictions=read_predictions(reports / "predictions" / f"{name}.csv"),
            validation=read_validation(validation / "summary" / f"{name}.json"),
            curve=read_learning_curve(validation / "learning_curve" / f"{name}.csv"),
            reliability=read_reliability(reports / "reliability" / f"{name}.csv"),
            time=times[name],
        )
        for name in backbones
    ]
    selection = read_selection(reports / "selection.json")
    if selection.backbone not in backbones:
        raise ValueError(
            f"{reports / 'selection.json'}: {selection.backbone} is not one of `backbones`; "
            "`dvc repro` chooses anew"
        )
    return Results(
        depths=depths,
        selection=selection,
        labels=read_label_audit(validation / "labels.csv"),
        alarms=read_alarms(validation / "alarms.csv"),
    )
