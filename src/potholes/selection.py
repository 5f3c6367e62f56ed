"""`RULES`: which backbone to deploy, as pure functions of the comparison's rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from potholes.params import SelectParams
from potholes.tables.comparison import Comparison
from potholes.tables.origin import Origin
from potholes.tables.selection import Selection


@dataclass(frozen=True)
class Choice:
    """A backbone, the measure that decided, and a sentence."""

    backbone: str
    by: str
    reason: str


def select(rows: Sequence[Comparison], params: SelectParams, origin: Origin) -> Selection:
    """The choice by params.rule among rows (one a backbone), and what every rule would choose."""
    choices = {name: rule(rows, params) for name, rule in RULES.items()}
    choice = choices[params.rule]
    return Selection(
        backbone=choice.backbone,
        rule=params.rule,
        by=choice.by,
        reason=choice.reason,
        rules={name: other.backbone for name, other in choices.items()},
        origin=origin.kind,
        origin_detail=origin.detail,
    )


def fit_accuracy_auc(rows: Sequence[Comparison], params: SelectParams) -> Choice:
    """The method's rule: drop what fits unstably, then best validation accuracy, AUC, fewer layers.

    Unstable is a stability gap of the loss above params.max_stability_loss; where all are, none
    is dropped.
    """
    limit = params.max_stability_loss
    stable = [row for row in rows if row.stability_loss <= limit]
    kept = stable or list(rows)
    best = min(kept, key=_order)
    by = _what_decided(best, kept)
    scores = f"validation accuracy {best.best_acc:.4f}, AUC {best.best_auc:.4f}"
    clauses = [f"{best.backbone} is ahead by {by} ({scores})"]
    dropped = [row.backbone for row in rows if row not in kept]
    if dropped:
        clauses.append(f"not in the running, stability gap above {limit:g}: {', '.join(dropped)}")
    if not stable:
        clauses.append(f"every depth's stability gap is above {limit:g}, so none was dropped")
    return Choice(best.backbone, by, "; ".join(clauses))


def _order(row: Comparison) -> tuple[float, float, int]:
    return (-row.best_acc, -row.best_auc, row.layers)


def _what_decided(best: Comparison, kept: Sequence[Comparison]) -> str:
    """The first measure by which `best` is ahead of the runner-up."""
    others = sorted((row for row in kept if row is not best), key=_order)
    if not others:
        return "being the only one left"
    for name, mine, theirs in zip(
        ("validation accuracy", "validation AUC", "fewer layers"),
        _order(best),
        _order(others[0]),
        strict=True,
    ):
        if mine != theirs:
            return name
    return "order of backbones"


RULES: dict[str, Callable[[Sequence[Comparison], SelectParams], Choice]] = {
    "fit_accuracy_auc": fit_accuracy_auc,
}
