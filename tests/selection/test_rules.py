from dataclasses import replace
from typing import get_args

import pytest

from potholes.params import SelectParams
from potholes.selection.rules import RULES, cheaper_alternative
from tests.factories import comparison, verdict

PARAMS = SelectParams(rule="fit_accuracy_auc", max_stability_loss=0.1, difference=0.01)
SMALL = replace(
    comparison("r18"), best_acc=0.9, best_auc=0.95, layers=18, multiply_accumulates=20,
    cv_acc=0.93, cv_acc_low=0.90, cv_acc_high=0.95,
    cv_auc=0.97, cv_auc_low=0.95, cv_auc_high=0.98, cv_se=0.010,
)  # fmt: skip
MIDDLE = replace(SMALL, backbone="r50", cv_acc=0.945, layers=50, multiply_accumulates=40)
LARGE = replace(SMALL, backbone="r152", cv_acc=0.95, layers=152, multiply_accumulates=100)
ROWS = [SMALL, MIDDLE, LARGE]


def choose(rule, rows):
    choice = RULES[rule](rows, PARAMS)
    return choice.backbone, choice.by


@pytest.mark.parametrize(
    ("rows", "chosen", "by"),
    [
        (ROWS, "r152", "accuracy"),
        ([replace(row, cv_acc=0.95) for row in ROWS], "r18", "cost"),
        ([SMALL, replace(MIDDLE, cv_acc=0.93, cv_auc=0.98)], "r50", "AUC"),
        ([SMALL, replace(LARGE, cv_acc=0.92, best_acc=0.99, test_acc=0.99)], "r18", "accuracy"),
    ],
)
def test_best_crossvalidated(rows, chosen, by):
    measure = by if by == "cost" else f"cross-validated {by}"
    assert choose("best_crossvalidated", rows) == (chosen, measure)


def test_best_converged_sees_only_heads_at_convergence():
    rows = [replace(SMALL, converged_acc=0.97), replace(LARGE, converged_acc=0.96)]
    assert choose("best_converged", rows) == ("r18", "accuracy at convergence")
    alike = [replace(row, converged_acc=0.97) for row in rows]
    assert choose("best_converged", alike) == ("r18", "cost")
    finer = [alike[0], replace(alike[1], converged_auc=0.999)]
    assert choose("best_converged", finer) == ("r152", "AUC at convergence")
    reason = RULES["best_converged"](rows, PARAMS).reason
    assert reason.endswith("0.970 (0.900 to 0.940), 0.010 ahead of r152")


def test_a_lead_that_three_decimals_would_hide_is_told_in_words():
    rows = [SMALL, replace(LARGE, best_acc=SMALL.best_acc - 0.0004)]
    reason = RULES["best_validation"](rows, PARAMS).reason
    assert reason.endswith("0.900, less than 0.001 ahead of r152")


def test_a_tie_is_called_one():
    reason = RULES["best_validation"]([SMALL, replace(LARGE, best_acc=0.9)], PARAMS).reason
    assert reason == "r18 has the best validation accuracy, 0.900, the same as r152"


@pytest.mark.parametrize(
    ("rows", "chosen", "by"),
    [
        (ROWS, "r50", "cost"),
        ([SMALL, MIDDLE, replace(LARGE, cv_se=0.02)], "r18", "cost"),
        ([SMALL, MIDDLE, replace(LARGE, cv_se=0.004)], "r152", "cross-validated accuracy"),
        ([replace(SMALL, cv_se=0.1), MIDDLE, replace(LARGE, cv_se=0.004)], "r152", None),
        ([LARGE, replace(SMALL, cv_acc=0.96)], "r18", "cross-validated accuracy"),
        ([replace(MIDDLE, layers=300), LARGE], "r50", "cost"),
    ],
)
def test_one_standard_error(rows, chosen, by):
    found = choose("one_standard_error", rows)
    assert found[0] == chosen
    assert by in (None, found[1])


def test_a_backbone_exactly_one_standard_error_away_is_within_it():
    rows = [replace(SMALL, cv_acc=0.87), replace(LARGE, cv_acc=0.93, cv_se=0.06)]
    assert choose("one_standard_error", rows) == ("r18", "cost")


def test_best_validation_takes_no_notice_of_stability():
    rows = [SMALL, replace(LARGE, best_acc=0.91, stability_loss=9)]
    assert choose("best_validation", rows) == ("r152", "validation accuracy")
    assert choose("fit_accuracy_auc", rows) == ("r18", "the only stable backbone")
    assert "r18 is the only stable backbone (" in RULES["fit_accuracy_auc"](rows, PARAMS).reason


