"""`RULES`: which backbone to deploy, as pure functions of the comparison's rows.

Each choice comes with the measure that decided and a sentence with the numbers. Ties go to the
higher AUC, then to the cheaper backbone, then to the order of `backbones`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from potholes.params import SelectParams
from potholes.selection import Choice, fit_accuracy_auc
from potholes.statistics.verdicts import Verdict
from potholes.tables.comparison import Comparison


@dataclass(frozen=True)
class Crossvalidated(Comparison):
    """A comparison row with what cross-validation says, intervals of the mean over the folds."""

    cv_acc: float
    cv_acc_low: float
    cv_acc_high: float
    cv_auc: float
    cv_auc_low: float
    cv_auc_high: float
    cv_se: float  # corrected standard error of cv_acc (Nadeau & Bengio 2003)


@dataclass(frozen=True)
class Alternative:
    """A cheaper backbone that the data cannot tell from the chosen one."""

    backbone: str
    cost_ratio: float  # its multiply-accumulates over the chosen one's, below 1
    may_lose: float  # upper limit of the chosen one's lead in accuracy, >= 0
    sentence: str


def best_crossvalidated(rows: Sequence[Crossvalidated], params: SelectParams) -> Choice:
    """Best cross-validated accuracy."""
    del params
    best = min(rows, key=_crossvalidated)
    scores = f"{best.cv_acc:.4f} ({best.cv_acc_low:.4f} to {best.cv_acc_high:.4f})"
    lead = _lead(best.cv_acc, [(row.cv_acc, row.backbone) for row in rows if row is not best])
    reason = f"{best.backbone} has the best cross-validated accuracy, {scores}{lead}"
    return Choice(best.backbone, "cross-validated accuracy", reason)


def one_standard_error(rows: Sequence[Crossvalidated], params: SelectParams) -> Choice:
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


def best_validation(rows: Sequence[Crossvalidated], params: SelectParams) -> Choice:
    """Best validation accuracy, however the depth fits."""
    del params
    best = min(rows, key=lambda row: (-row.best_acc, -row.best_auc, row.multiply_accumulates))
    lead = _lead(best.best_acc, [(row.best_acc, row.backbone) for row in rows if row is not best])
    reason = f"{best.backbone} has the best validation accuracy, {best.best_acc:.4f}{lead}"
    return Choice(best.backbone, "validation accuracy", reason)


def cheaper_alternative(
    chosen: str, rows: Sequence[Crossvalidated], verdicts: Sequence[Verdict]
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


def _crossvalidated(row: Crossvalidated) -> tuple[float, float, int]:
    return (-row.cv_acc, -row.cv_auc, row.multiply_accumulates)


def _lead(score: float, others: Sequence[tuple[float, str]]) -> str:
    """`, 0.0120 ahead of resnet18`, the runner-up; nothing where there is none."""
    if not others:
        return ""
    second, name = max(others, key=lambda pair: pair[0])
    return f", {score - second:.4f} ahead of {name}"


RULES: dict[str, Callable[[Sequence[Crossvalidated], SelectParams], Choice]] = {
    "best_crossvalidated": best_crossvalidated,
    "one_standard_error": one_standard_error,
    "fit_accuracy_auc": fit_accuracy_auc,
    "best_validation": best_validation,
}
