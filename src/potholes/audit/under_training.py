"""Were the heads trained long enough for the backbones to be compared?"""

from collections.abc import Sequence

from potholes.audit.tables import Alarm
from potholes.params import TrainParams
from potholes.selection.tables import Comparison


def under_trained(rows: Sequence[Comparison], train: TrainParams) -> Alarm | None:
    """An alarm where heads of some backbones score higher at convergence (`Convergence`)."""
    found = [row for row in rows if row.under_trained]
    if not found:
        return None
    scores = ", ".join(
        f"{row.backbone} {row.cv_acc:.3f} instead of {row.converged_acc:.3f}" for row in found
    )
    evidence = (
        f"after {train.epochs} epochs the heads have not learned what they can; cross-validated "
        f"accuracy is {scores} at convergence"
    )
    return Alarm("under-trained", evidence, _advice(found, train))


def _advice(found: Sequence[Comparison], train: TrainParams) -> str:
    known = [row for row in found if row.enough_epochs is not None and (row.enough_gain or 0) > 0]
    if not known:
        return "raise train.lr; the ranking of the backbones can change"
    slowest = max(known, key=lambda row: row.enough_epochs or 0)
    assert slowest.enough_epochs is not None
    gains = ", ".join(f"{row.enough_gain:.3f} to {row.backbone}" for row in known)
    steps = train.step_size * slowest.enough_epochs // train.epochs
    return (
        f"set train.epochs: {slowest.enough_epochs} and train.step_size: {steps}, or choose by "
        f"select.rule: best_converged; up to so many epochs add {gains} in cross-validation, so "
        "the ranking of the backbones can change"
    )
