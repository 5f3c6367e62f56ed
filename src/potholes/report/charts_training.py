"""Loss and accuracy of every head by epoch, as charts."""

from potholes.figures.drawing import Axis, Chart, Table, linear_axis
from potholes.figures.line_chart import Curve, Note, line_chart
from potholes.figures.phrases import score
from potholes.report.results import Outcome

HOW_TO_READ = (
    "Both curves are measured after an epoch, with the same weights and on unchanged photos. "
    "Training loss can lie above validation loss: val then holds easier photos than train. "
    "The upright line is the epoch that is kept."
)
_FEW = 12  # epochs: up to here each one has a dot


def training_charts(backbones: list[Outcome]) -> list[Chart]:
    """Two charts a backbone; all have the same axes, so that heights can be compared."""
    measures = (("loss", "loss (mean cross-entropy, nats)", None), ("acc", "accuracy", 1.0))
    ups = {
        measure: linear_axis(label, _values(backbones, measure), least=0, most=most)
        for measure, label, most in measures
    }
    across = linear_axis("epoch", [1, *(max(5, len(one.history)) for one in backbones)], least=0)
    return [_chart(one, measure, across, ups[measure]) for one in backbones for measure in ups]


def _values(backbones: list[Outcome], measure: str) -> list[float]:
    return [
        getattr(epoch, f"{split}_{measure}")
        for one in backbones
        for epoch in one.history
        for split in ("train", "val")
    ]


def _chart(one: Outcome, measure: str, across: Axis, up: Axis) -> Chart:
    train = [(e.epoch, getattr(e, f"train_{measure}")) for e in one.history]
    held_out = [(e.epoch, getattr(e, f"val_{measure}")) for e in one.history]
    best = one.scores.best_epoch
    rows = [
        [str(e.epoch), f"{e.lr:g}", f"{a[1]:.4f}", f"{b[1]:.4f}"]
        for e, a, b in zip(one.history, train, held_out, strict=True)
    ]
    kept = f"epoch {best}: {score(held_out[best - 1][1])}"
    dots = len(one.history) <= _FEW
    return line_chart(
        f"{one.name}: {'loss' if measure == 'loss' else 'accuracy'} by epoch",
        across,
        up,
        [Curve("train", 1, train, dash=1, dots=dots), Curve("validation", 0, held_out, dots=dots)],
        Table(["epoch", "learning rate", "train", "validation"], rows, best - 1),
        notes=[Note(best, text=kept, low=measure == "acc")],
        note=f"Learning rate: {_rates(one)}.",
    )


def _rates(one: Outcome) -> str:
    """Each learning rate and the epoch it begins with; of many, the first and the last ones."""
    rates = list(dict.fromkeys(epoch.lr for epoch in one.history))
    starts = [next(e.epoch for e in one.history if e.lr == rate) for rate in rates]
    steps = [f"{rate:g} from epoch {start}" for rate, start in zip(rates, starts, strict=True)]
    return ", ".join(steps if len(steps) <= 4 else [*steps[:2], "…", steps[-1]])
