"""Everything that the stages before wrote under reports/, read for those who show or log it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from potholes.comparison_table import TrainTime, read_train_times
from potholes.tables.comparison import Comparison, read_comparison
from potholes.tables.evaluation import Evaluation, read_evaluation
from potholes.tables.history import Epoch, read_history
from potholes.tables.predictions import TestPredictions, read_predictions
from potholes.tables.roc import RocPoint, read_roc
from potholes.tables.selection import Selection, read_selection


@dataclass(frozen=True)
class Depth:
    """What is known of one backbone with its head."""

    name: str
    scores: Comparison
    evaluation: Evaluation
    history: list[Epoch]
    roc: list[RocPoint]
    predictions: TestPredictions
    time: TrainTime


@dataclass(frozen=True)
class Results:
    """The depths in the order of `backbones`, and the choice among them."""

    depths: list[Depth]
    selection: Selection


def read_results(reports: Path, backbones: Sequence[str]) -> Results:
    """The tables of `backbones`, whatever other ones lie about in the folder.

    Raises ValueError naming a table that is missing or does not know one of the backbones.
    """
    table = reports / "comparison.csv"
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
    return Results(depths=depths, selection=selection)
