"""From features to labels of unlabelled photos."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from potholes.evaluation.tables import SCORES_FILE, Evaluation
from potholes.files.documents import read_document
from potholes.head.tables import Head, read_head
from potholes.prediction.tables import Predictions, Size, read_embedded
from potholes.probabilities import decide
from potholes.selection.tables import Deployed


def predict_embedded(
    models: Path, evaluated: Path, embedded: Path, deployed: Deployed, backbones: Sequence[str]
) -> dict[str, Predictions]:
    """Labels of the embedded photos by models/selected, and by each of `backbones` likewise.

    The others' temperature and threshold are those of their own folder in `evaluated`.
    """
    selected = read_head(models / "selected")
    tables = {deployed.backbone: _predict(selected, embedded, deployed.threshold)}
    for name in backbones:
        if name in tables:
            continue
        scores = read_document(evaluated / name / SCORES_FILE, Evaluation)
        head = read_head(models / "heads" / name).divided(scores.temperature)
        tables[name] = _predict(head, embedded, scores.threshold)
    return tables


def _predict(head: Head, embedded: Path, threshold: float | None) -> Predictions:
    table = read_embedded(embedded / head.backbone)
    return label(
        head,
        [row.path for row in table.rows],
        table.values,
        [None if row.width is None else (row.width, row.height or 0) for row in table.rows],
        [row.error for row in table.rows],
        threshold,
    )


def label(
    head: Head,
    names: list[str],
    features: NDArray[np.float32],
    sizes: list[Size | None],
    errors: list[str | None],
    threshold: float | None,
) -> Predictions:
    """The table of photos `names` with `features` [N, D]; no label where there is an error."""
    probabilities = head.probabilities(features)
    labels = [
        None if error is not None else head.classes[index]
        for index, error in zip(decide(probabilities, threshold), errors, strict=True)
    ]
    unlike = np.full(len(names), np.nan)
    return Predictions(head.classes, names, labels, probabilities, unlike, sizes, errors)
