"""All figures of a pipeline's results."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from potholes.dataset.tables import read_manifest
from potholes.figures.canvas import save
from potholes.parallel import side_by_side
from potholes.params import ImageParams, PredictParams
from potholes.prediction.tables import read_unlabelled
from potholes.report.augmented import write_augmented_sheet
from potholes.report.comparison_figure import comparison_figure
from potholes.report.confusion_figure import confusion_figure
from potholes.report.history_figure import history_figure
from potholes.report.learning_curve_figure import learning_curve_figure
from potholes.report.reliability_figure import reliability_figure
from potholes.report.results import Results
from potholes.report.roc_figure import roc_figure
from potholes.report.spotcheck import write_spotcheck
from potholes.report.suspects import write_suspects
from potholes.report.unlabelled import write_unlabelled_sheet
from potholes.wording import plural, weights_note


@dataclass(frozen=True)
class Photos:
    """The folders that pictures on contact sheets come from."""

    standardised: Path
    augmented: Path
    unlabelled: Path
    predictions: Path  # of the unlabelled ones


def write_figures(
    folder: Path, results: Results, photos: Photos, image: ImageParams, params: PredictParams
) -> None:
    """Write all plots and contact sheets into `folder`, several at once.

    params.sheet is the number of photos on a sheet, params.seed draws them.
    """
    side_by_side([*_sheets(folder, results, photos, image, params), *_plots(folder, results)])


def _plots(folder: Path, results: Results) -> list[Callable[[], None]]:
    """The slowest first, so that no core waits for it at the end."""
    backbones, chosen = results.backbones, results.selection.backbone
    first, weights = backbones[0], weights_note(results.selection.origin)
    note = f"{plural(first.evaluated.evaluation.test_photos, 'test photo')} · {weights}"
    trained = f"{plural(first.cross_validated.photos, 'photo')} of train and val · {weights}"
    figures = {
        "history": lambda: history_figure(backbones, weights),
        "comparison": lambda: comparison_figure(backbones, chosen, note),
        "learning_curve": lambda: learning_curve_figure(backbones, trained),
        "reliability": lambda: reliability_figure(backbones, chosen, note),
        "roc": lambda: roc_figure(backbones, chosen, note),
        "confusion": lambda: confusion_figure(backbones, chosen, note),
    }
    return [
        lambda name=name, draw=draw: save(folder / f"{name}.png", draw())  # type: ignore[misc]
        for name, draw in figures.items()
    ]


def _sheets(
    folder: Path, results: Results, photos: Photos, image: ImageParams, params: PredictParams
) -> list[Callable[[], None]]:
    chosen, weights = results.selection.backbone, weights_note(results.selection.origin)
    samples = read_manifest(photos.standardised)
    pictures = {sample.sample_id: photos.standardised / sample.path for sample in samples}
    table = results.chosen.evaluated.predictions
    count = min(params.sheet, len(table.sample_ids))
    return [
        partial(
            write_spotcheck,
            folder / "spotcheck.png",
            table,
            pictures,
            count=params.sheet,
            seed=params.seed,
            title=f"Random test photos, by {chosen}: [true class] prediction, probability",
            note=f"{count} of {plural(len(table.sample_ids), 'test photo')} · {weights}",
        ),
        partial(
            write_suspects,
            folder / "suspects.png",
            results.labels,
            pictures,
            count=params.sheet,
            title=f"Most doubtful labels, by {chosen}: [label] → suggested label",
            note=f"dashed: out-of-fold predictions contradict the label · {weights}",
        ),
        partial(
            write_augmented_sheet,
            folder / "augmentation.png",
            samples,
            photos.standardised,
            read_manifest(photos.augmented),
            photos.augmented,
        ),
        partial(
            write_unlabelled_sheet,
            folder / "unlabelled.png",
            read_unlabelled(photos.predictions / chosen),
            photos.unlabelled,
            image,
            params,
            title=f"Unlabelled photos, by {chosen}: prediction, probability",
            note=weights,
        ),
    ]
