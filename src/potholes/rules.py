"""`RULES`: which backbone to deploy, as pure functions of the comparison's rows.

Each choice comes with the measure that decided and a sentence with the numbers. Ties go to the
higher AUC, then to the cheaper backbone, then to the order of `backbones`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from potholes.params import SelectParams
from potholes.tables.comparison import Comparison
from potholes.tables.selection import Alternative, Verdict


@dataclass(frozen=True)
class Choice:
    """A backbone, the measure that decided, and a sentence."""

    backbone: str
    by: str
    reason: str


def best_crossvalidated(rows: Sequence[Comparison], params: SelectParams) -> Choice:
    """Best cross-validated accuracy."""
    del params
    best = min(rows, key=_crossvalidated)
    scores = f"{best.cv_acc:.4f} ({best.cv_acc_low:.4f} to {best.cv_acc_high:.4f})"
    lead = _lead(best.cv_acc, [(row.cv_acc, row.backbone) for row in rows if row is not best])
    reason = f"{best.backbone} has the best cross-validated accuracy, {scores}{lead}"
    return Choice(best.backbone, "cross-validated accuracy", reason)


def one_standard_error(rows: Sequence[Comparison], params: SelectParams) -> Choice:
    """The cheapest backbone within one standard error of the best cross-validated accuracy.

    Breiman et al. (1984). Cost is multiply-accumulates of the forward pass: no clock decides.
    """
    del params
    best = min(rows, key=_crossvalidated)
    near = [row for row in rows if row.cv_acc >= best.cv_acc - best.cv_se]
    chosen = min(near, key=lambda row: (row.multiply_accumulates, _crossvalidated(row)))
    error = f"one standard error ({best.cv_se:.4f})"
    if chosen is best:
        reason = (
            f"{best.backbone} has the best cross-validated accuracy, {best.cv_acc:.4f}, "
            f"and no cheaper depth is within {error} of it"
        )
        return Choice(best.backbone, "cross-validated accuracy", reason)
    ratio = chosen.multiply_accumulates / best.multiply_accumulates
    reason = (
        f"{chosen.backbone} is the cheapest within {error} of the best: cross-validated accuracy "
        f"{chosen.cv_acc:.4f} against {best.cv_acc:.4f} of {best.backbone}, "
        f"for {ratio:.2g} of its cost"
    )
    return Choice(chosen.backbone, "cost", reason)


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


def best_validation(rows: Sequence[Comparison], params: SelectParams) -> Choice:
    """Best validation accuracy, however the depth fits."""
    del params
    best = min(rows, key=lambda row: (-row.best_acc, -row.best_auc, row.multiply_accumulates))
    lead = _lead(best.best_acc, [(row.best_acc, row.backbone) for row in rows if row is not best])
    reason = f"{best.backbone} has the best validation accuracy, {best.best_acc:.4f}{lead}"
    return Choice(best.backbone, "validation accuracy", reason)


def cheaper_alternative(
    chosen: str, rows: Sequence[Comparison], verdicts: Sequence[Verdict]
) -> Alternative | None:
    """The cheapest backbone that `verdicts` do not call worse than the chosen one, if any is."""
    costs = {row.backbone: row.multiply_accumulates for row in rows}
    for other in sorted(costs, key=lambda name: costs[name]):
        if costs[other] >= costs[chosen]:
            break
        verdict = next(one for one in verdicts if {one.a, one.b} == {chosen, other})
        if verdict.better == chosen:
            continue
        ratio = costs[other] / costs[chosen]
        may_lose = max(0.0, verdict.high if verdict.a == chosen else -verdict.low)
        sentence = (
            f"{other} takes {ratio:.2g} of the multiply-accumulates of {chosen} and the data "
            f"cannot tell it is worse; it may lose up to {may_lose:.3f} of accuracy"
        )
        return Alternative(other, ratio, may_lose, sentence)
    return None


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


def _crossvalidated(row: Comparison) -> tuple[float, float, int]:
    return (-row.cv_acc, -(row.cv_auc or 0), row.multiply_accumulates)


def _lead(score: float, others: Sequence[tuple[float, str]]) -> str:
    """`, 0.0120 ahead of resnet18`, the runner-up; nothing where there is none."""
    if not others:
        return ""
    second, name = max(others, key=lambda pair: pair[0])
    return f", {score - second:.4f} ahead of {name}"


RULES: dict[str, Callable[[Sequence[Comparison], SelectParams], Choice]] = {
    "best_crossvalidated": best_crossvalidated,
    "one_standard_error": one_standard_error,
    "fit_accuracy_auc": fit_accuracy_auc,
    "best_validation": best_validation,
}
