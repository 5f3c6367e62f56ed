"""`RULES`: which backbone to deploy, as pure functions of the comparison's rows.

Each choice comes with the measure that decided and a sentence with the numbers. Ties go to the
higher AUC, then to the cheaper backbone, then to the order of `backbones`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from potholes.files.rows import as_written
from potholes.params import SelectParams
from potholes.selection.tables import Alternative, Comparison, Verdict
from potholes.wording import with_limits


@dataclass(frozen=True)
class Choice:
    """A backbone, the measure that decided, and a sentence."""

    backbone: str
    by: str
    reason: str


def best_crossvalidated(rows: Sequence[Comparison], params: SelectParams) -> Choice:
    """Best cross-validated accuracy."""
    del params
    best = _CROSSVALIDATED.best(rows)
    scores = f"{best.cv_acc:.4f} ({best.cv_acc_low:.4f} to {best.cv_acc_high:.4f})"
    lead = _lead(best.cv_acc, [(row.cv_acc, row.backbone) for row in rows if row is not best])
    reason = f"{best.backbone} has the best cross-validated accuracy, {scores}{lead}"
    return Choice(best.backbone, _CROSSVALIDATED.what_decided(rows), reason)


def one_standard_error(rows: Sequence[Comparison], params: SelectParams) -> Choice:
    """The cheapest backbone within one standard error of the best cross-validated accuracy.

    Breiman et al. (1984). Cost is multiply-accumulates of the forward pass: no clock decides.
    """
    del params
    best = _CROSSVALIDATED.best(rows)
    least = as_written(best.cv_acc - best.cv_se)  # 0.93 - 0.06 is a bit above 0.87
    near = [row for row in rows if row.cv_acc >= least]
    chosen = min(near, key=lambda row: (row.multiply_accumulates, _CROSSVALIDATED.key(row)))
    error = f"one standard error ({best.cv_se:.4f})"
    if chosen is best:
        reason = (
            f"{best.backbone} has the best cross-validated accuracy, {best.cv_acc:.4f}, "
            f"and no cheaper backbone is within {error} of it"
        )
        return Choice(best.backbone, "cross-validated accuracy", reason)
    ratio = chosen.multiply_accumulates / best.multiply_accumulates
    reason = (
        f"{chosen.backbone} is the cheapest within {error} of the best: cross-validated accuracy "
        f"{chosen.cv_acc:.4f} against {best.cv_acc:.4f} of {best.backbone}, "
        f"with {ratio:.2g} of its computation (multiply-accumulates)"
    )
    return Choice(chosen.backbone, "cost", reason)


def fit_accuracy_auc(rows: Sequence[Comparison], params: SelectParams) -> Choice:
    """The method's rule: drop unstable fits; then best validation accuracy, AUC, fewer layers.

    A fit is unstable if its stability_loss is above params.max_stability_loss. If all are
    unstable, none is dropped.
    """
    limit = params.max_stability_loss
    stable = [row for row in rows if row.stability_loss <= limit]
    kept = stable or list(rows)
    best, by = _METHOD.best(kept), _METHOD.what_decided(kept)
    if len(kept) == 1 < len(rows):
        by = "the only stable backbone"
    how = f"is {by}" if len(kept) == 1 else f"is chosen by {by}"
    scores = f"validation accuracy {best.best_acc:.4f}, AUC {best.best_auc:.4f}"
    clauses = [f"{best.backbone} {how} ({scores})"]
    dropped = [row.backbone for row in rows if row not in kept]
    if dropped:
        clauses.append(f"dropped because Stability_loss is above {limit:g}: {', '.join(dropped)}")
    if not stable:
        clauses.append(f"Stability_loss of every backbone is above {limit:g}, so none was dropped")
    return Choice(best.backbone, by, "; ".join(clauses))


def best_validation(rows: Sequence[Comparison], params: SelectParams) -> Choice:
    """Best validation accuracy, however the backbone fits."""
    del params
    best = _VALIDATION.best(rows)
    lead = _lead(best.best_acc, [(row.best_acc, row.backbone) for row in rows if row is not best])
    reason = f"{best.backbone} has the best validation accuracy, {best.best_acc:.4f}{lead}"
    return Choice(best.backbone, _VALIDATION.what_decided(rows), reason)


def cheaper_alternative(
    chosen: str, rows: Sequence[Comparison], verdicts: Sequence[Verdict]
) -> Alternative | None:
    """The cheapest backbone that costs less than `chosen` and is not significantly different."""
    costs = {row.backbone: row.multiply_accumulates for row in rows}
    for other in sorted(costs, key=lambda name: costs[name]):
        if costs[other] >= costs[chosen]:
            break
        verdict = next(one for one in verdicts if {one.a, one.b} == {chosen, other})
        if verdict.better is not None:
            continue
        ratio = costs[other] / costs[chosen]
        numbers = verdict.difference, verdict.low, verdict.high
        if verdict.a == chosen:
            numbers = 0.0 - verdict.difference, 0.0 - verdict.high, 0.0 - verdict.low
        sentence = (
            f"{other} needs {ratio:.2g} of the computation (multiply-accumulates) of {chosen} and "
            f"is not significantly different: {with_limits(*numbers)} in accuracy"
        )
        return Alternative(other, ratio, *numbers, sentence)
    return None


@dataclass(frozen=True)
class _Order:
    """What a rule looks at, the first measure first; a tie goes to the next one."""

    names: tuple[str, str, str]
    key: Callable[[Comparison], tuple[float, float, int]]  # smaller is better

    def best(self, rows: Sequence[Comparison]) -> Comparison:
        """The first of `rows` among equals."""
        return min(rows, key=self.key)

    def what_decided(self, rows: Sequence[Comparison]) -> str:
        """The first measure by which the best is ahead of the runner-up."""
        best = self.best(rows)
        others = [row for row in rows if row is not best]
        if not others:
            return "the only candidate"
        pairs = zip(self.names, self.key(best), self.key(self.best(others)), strict=True)
        return next(
            (name for name, mine, theirs in pairs if mine != theirs), "order in params.yaml"
        )


_METHOD = _Order(
    ("validation accuracy", "validation AUC", "number of layers"),
    lambda row: (-row.best_acc, -row.best_auc, row.layers),
)
_VALIDATION = _Order(
    ("validation accuracy", "validation AUC", "cost"),
    lambda row: (-row.best_acc, -row.best_auc, row.multiply_accumulates),
)
_CROSSVALIDATED = _Order(
    ("cross-validated accuracy", "cross-validated AUC", "cost"),
    lambda row: (-row.cv_acc, -(row.cv_auc or 0.0), row.multiply_accumulates),
)


def _lead(score: float, others: Sequence[tuple[float, str]]) -> str:
    """`, 0.0120 ahead of resnet18`, the runner-up; nothing where there is none."""
    if not others:
        return ""
    second, name = max(others, key=lambda pair: pair[0])
    if score == second:
        return f", the same as {name}"
    return f", {score - second:.4f} ahead of {name}"


RULES: dict[str, Callable[[Sequence[Comparison], SelectParams], Choice]] = {
    "best_crossvalidated": best_crossvalidated,
    "one_standard_error": one_standard_error,
    "fit_accuracy_auc": fit_accuracy_auc,
    "best_validation": best_validation,
}
