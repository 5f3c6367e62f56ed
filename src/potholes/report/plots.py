"""All figures of a pipeline's results as PNG: the page's charts in pictures, and contact sheets."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from potholes.dataset.tables import read_manifest
from potholes.figures.picture import Picture, write_picture
from potholes.parallel import side_by_side
from potholes.params import ImageParams, PredictParams
from potholes.prediction.tables import read_unlabelled
from potholes.report.augmented import write_augmented_sheet
from potholes.report.charts_comparison import comparison_charts
from potholes.report.charts_learning import gain, learning_charts
from potholes.report.charts_test import (
    confusion_chart,
    precision_recall_chart,
    reliability_chart,
    roc_chart,
)
from potholes.report.charts_training import HOW_TO_READ, training_charts
from potholes.report.results import Results
from potholes.report.spotcheck import write_spotcheck
from potholes.report.suspects import write_suspects
from potholes.report.unlabelled import write_unlabelled_sheet
from potholes.wording import plural, weights_note

_MANY = 4  # classes: from here on a confusion matrix takes the whole width


@dataclass(frozen=True)
class Photos:
    """The folders that pictures on contact sheets come from."""

    standardised: Path
    augmented: Path
    unlabelled: Path
    predictions: Path  # of the unlabelled ones


def write_figures(
    folder: Path,
    results: Results,
    photos: Photos,
    image: ImageParams,
    params: PredictParams,
    *,
    level: float,
) -> None:
    """Write all plots and contact sheets into `folder`, several at once.

    params.sheet is the number of photos on a sheet, params.seed draws them; `level` is that of
    the intervals.
    """
    plots = [
        partial(write_picture, folder / f"{name}.png", picture)
        for name, picture in pictures(results, level).items()
    ]
    side_by_side([*_sheets(folder, results, photos, image, params), *plots])


def pictures(results: Results, level: float) -> dict[str, Picture]:
    """What is drawn, by the name of its file."""
    backbones, chosen = results.backbones, results.selection.backbone
    first, weights = backbones[0], weights_note(results.selection.origin)
    tested = plural(first.evaluated.evaluation.test_photos, "test photo")
    trained = f"{plural(first.cross_validated.photos, 'photo')} of train and val"
    note = f"{tested} · {weights}"
    several = len(first.evaluated.evaluation.classes) >= _MANY
    return {
        "history": Picture(
            "Training of the heads", weights, training_charts(backbones), remarks=[HOW_TO_READ]
        ),
        "comparison": Picture(
            f"Comparison of the backbones; ★ selected: {chosen}",
            f"{tested}, {trained} · {weights}",
            comparison_charts(results, level),
        ),
        "learning_curve": Picture(
            "Learning curve: expected gain from more labelled photos",
            f"{trained} · {weights}",
            learning_charts(results, level),
            remarks=[gain(one, level) for one in backbones],
        ),
        "reliability": Picture(
            "Reliability of the probabilities",
            note,
            [reliability_chart(one, level) for one in backbones],
        ),
        "roc": Picture(
            "Curves of the test photos",
            note,
            [roc_chart(results, level), precision_recall_chart(results, level)],
        ),
        "confusion": Picture(
            "Confusion matrices: test photos, and their share of the true class",
            note,
            [confusion_chart(one, level, chosen=one.name == chosen) for one in backbones],
            columns=1 if several else 2,
        ),
    }


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
            title=f"Random test photos, by {chosen}: [true class] prediction, its probability",
            note=f"{count} of {plural(len(table.sample_ids), 'test photo')} · dashed: wrong · "
            f"{weights}",
        ),
        partial(
            write_suspects,
            folder / "suspects.png",
            results.labels,
            pictures,
            count=params.sheet,
            title=f"Most doubtful labels, by {chosen}: [label] → suggested label",
            note="margin: probability of the label minus that of the best other class, said by "
            f"heads that had not seen the photo · dashed: they contradict the label · {weights}",
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
            title=f"Unlabelled photos, by {chosen}: prediction, its probability",
            note=weights,
        ),
    ]
