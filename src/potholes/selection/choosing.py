"""Which backbone to deploy, and what the data can say of the others."""

from collections.abc import Sequence

from potholes.params import SelectParams
from potholes.selection.comparing import Compared
from potholes.selection.rules import RULES, cheaper_alternative
from potholes.selection.tables import Selection, Verdict
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
        reason=f"{choice.reason}{_certainty(choice.backbone, verdicts)}",
        rules={name: other.backbone for name, other in choices.items()},
        verdicts=verdicts,
        test_differences=compared.test_differences,
        cheaper=cheaper_alternative(choice.backbone, rows, verdicts),
        origin=origin.kind,
        origin_detail=origin.detail,
    )


def _certainty(chosen: str, verdicts: Sequence[Verdict]) -> str:
    """Which of the others the data cannot tell from the chosen one, or that they all can be."""
    own = [verdict for verdict in verdicts if chosen in (verdict.a, verdict.b)]
    alike = [v.b if v.a == chosen else v.a for v in own if v.better is None]
    if alike:
        return f"; the data cannot tell it from {' and '.join(alike)}"
    return "; it is better than every other" if own and all(v.better == chosen for v in own) else ""
