from dataclasses import replace

from potholes.audit.under_training import under_trained
from potholes.params_file import load_params
from tests.factories import comparison

TRAIN = load_params().train
ENOUGH = comparison("resnet50", 1)
SLOW = replace(
    comparison("resnet18"), cv_acc=0.85, converged_acc=0.9, under_trained=1, enough_epochs=80,
    enough_gain=0.03,
)  # fmt: skip
SLOWER = replace(SLOW, backbone="resnet34", enough_epochs=160, enough_gain=0.04)


def test_heads_that_are_trained_enough_raise_no_alarm() -> None:
    assert under_trained([ENOUGH, replace(ENOUGH, backbone="resnet152")], TRAIN) is None


def test_under_trained_backbones_are_named_with_the_epochs_that_would_do() -> None:
    alarm = under_trained([SLOWER, SLOW, ENOUGH], TRAIN)
    assert alarm is not None
    assert alarm.what == "under-trained"
    assert "after 20 epochs" in alarm.evidence
    assert "resnet18 0.850 instead of 0.900" in alarm.evidence
    assert "resnet50" not in alarm.evidence
    assert "train.epochs: 160 and train.step_size: 56" in alarm.advice
    assert "epochs add 0.040 to resnet34, 0.030 to resnet18 in cross-validation" in alarm.advice
    assert "select.rule: best_converged" in alarm.advice


def test_where_no_more_epochs_can_be_had_the_rate_is_named() -> None:
    alarm = under_trained([replace(SLOW, enough_epochs=None, enough_gain=None)], TRAIN)
    assert alarm is not None
    assert alarm.advice.startswith("raise train.lr")


def test_epochs_that_add_nothing_are_not_advised() -> None:
    alarm = under_trained([replace(SLOW, enough_gain=0.0)], TRAIN)
    assert alarm is not None
    assert alarm.advice.startswith("raise train.lr")
