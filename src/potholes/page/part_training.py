"""Part 3: loss and accuracy of every head by epoch."""

from dataclasses import dataclass

from potholes.figures.drawing import Chart, Table, linear_axis
from potholes.figures.line_chart import Curve, Note, line_chart
from potholes.figures.phrases import listed, score
from potholes.page.inputs import Inputs
from potholes.report.results import Outcome


@dataclass(frozen=True)
class TrainingPart:
    """Two figures a backbone."""

    opening: str
    charts: list[Chart]


def training(inputs: Inputs) -> TrainingPart:
    """The part for all backbones."""
    charts = [
        chart
        for one in inputs.results.backbones
        for chart in (
            _chart(one, "loss", "loss (mean cross-entropy, nats)"),
            _chart(one, "acc", "accuracy"),
        )
    ]
    return TrainingPart(_opening(inputs), charts)


def _opening(inputs: Inputs) -> str:
    chosen = inputs.chosen
    best = chosen.scores.best_epoch
    first = f"The head of {chosen.name} suits the validation photos best after epoch {best}"
    first += f" of {len(chosen.history)}; that state is kept"
    short = [one.name for one in inputs.results.backbones if one.scores.under_trained]
    if not short:
        return f"{first}, and more epochs would not score noticeably higher."
    return f"{first}, but longer training would score higher ({listed(short)})."


def _chart(one: Outcome, measure: str, label: str) -> Chart:
    train = [(e.epoch, getattr(e, f"train_{measure}")) for e in one.history]
    held_out = [(e.epoch, getattr(e, f"val_{measure}")) for e in one.history]
    values = [y for _, y in [*train, *held_out]]
    up = linear_axis(label, values, least=0, most=1 if measure == "acc" else None)
    across = linear_axis("epoch", [1, max(len(one.history), 5)], least=0)
    best = one.scores.best_epoch
    rows = [
        [str(e.epoch), f"{e.lr:g}", f"{a[1]:.4f}", f"{b[1]:.4f}"]
        for e, a, b in zip(one.history, train, held_out, strict=True)
    ]
    kept = f"epoch {best}: {score(held_out[best - 1][1])}"
    rates = list(dict.fromkeys(epoch.lr for epoch in one.history))
    starts = [next(e.epoch for e in one.history if e.lr == rate) for rate in rates]
    steps = [f"{rate:g} from epoch {start}" for rate, start in zip(rates, starts, strict=True)]
    return line_chart(
        f"{one.name}: {'loss' if measure == 'loss' else 'accuracy'} by epoch",
        across,
        up,
        [Curve("train", 1, train, dashed=True), Curve("validation", 0, held_out)],
        Table(["epoch", "learning rate", "train", "validation"], rows, best - 1),
        notes=[Note(best, text=kept, low=measure == "acc")],
        note=f"Learning rate: {', '.join(steps)}.",
    )