def test_reasons_hold_the_numbers():
    reasons = {name: rule(ROWS, PARAMS).reason for name, rule in RULES.items()}
    assert reasons["best_crossvalidated"] == (
        "r152 has the best cross-validated accuracy, 0.950 (0.900 to 0.950), 0.005 ahead of r50"
    )
    assert reasons["one_standard_error"] == (
        "r50 is the cheapest within one standard error (0.010) of the best: cross-validated "
        "accuracy 0.945 against 0.950 of r152, with 0.4 of its computation (multiply-accumulates)"
    )
    assert reasons["best_validation"].endswith("accuracy, 0.900, the same as r50")


COSTLY = [
    replace(row, bayes_threshold=0.2, cv_cost=cost, cv_cost_se=0.02)
    for row, cost in zip(ROWS, (0.20, 0.16, 0.17), strict=True)
]


def test_costs_that_differ_choose_by_expected_cost():
    assert choose("best_crossvalidated", COSTLY) == ("r50", "expected cost")
    assert RULES["best_crossvalidated"](COSTLY, PARAMS).reason == (
        "r50 has the least expected cost of a photo, 0.160 (standard error 0.020), "
        "0.010 ahead of r152"
    )
    equal = [replace(row, bayes_threshold=0.5) for row in COSTLY]
    assert choose("best_crossvalidated", equal) == ("r152", "cross-validated accuracy")
    tied = [replace(row, cv_cost=0.2) for row in COSTLY]
    assert choose("best_crossvalidated", tied) == ("r18", "computation")


def test_one_standard_error_of_the_expected_cost():
    assert choose("one_standard_error", COSTLY) == ("r50", "expected cost")
    assert RULES["one_standard_error"](COSTLY, PARAMS).reason == (
        "r50 has the least expected cost of a photo, 0.160, and no cheaper backbone is within one "
        "standard error (0.020) of it"
    )
    wide = [replace(row, cv_cost_se=0.04) for row in COSTLY]  # 0.16 + 0.04 is 0.2
    assert choose("one_standard_error", wide) == ("r18", "computation")
    assert RULES["one_standard_error"](wide, PARAMS).reason == (
        "r18 is the cheapest within one standard error (0.040) of the best: expected cost of a "
        "photo 0.200 against 0.160 of r50, with 0.5 of its computation (multiply-accumulates)"
    )


def test_the_other_rules_take_no_notice_of_the_costs():
    for rule in ("fit_accuracy_auc", "best_validation"):
        assert choose(rule, COSTLY) == choose(rule, ROWS)


def test_a_single_depth_is_ahead_of_nobody():
    assert "ahead" not in RULES["best_crossvalidated"]([SMALL], PARAMS).reason


def test_the_cheapest_depth_that_is_not_told_from_the_choice():
    verdicts = [
        verdict("r18", "r50", -0.03, 0.01, None),
        verdict("r18", "r152", -0.04, -0.01, "r152"),
        verdict("r50", "r152", -0.025, 0.015, None),
    ]
    found = cheaper_alternative("r152", ROWS, verdicts)
    assert (found.backbone, found.cost_ratio) == ("r50", 0.4)
    assert (found.difference, found.low, found.high) == pytest.approx((-0.005, -0.025, 0.015))
    assert found.sentence == (
        "r50 needs 0.4 of the computation (multiply-accumulates) of r152 and is not significantly "
        "different: -0.005 (-0.025 to +0.015) in accuracy"
    )
    assert cheaper_alternative("r50", ROWS, verdicts).backbone == "r18"
    assert cheaper_alternative("r18", ROWS, verdicts) is None


def test_the_order_of_a_verdict_does_not_matter_and_a_better_depth_is_no_alternative():
    found = cheaper_alternative("r152", [SMALL, LARGE], [verdict("r152", "r18", -0.01, 0.03, None)])
    assert (found.difference, found.low, found.high) == pytest.approx((-0.01, -0.03, 0.01))
    equal = cheaper_alternative("r152", [SMALL, LARGE], [verdict("r152", "r18", -0.01, 0.01)])
    assert ": +0.000 (-0.010 to +0.010) in accuracy" in equal.sentence
    better = [verdict("r152", "r18", -0.03, -0.01, "r18")]
    assert cheaper_alternative("r152", [SMALL, LARGE], better) is None


def test_the_params_know_exactly_these_rules():
    assert set(get_args(SelectParams.model_fields["rule"].annotation)) == set(RULES)
