"""The stages from train to predict on made-up features: python -m tests.heads_on_files FOLDER.

FOLDER has what `write_inputs` left. A process of its own, since the linear algebra looks at the
processor once, when it is loaded.
"""

import sys
from pathlib import Path

import numpy as np

from potholes.audit.label_audit import doubtful_labels
from potholes.audit.tables import LABELS_FILE, AuditRow
from potholes.compilation.tables import CompiledFacts, write_compiled
from potholes.crossvalidation.tables import read_cross_validation
from potholes.evaluation.tables import read_evaluation
from potholes.familiarity.outliers import unlike
from potholes.familiarity.reference import read_reference
from potholes.familiarity.tables import write_familiarity
from potholes.features.tables import Features, write_features
from potholes.files.rows import write_rows
from potholes.params_file import load_params
from potholes.prediction.labelling import judge_embedded, predict_embedded
from potholes.prediction.tables import (
    Embedded,
    EmbeddedRow,
    read_embedded,
    write_embedded,
    write_unlabelled,
)
from potholes.selection.tables import read_deployed
from potholes.weights.tables import Origin, write_origin
from stages import crossvalidate, evaluate, select, train
from tests.labelled_features import labelled_features

WIDTHS = {"resnet18": 90, "resnet50": 300}  # of 240 photos with copies: fewer and more than rows
PARAMS = Path(__file__).parents[1] / "params.yaml"


def write_inputs(root: Path) -> None:
    """Features of photos, labelled or not, and the backbones they would be of."""
    for name, width in WIDTHS.items():
        photos = hard_features(name, width)
        write_features(root / "features" / name, photos)
        rows = [EmbeddedRow(row.sample_id, 640, 480, None) for row in photos.rows]
        write_embedded(root / "embedded" / name, Embedded(rows, photos.values[::-1]))
        facts = CompiledFacts(name, "int8", width, 18, 11_000_000, 10**9 + width, 5, "0", 0.1, 0.1)
        backbone = root / "models/backbones" / name
        write_compiled(backbone, facts)
        (backbone / "backbone.onnx").write_bytes(b"graph")
        (backbone / "architecture.txt").write_text(f"{name}\n  (fc): Linear(in_features=9)\n")
        write_origin(root / "models/weights" / name, Origin("random", "made up", ""))


def hard_features(name: str, width: int) -> Features:
    """Classes that overlap, as many features as of a photo, and photos that are each other's twin.

    Every tenth photo has the features of the one before: where they tie, they must tie anywhere.
    """
    made = labelled_features(200, width=width, group=2, apart=2.0)
    values = np.abs(made.values)
    for row in range(10, len(values), 10):
        values[row] = values[row - 1]
    return Features(name, "cpu", made.classes, values, made.rows)


def run(root: Path) -> None:
    """What `dvc repro` would, from train to predict."""
    params = load_params(PARAMS)
    params = params.model_copy(update={"backbones": list(WIDTHS)})
    models, reports = root / "models", root / "reports"
    crossvalidated, evaluated = reports / "crossvalidate", reports / "evaluate"
    for name in WIDTHS:
        features, head = root / "features" / name, models / "heads" / name
        trained = reports / "train" / name
        timing = root / "timing.json"
        backbone = models / "backbones" / name
        printed = backbone / "architecture.txt"
        train.main(params.train, name, features, printed, head, trained, timing)
        crossvalidate.main(params, features, crossvalidated / name)
        folders = features, head, trained, crossvalidated / name, evaluated / name
        evaluate.main(params.evaluate, params.train, *folders)
        photos = read_cross_validation(crossvalidated / name).out_of_fold
        temperature = read_evaluation(evaluated / name).evaluation.temperature
        rows = doubtful_labels(photos, temperature)
        write_rows(reports / "audit" / name / LABELS_FILE, AuditRow, rows)
    written = models / "selected", reports / "select", reports / "metrics.json"
    select.main(params, models, root / "features", crossvalidated, evaluated, *written)
    deployed = read_deployed(models / "selected")
    tables = predict_embedded(models, evaluated, root / "embedded", deployed, list(WIDTHS))
    for name, table in tables.items():
        write_unlabelled(root / "predicted" / name, table)
    selected, own = models / "selected", root / "embedded" / deployed.backbone
    write_familiarity(root / "predicted", judge_embedded(selected, own, seed=0))
    reference, photos = read_reference(selected), read_embedded(own)
    assert reference is not None
    values = unlike(reference, photos.values)
    (root / "predicted/unlike").write_bytes(values.tobytes())


if __name__ == "__main__":
    run(Path(sys.argv[1]))
