"""The figures of a pipeline's results."""

from pathlib import Path

from potholes.dataset.tables import read_manifest
from potholes.figures.canvas import save
from potholes.report.comparison_figure import comparison_figure
from potholes.report.confusion_figure import confusion_figure
from potholes.report.history_figure import history_figure
from potholes.report.learning_curve_figure import learning_curve_figure
from potholes.report.reliability_figure import reliability_figure
from potholes.report.results import Results
from potholes.report.roc_figure import roc_figure
from potholes.report.spotcheck import write_spotcheck
from potholes.report.suspects import write_suspects
from potholes.wording import plural, weights_note


def write_figures(
    folder: Path, results: Results, standardised: Path, *, sheet: int, seed: int
) -> None:
    """Write the figures of the backbones, the spotcheck and the suspects into `folder`.

    `sheet` is the number of photos on either sheet, `seed` draws those of the spotcheck.
    """
    backbones, chosen = results.backbones, results.selection.backbone
    first = backbones[0]
    weights = weights_note(results.selection.origin)
    note = f"{plural(first.evaluated.evaluation.test_photos, 'test photo')} · {weights}"
    table = results.chosen.evaluated.predictions
    pictures = {
        sample.sample_id: standardised / sample.path for sample in read_manifest(standardised)
    }
    write_spotcheck(
        folder / "spotcheck.png",
        table,
        pictures,
        count=sheet,
        seed=seed,
        title=f"Test photos at random, by {chosen}: [truth] prediction, probability",
        note=f"{min(sheet, len(table.sample_ids))} of {note}",
    )
    save(folder / "history.png", history_figure(backbones, weights))
    save(folder / "comparison.png", comparison_figure(backbones, chosen, note))
    save(folder / "roc.png", roc_figure(backbones, chosen, note))
    save(folder / "confusion.png", confusion_figure(backbones, chosen, note))
    save(folder / "reliability.png", reliability_figure(backbones, chosen, note))
    photos = f"{plural(first.cross_validated.summary.photos, 'photo')} of train and val · {weights}"
    save(folder / "learning_curve.png", learning_curve_figure(backbones, photos))
    write_suspects(
        folder / "suspects.png",
        results.labels,
        pictures,
        count=sheet,
        title=f"Labels that {chosen} doubts most: [label] → suggestion",
        note=f"dashed: contradicted by heads that had not seen it · {weights}",
    )
