"""Part 1: which backbone, how sure, and what to be careful about."""

from dataclasses import dataclass

from potholes.audit.tables import Alarm
from potholes.figures.phrases import interval, percent, score, shown
from potholes.page.inputs import Inputs
from potholes.page.threshold import counts_as_delivered
from potholes.wording import plural


@dataclass(frozen=True)
class Answer:
    """The choice in three sentences; alarms, a stand-in backbone first."""

    heading: str  # before the backbone's name: with stand-in weights nothing is to be deployed
    backbone: str
    epoch: int
    epochs: int
    sentences: list[str]
    generated: int  # photos that were drawn by a program; 0 where they are the user's own
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
        f"On the {plural(chosen.evaluated.evaluation.test_photos, 'test photo')}, which were kept "
        f"aside until the end, accuracy is {score(row.test_acc)} "
        f"({interval(row.test_acc_low, row.test_acc_high)}) and AUC {score(row.test_auc)} "
        f"({interval(row.test_auc_low, row.test_auc_high)}){_mistakes(inputs)}."
    )
    why = f"Chosen by the rule {selection.rule}: {selection.reason.rstrip('.')}."
    alarms = sorted(inputs.results.alarms, key=lambda alarm: alarm.what != "stand-in weights")
    return Answer(
        heading="Best with stand-in weights:" if selection.origin == "random" else "Deploy",
        backbone=chosen.name,
        epoch=row.best_epoch,
        epochs=len(chosen.history),
        sentences=[f"{accuracy}{auc}.", test, why],
        generated=len(inputs.samples) if inputs.generated else 0,
        alarms=alarms,
    )


def _mistakes(inputs: Inputs) -> str:
    """What was missed and what was a false alarm, of two classes."""
    delivered = counts_as_delivered(inputs.chosen)
    if delivered is None:
        return ""
    positive, (right, false, missed, hit) = delivered
    return (
        f"; it missed {missed} of {missed + hit} photos of {shown(positive)} and raised "
        f"{plural(false, 'false alarm')} on {right + false} others"
    )
