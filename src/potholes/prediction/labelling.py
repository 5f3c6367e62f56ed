"""From features to labels of unlabelled photos."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from potholes.evaluation.tables import SCORES_FILE, Evaluation
from potholes.familiarity.domain import judge
from potholes.familiarity.outliers import unlike
from potholes.familiarity.reference import MOST, REFERENCE_FILE, Reference, read_reference
from potholes.familiarity.tables import Familiarity
from potholes.files.documents import read_document
from potholes.head.tables import Head, read_head
from potholes.photos.naming import order_of
from potholes.prediction.tables import Predictions, Size, read_embedded
from potholes.probabilities import as_written_all, decide
from potholes.selection.tables import Deployed


def predict_embedded(
    models: Path, evaluated: Path, embedded: Path, deployed: Deployed, backbones: Sequence[str]
) -> dict[str, Predictions]:
    """Labels of the embedded photos by models/selected, and by each of `backbones` likewise.

    The others' temperature and threshold are those of their own folder in `evaluated`.
    """
    selected = read_head(models / "selected")
    reference = read_reference(models / "selected")
    tables = {deployed.backbone: _predict(selected, embedded, deployed.threshold, reference)}
    for name in backbones:
        if name in tables:
            continue
        scores = read_document(evaluated / name / SCORES_FILE, Evaluation)
        head = read_head(models / "heads" / name).divided(scores.temperature)
        tables[name] = _predict(head, embedded, scores.threshold, None)
    return tables


def judge_embedded(selected: Path, embedded: Path, *, seed: int) -> Familiarity:
    """Whether the photos of `embedded` are like those that the model in `selected` learned from.

    Of more than 1,000 those with the smallest order are asked, as `potholes predict` does.
    Raises ValueError where the model has none to compare with.
    """
    reference = read_reference(selected)
    if reference is None:
        raise ValueError(f"{selected / REFERENCE_FILE}: not found; run `dvc repro` to write it")
    table = read_embedded(embedded)
    rows = sorted(
        (row for row, photo in enumerate(table.rows) if photo.error is None),
        key=lambda row: order_of(table.rows[row].path),
    )
    return judge(reference, table.values[rows[:MOST]], seed)


def _predict(
    head: Head, embedded: Path, threshold: float | None, reference: Reference | None
) -> Predictions:
    table = read_embedded(embedded / head.backbone)
    return label(
        head,
        [row.path for row in table.rows],
        table.values,
        [None if row.width is None else (row.width, row.height or 0) for row in table.rows],
        [row.error for row in table.rows],
        threshold,
        reference,
    )


def label(
    head: Head,
    names: list[str],
    features: NDArray[np.float32],
    sizes: list[Size | None],
    errors: list[str | None],
    threshold: float | None,
    reference: Reference | None,
) -> Predictions:
    """The table of photos `names` with `features` [N, D]; no label where there is an error.

    How unlike the photos of `reference` they are is told where there is one of this backbone.
    """
    probabilities = head.probabilities(features)
    labels = [
        None if error is not None else head.classes[index]
        for index, error in zip(decide(probabilities, threshold), errors, strict=True)
    ]
    strange = np.full(len(names), np.nan)
    if reference is not None:
        strange = as_written_all(unlike(reference, features))
    return Predictions(head.classes, names, labels, probabilities, strange, sizes, errors)
