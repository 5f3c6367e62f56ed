"""`RULES`: which backbone to deploy, as pure functions of the comparison's rows.

Each choice comes with the measure that decided and a sentence with the numbers. Ties go to the
higher AUC, then to the cheaper backbone, then to the order of `backbones`.

Where a miss and a false alarm cost different amounts, the two rules of cross-validation rank by
the expected cost of a photo at the delivered threshold instead of by accuracy.
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
    """Best cross-validated accuracy; least expected cost where the costs differ."""
    del params
    return _best(rows, _score(rows))


def best_converged(rows: Sequence[Comparison], params: SelectParams) -> Choice:
    """Best cross-validated accuracy of heads at convergence: what backbones can do, whatever
    `train` says."""
    del params
    return _best(rows, _AT_CONVERGENCE)


def one_standard_error(rows: Sequence[Comparison], params: SelectParams) -> Choice:
    """The cheapest backbone within one standard error of the best accuracy or expected cost.

    Breiman et al. (1984). Cheap is of few multiply-accumulates in the forward pass: no clock
    decides. Accuracy and expected cost are cross-validated.
    """
    del params
    score = _score(rows)
    best = score.order.best(rows)
    least = as_written(score.value(best) - score.error(best))  # 0.93 - 0.06 is a bit above 0.87
    near = [row for row in rows if score.value(row) >= least]
    chosen = min(near, key=lambda row: (row.multiply_accumulates, score.order.key(row)))
    mine, top = (f"{abs(score.value(row)):.3f}" for row in (chosen, best))
    within = f"within one standard error ({score.error(best):.3f}) of"
    if chosen is best:
        reason = (
            f"{best.backbone} has the {score.name}, {top}, and no cheaper backbone is {within} it"
        )
        return Choice(best.backbone, score.order.names[0], reason)
    ratio = chosen.multiply_accumulates / best.multiply_accumulates
    reason = (
        f"{chosen.backbone} is the cheapest {within} the best: {score.name.partition(' ')[2]} "
        f"{mine} against {top} of {best.backbone}, "
        f"with {ratio:.2g} of its computation (multiply-accumulates)"
    )
    return Choice(chosen.backbone, score.order.names[-1], reason)


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
    scores = f"validation accuracy {best.best_acc:.3f}, AUC {best.best_auc:.3f}"
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
    reason = f"{best.backbone} has the best validation accuracy, {best.best_acc:.3f}{lead}"
    return Choice(best.backbone, _VALIDATION.what_decided(rows), reason)


def costs_differ(rows: Sequence[Comparison]) -> bool:
    """Whether a miss and a false alarm cost different amounts: Bayes' threshold is not 0.5."""
    return any(row.bayes_threshold not in (None, 0.5) for row in rows)


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

_CONVERGED = _Order(
    ("accuracy at convergence", "AUC at convergence", "cost"),
    lambda row: (-row.converged_acc, -(row.converged_auc or 0.0), row.multiply_accumulates),
)

_EXPECTED_COST = _Order(
    ("expected cost", "cross-validated AUC", "computation"),
    lambda row: (row.cv_cost or 0.0, -(row.cv_auc or 0.0), row.multiply_accumulates),
)


@dataclass(frozen=True)
class _Score:
    """By what the backbones are ranked."""

    name: str  # the superlative first
    order: _Order
    value: Callable[[Comparison], float]  # larger is better
    shown: Callable[[Comparison], str]


@dataclass(frozen=True)
class _Estimate(_Score):
    """By what cross-validation ranks the backbones."""

    error: Callable[[Comparison], float]  # standard error of value


_ACCURACY = _Estimate(
    "best cross-validated accuracy",
    _CROSSVALIDATED,
    lambda row: row.cv_acc,
    lambda row: f"{row.cv_acc:.3f} ({row.cv_acc_low:.3f} to {row.cv_acc_high:.3f})",
    lambda row: row.cv_se,
)
_COST = _Estimate(
    "least expected cost of a photo",
    _EXPECTED_COST,
    lambda row: -(row.cv_cost or 0.0),
    lambda row: f"{row.cv_cost:.3f} (standard error {row.cv_cost_se:.3f})",
    lambda row: row.cv_cost_se or 0.0,
)
_AT_CONVERGENCE = _Score(
    "best cross-validated accuracy at convergence",
    _CONVERGED,
    lambda row: row.converged_acc,
    lambda row: (
        f"{row.converged_acc:.3f} ({row.converged_acc_low:.3f} to {row.converged_acc_high:.3f})"
    ),
)


def _score(rows: Sequence[Comparison]) -> _Estimate:
    return _COST if costs_differ(rows) else _ACCURACY


def _best(rows: Sequence[Comparison], score: _Score) -> Choice:
    """The first by `score`, and by how much."""
    best = score.order.best(rows)
    others = [(score.value(row), row.backbone) for row in rows if row is not best]
    lead = _lead(score.value(best), others)
    reason = f"{best.backbone} has the {score.name}, {score.shown(best)}{lead}"
    return Choice(best.backbone, score.order.what_decided(rows), reason)


def _lead(score: float, others: Sequence[tuple[float, str]]) -> str:
    """`, 0.012 ahead of resnet18`, the runner-up; nothing where there is none."""
    if not others:
        return ""
    second, name = max(others, key=lambda pair: pair[0])
    if score == second:
        return f", the same as {name}"
    lead = score - second
    return f", {f'{lead:.3f}' if lead >= 0.0005 else 'less than 0.001'} ahead of {name}"


RULES: dict[str, Callable[[Sequence[Comparison], SelectParams], Choice]] = {
    "best_crossvalidated": best_crossvalidated,
    "best_converged": best_converged,
    "one_standard_error": one_standard_error,
    "fit_accuracy_auc": fit_accuracy_auc,
    "best_validation": best_validation,
}
