"""The stages from train to predict on made-up features: python -m tests.heads_on_files FOLDER.

FOLDER has what `write_inputs` left. A process of its own, since the linear algebra looks at the
processor once, when it is loaded.
"""

import sys
from pathlib import Path

import numpy as np

from potholes.audit import doubtful_labels
from potholes.params_file import load_params
from potholes.prediction import label
from potholes.tables.compiled import CompiledFacts, write_compiled
from potholes.tables.embedded import Embedded, EmbeddedRow, read_embedded, write_embedded
from potholes.tables.evaluation import read_evaluation
from potholes.tables.features import Features, write_features
from potholes.tables.head import read_head
from potholes.tables.label_audit import write_label_audit
from potholes.tables.origin import Origin, write_origin
from potholes.tables.out_of_fold import read_out_of_fold
from potholes.tables.unlabelled import write_unlabelled
from stages import crossvalidate, evaluate, select, train
from tests.labelled_features import labelled_features

WIDTHS = {"resnet18": 90, "resnet50": 300}  # of 240 photos with copies: fewer and more than rows
PARAMS = Path(__file__).parents[1] / "params.yaml"


def write_inputs(root: Path) -> None:
    """Features of photos, labelled or not, and the backbones they would be of."""
    for name, width in WIDTHS.items():
        photos = hard_features(name, width)
        write_features(root / "features" / name, photos)
        rows = [EmbeddedRow(row.sample_id, None) for row in photos.rows]
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
    for name in WIDTHS:
        features, head = root / "features" / name, models / "heads" / name
        history, timing = reports / "history" / f"{name}.csv", root / "timing.json"
        printed = reports / "architecture.txt"
        backbone = models / "backbones" / name
        train.main(params.train, name, features, backbone, head, history, printed, timing)
        tables = [reports / f"validation/{kind}/{name}.csv" for kind in ("folds", "out_of_fold")]
        curve = reports / f"validation/learning_curve/{name}.csv"
        summary = reports / f"validation/summary/{name}.json"
        crossvalidate.main(params, features, summary, *tables, curve)
        sources = [features, head, history, tables[1]]
        kinds = {"evaluation": "json", "roc": "csv", "predictions": "csv", "reliability": "csv"}
        out = [reports / kind / f"{name}.{end}" for kind, end in kinds.items()]
        evaluate.main(params.evaluate, sources, out)
        point = read_evaluation(reports / "evaluation" / f"{name}.json")
        divided = read_head(head).divided(point.temperature)
        doubtful = doubtful_labels(read_out_of_fold(tables[1]), point.temperature)
        write_label_audit(root / "labels" / f"{name}.csv", doubtful)
        photos = read_embedded(root / "embedded" / name)
        paths, errors = [row.path for row in photos.rows], [row.error for row in photos.rows]
        said = divided.probabilities(photos.values)
        table = label(divided.classes, paths, said, errors, point.threshold)
        write_unlabelled(root / "predicted" / name, table)
    comparison, selection = reports / "comparison.csv", reports / "selection.json"
    select.main(params, models, reports, models / "selected", comparison, selection)


if __name__ == "__main__":
    run(Path(sys.argv[1]))
