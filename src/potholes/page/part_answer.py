"""Part 1: which backbone, how sure, and what to be careful about."""

from dataclasses import dataclass

from potholes.audit.tables import Alarm
from potholes.figures.phrases import interval, percent, score
from potholes.page.inputs import Inputs
from potholes.wording import plural


@dataclass(frozen=True)
class Answer:
    """The choice in three sentences; alarms, a stand-in backbone first."""

    backbone: str
    epoch: int
    epochs: int
    sentences: list[str]
    alarms: list[Alarm]


def answer(inputs: Inputs) -> Answer:
    """The part for the chosen backbone."""
    chosen, selection = inputs.chosen, inputs.results.selection
    row = chosen.scores
    accuracy = (
        f"Of new photos like these, expect it to call about {percent(row.cv_acc)} right "
        f"({percent(row.cv_acc_low)} to {percent(row.cv_acc_high)}; cross-validated on "
        f"{plural(chosen.cross_validated.photos, 'photo')}, {inputs.level:.0%} interval)"
    )
    auc = ""
    if row.cv_auc is not None:
        auc = f", with an AUC of {score(row.cv_auc)} ({interval(row.cv_auc_low, row.cv_auc_high)})"
    test = (
        f"On the {plural(chosen.evaluated.evaluation.test_photos, 'test photo')}, which no choice "
        f"has seen, accuracy is {score(row.test_acc)} "
        f"({interval(row.test_acc_low, row.test_acc_high)}) and AUC {score(row.test_auc)} "
        f"({interval(row.test_auc_low, row.test_auc_high)})."
    )
    why = f"Chosen by the rule {selection.rule}: {selection.reason.rstrip('.')}."
    alarms = sorted(inputs.results.alarms, key=lambda alarm: alarm.what != "stand-in weights")
    return Answer(
        chosen.name, row.best_epoch, len(chosen.history), [f"{accuracy}{auc}.", test, why], alarms
    )
