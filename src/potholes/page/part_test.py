"""Part 4: the test photos in curves, counts and a threshold to move."""

from dataclasses import dataclass

from potholes.figures.drawing import Chart, Table
from potholes.figures.matrix_chart import Cell
from potholes.figures.phrases import interval, scored
from potholes.page.inputs import Inputs
from potholes.page.threshold import Slider, threshold_slider
from potholes.report.charts_test import (
    confusion_cells,
    precision_recall_chart,
    reliability_chart,
    roc_chart,
)
from potholes.report.results import Outcome
from potholes.wording import plural


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
        confusion=confusion_cells(made),
        by_class=_by_class(chosen),
        charts=[
            roc_chart(inputs.results, inputs.level),
            precision_recall_chart(inputs.results, inputs.level),
            reliability_chart(chosen, inputs.level),
        ],
        slider=threshold_slider(chosen),
    )


test_part.__test__ = False  # type: ignore[attr-defined]


def _opening(chosen: Outcome, level: float) -> str:
    made = chosen.evaluated.evaluation
    wrong = made.test_photos - sum(made.confusion[i][i] for i in range(len(made.classes)))
    return (
        f"{chosen.name} calls {wrong} of the {plural(made.test_photos, 'test photo')} wrongly; "
        f"judged by these alone, its true accuracy can lie anywhere from "
        f"{interval(chosen.scores.test_acc_low, chosen.scores.test_acc_high)} "
        f"({level:.0%} interval)."
    )


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
