"""From features to labels of unlabelled photos."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from potholes.evaluation.tables import SCORES_FILE, Evaluation
from potholes.familiarity.domain import judge
from potholes.familiarity.reference import REFERENCE_FILE, read_reference
from potholes.familiarity.tables import Familiarity
from potholes.files.documents import read_document
from potholes.head.tables import Head, read_head
from potholes.prediction.tables import Predictions, read_embedded
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


def judge_embedded(selected: Path, embedded: Path, *, seed: int) -> Familiarity:
    """Whether the photos of `embedded` are like those that the model in `selected` learned from.

    Raises ValueError where the model has none to compare with.
    """
    reference = read_reference(selected)
    if reference is None:
        raise ValueError(f"{selected / REFERENCE_FILE}: not found; run `dvc repro` to write it")
    return judge(reference, read_embedded(embedded).values, seed)


def _predict(head: Head, embedded: Path, threshold: float | None) -> Predictions:
    table = read_embedded(embedded / head.backbone)
    paths, errors = [row.path for row in table.rows], [row.error for row in table.rows]
    return label(head.classes, paths, head.probabilities(table.values), errors, threshold)


def label(
    classes: list[str],
    names: list[str],
    probabilities: NDArray[np.float64],
    errors: list[str | None],
    threshold: float | None,
) -> Predictions:
    """The table of photos `names` with probabilities [N, C]; no label where there is an error."""
    labels = [
        None if error is not None else classes[index]
        for index, error in zip(decide(probabilities, threshold), errors, strict=True)
    ]
    return Predictions(classes, names, labels, probabilities, errors)
