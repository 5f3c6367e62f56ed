"""Which backbone to deploy, and whether the others are significantly different from it."""

from collections.abc import Mapping, Sequence

from potholes.params import SelectParams
from potholes.selection.comparing import Compared
from potholes.selection.rules import RULES, Choice, cheaper_alternative, costs_differ
from potholes.selection.tables import Comparison, Selection, Verdict
from potholes.weights.tables import Origin


def select(compared: Compared, params: SelectParams, origin: Origin) -> Selection:
    """The choice by params.rule among the backbones compared, and what every rule would choose."""
    rows, verdicts = compared.rows, compared.verdicts
    choices = {name: rule(rows, params) for name, rule in RULES.items()}
    choice = choices[params.rule]
    return Selection(
        backbone=choice.backbone,
        rule=params.rule,
        by=choice.by,
        reason="; ".join(
            [
                choice.reason,
                *_certainty(choice.backbone, verdicts, costs_differ(rows)),
                *_at_convergence(choices, rows, params.rule),
            ]
        ),
        rules={name: other.backbone for name, other in choices.items()},
        verdicts=verdicts,
        test_differences=compared.test_differences,
        cheaper=cheaper_alternative(choice.backbone, rows, verdicts),
        origin=origin.kind,
        origin_detail=origin.detail,
    )


def _at_convergence(
    choices: Mapping[str, Choice], rows: Sequence[Comparison], rule: str
) -> list[str]:
    """Where longer training would change the choice by cross-validated accuracy: how."""
    chosen, other = choices[rule].backbone, choices["best_converged"].backbone
    if rule != "best_crossvalidated" or chosen == other or costs_differ(rows):
        return []
    scores = {row.backbone: row.converged_acc for row in rows}
    return [
        f"with heads trained to convergence, {other} would be first "
        f"({scores[other]:.3f} against {scores[chosen]:.3f})"
    ]


def _certainty(chosen: str, verdicts: Sequence[Verdict], by_cost: bool) -> list[str]:
    """Which others are not significantly different from `chosen`, or that it is better than all.

    Verdicts are on accuracy, which must be said where the choice is by cost.
    """
    it = "in accuracy it" if by_cost else "it"
    own = [verdict for verdict in verdicts if chosen in (verdict.a, verdict.b)]
    alike = [v.b if v.a == chosen else v.a for v in own if v.better is None]
    if alike:
        return [f"{it} is not significantly different from {' and '.join(alike)}"]
    if own and all(verdict.better == chosen for verdict in own):
        return [f"{it} is significantly better than every other backbone"]
    return []
