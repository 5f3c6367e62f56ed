"""Part 3: loss and accuracy of every head by epoch."""

from dataclasses import dataclass

from potholes.figures.drawing import Chart
from potholes.figures.phrases import listed
from potholes.page.inputs import Inputs
from potholes.report.charts_training import HOW_TO_READ, training_charts


@dataclass(frozen=True)
class TrainingPart:
    """Two figures a backbone."""

    opening: str
    how_to_read: str
    charts: list[Chart]


def training(inputs: Inputs) -> TrainingPart:
    """The part for all backbones."""
    return TrainingPart(_opening(inputs), HOW_TO_READ, training_charts(inputs.results.backbones))


def _opening(inputs: Inputs) -> str:
    chosen = inputs.chosen
    best = chosen.scores.best_epoch
    first = f"The head of {chosen.name} suits the validation photos best after epoch {best}"
    first += f" of {len(chosen.history)}; that state is kept"
    short = [one.name for one in inputs.results.backbones if one.scores.under_trained]
    if not short:
        return f"{first}, and more epochs would not score noticeably higher."
    return f"{first}, but longer training would score higher ({listed(short)})."
