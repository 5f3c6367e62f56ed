"""The figures of a pipeline's results."""

from pathlib import Path

from potholes.plots.canvas import save
from potholes.plots.comparison import comparison_figure
from potholes.plots.confusion import confusion_figure
from potholes.plots.history import history_figure
from potholes.plots.learning_curve import learning_curve_figure
from potholes.plots.reliability import reliability_figure
from potholes.plots.roc import roc_figure
from potholes.plots.spotcheck import write_spotcheck
from potholes.plots.suspects import write_suspects
from potholes.results import Results
from potholes.tables.manifest import read_manifest
from potholes.wording import plural, weights_note


def write_figures(
    folder: Path, results: Results, standardised: Path, *, sheet: int, seed: int
) -> None:
    """Write the figures of the depths, the spotcheck and the suspects into `folder`.

    `sheet` is the number of photos on either sheet, `seed` draws those of the spotcheck.
    """
    depths, chosen = results.depths, results.selection.backbone
    weights = weights_note(results.selection.origin)
    note = f"{plural(depths[0].evaluation.test_photos, 'test photo')} · {weights}"
    table = next(depth.predictions for depth in depths if depth.name == chosen)
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
    save(folder / "history.png", history_figure(depths, weights))
    save(folder / "comparison.png", comparison_figure(depths, chosen, note))
    save(folder / "roc.png", roc_figure(depths, chosen, note))
    save(folder / "confusion.png", confusion_figure(depths, chosen, note))
    save(folder / "reliability.png", reliability_figure(depths, chosen, note))
    photos = f"{plural(depths[0].validation.photos, 'photo')} of train and val · {weights}"
    save(folder / "learning_curve.png", learning_curve_figure(depths, photos))
    write_suspects(
        folder / "suspects.png",
        results.labels,
        pictures,
        count=sheet,
        title=f"Labels that {chosen} doubts most: [label] → suggestion",
        note=f"dashed: contradicted by heads that had not seen it · {weights}",
    )
