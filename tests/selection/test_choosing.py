from dataclasses import replace

import pytest

from potholes.params import SelectParams
from potholes.selection.choosing import select
from potholes.selection.comparing import Compared
from potholes.selection.rules import RULES
from potholes.selection.tables import TestDifference
from potholes.weights.tables import Origin
from tests.factories import comparison, verdict

PARAMS = SelectParams(rule="fit_accuracy_auc", max_stability_loss=0.1, difference=0.01)
ORIGIN = Origin("random", "a stand-in", "")
BASE = replace(comparison("r18"), best_acc=0.9, best_auc=0.95, layers=18, cv_acc=0.9)


def row(name, **changes):
    return replace(BASE, backbone=name, **changes)


@pytest.mark.parametrize(
    ("rows", "chosen", "by"),
    [
        ([row("a"), row("b", best_acc=0.91)], "b", "validation accuracy"),
        ([row("a"), row("b", best_auc=0.96)], "b", "validation AUC"),
        ([row("a", layers=50), row("b")], "b", "number of layers"),
        ([row("a"), row("b")], "a", "order in params.yaml"),
        ([row("a"), row("b", best_acc=0.99, stability_loss=0.11)], "a", "the only stable backbone"),
        (
            [row("a", stability_loss=0.2), row("b", stability_loss=0.3, best_acc=0.95)],
            "b",
            "validation accuracy",
        ),
        ([row("a"), row("b", test_acc=0.99, test_auc=0.99)], "a", "order in params.yaml"),
    ],
)
def test_the_methods_rule(rows, chosen, by):
    selection = select(Compared(rows, [], []), PARAMS, ORIGIN)
    assert (selection.backbone, selection.by) == (chosen, by)


def test_what_was_dropped_is_said():
    rows = [row("a"), row("b", stability_loss=0.2)]
    assert (
        "dropped because Stability_loss is above 0.1: b"
        in select(Compared(rows, [], []), PARAMS, ORIGIN).reason
    )


def test_where_all_are_unstable_none_is_dropped_and_it_is_said():
    reason = select(Compared([row("a", stability_loss=0.2)], [], []), PARAMS, ORIGIN).reason
    assert "Stability_loss of every backbone is above 0.1, so none was dropped" in reason


def test_every_rules_choice_and_the_stand_in_are_recorded():
    selection = select(Compared([row("a")], [], []), PARAMS, ORIGIN)
    assert selection.rules == dict.fromkeys(RULES, "a")
    assert selection.origin == "random"


def test_verdicts_and_the_cheaper_depth_are_recorded():
    rows = [row("a"), row("b", best_acc=0.99, multiply_accumulates=2 * BASE.multiply_accumulates)]
    alike = verdict("a", "b", -0.03, 0.01)
    difference = TestDifference("a", "b", 0.0, -0.1, 0.1, 1.0, None)
    selection = select(Compared(rows, [alike], [difference]), PARAMS, ORIGIN)
    assert selection.backbone == "b"
    assert (selection.verdicts, selection.test_differences) == ([alike], [difference])
    assert selection.reason.endswith("; it is not significantly different from a")
    assert selection.cheaper is not None
    assert (selection.cheaper.backbone, selection.cheaper.cost_ratio) == ("a", 0.5)
    found = selection.cheaper
    assert (found.difference, found.low, found.high) == pytest.approx((-0.01, -0.03, 0.01))


def test_a_choice_that_is_better_than_every_other_says_so():
    rows = [row("a"), row("b", best_acc=0.99)]
    better = verdict("a", "b", -0.12, -0.06, "b")
    reason = select(Compared(rows, [better], []), PARAMS, ORIGIN).reason
    assert reason.endswith("; it is significantly better than every other backbone")


def test_where_longer_training_would_change_the_choice_the_reason_says_so():
    params = PARAMS.model_copy(update={"rule": "best_crossvalidated"})
    rows = [row("a", cv_acc=0.92, converged_acc=0.93), row("b", cv_acc=0.91, converged_acc=0.95)]
    found = select(Compared(rows, [], []), params, ORIGIN)
    assert found.backbone == "a"
    assert found.reason.endswith(
        "; with heads trained to convergence, b would be first (0.950 against 0.930)"
    )
    agreed = [rows[0], row("b", cv_acc=0.91, converged_acc=0.92)]
    assert "convergence" not in select(Compared(agreed, [], []), params, ORIGIN).reason


def test_a_choice_by_cost_says_that_the_verdicts_are_on_accuracy():
    rows = [row("a", bayes_threshold=0.2), row("b", bayes_threshold=0.2, best_acc=0.99)]
    alike = verdict("a", "b", -0.03, 0.01)
    reason = select(Compared(rows, [alike], []), PARAMS, ORIGIN).reason
    assert "; in accuracy it is not significantly different from " in reason
