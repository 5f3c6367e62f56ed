"""A complete, tiny result of the pipeline with hand-written numbers, as its stages leave it."""

import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml
from numpy.typing import NDArray
from PIL import Image

from potholes.audit.tables import Alarm, AuditRow, write_audit
from potholes.compilation.tables import ARCHITECTURE_FILE, CompiledFacts, write_compiled
from potholes.crossvalidation.tables import (
    Convergence,
    CrossValidationSummary,
    CrossValidationTables,
    CurvePoint,
    FoldScore,
    OutOfFold,
    SplitDraw,
    Undeclared,
    write_cross_validation,
)
from potholes.dataset.tables import SUMMARY_FILE, Sample, Summary, write_manifest
from potholes.evaluation.tables import (
    ClassScores,
    Evaluation,
    EvaluationTables,
    ReliabilityBin,
    RocPoint,
    TestPredictions,
    write_evaluation,
)
from potholes.explanation.tables import Explained, ExplainedRow, write_explained
from potholes.files.documents import write_document
from potholes.files.rows import write_rows
from potholes.files.timing import Machine, Timing, machine_file
from potholes.head.tables import HISTORY_FILE, Epoch, Head, write_head
from potholes.photos.tables import write_rejected
from potholes.prediction.tables import Predictions, write_unlabelled
from potholes.selection.tables import Comparison, Selection, Verdict, write_selection

REPOSITORY = Path(__file__).parents[1]
TWO = ("resnet18", "resnet50")
CLASSES = ("normal", "pothole")
MACHINE = Machine("Example 9000", 4, {"Python": "3.12.1", "numpy": "2.4.0", "torch": "2.14.1"})


def write_project(
    root: Path,
    backbones: Sequence[str] = TWO,
    *,
    classes: Sequence[str] = CLASSES,
    origin: str = "random",
    epochs: int = 3,
) -> None:
    """params.yaml, dvc.yaml, dvc.lock, reports/, models/ and data/standardised/ under `root`.

    The first backbone is the chosen one; six test photos, of which it gets one wrong.
    """
    root.mkdir(parents=True, exist_ok=True)
    set_params(root, {"backbones": list(backbones)})
    shutil.copy(REPOSITORY / "dvc.yaml", root / "dvc.yaml")
    write_photos(root / "data/standardised", classes)
    for index, name in enumerate(backbones):
        write_backbone(root, name, index, classes, epochs)
    reports = root / "reports"
    rows = [comparison(name, index, origin) for index, name in enumerate(backbones)]
    write_selection(reports / "select", rows, selection(backbones[0], origin))
    doubtful = AuditRow("photo 5.jpg", classes[5 % len(classes)], classes[0], -0.8, 1)
    alarm = Alarm("shortcut", "by size alone", "look at it")
    write_audit(reports / "audit", [doubtful], [alarm], [], [])
    (reports / "index.html").write_text("<!DOCTYPE html>")
    for name in ("figures/augmentation", "figures/roc"):
        path = reports / f"{name}.png"
        path.parent.mkdir(exist_ok=True)
        Image.new("RGB", (4, 4)).save(path)
    write_manifest(root / "data/augmented", [])
    nobody = unlabelled(np.empty((0, len(classes))), [], list(classes))
    write_unlabelled(root / "data/predictions" / backbones[0], nobody)
    write_explained_photo(root / "data/explained", classes)
    write_lock(root, backbones)


def write_explained_photo(folder: Path, classes: Sequence[str] = CLASSES) -> None:
    """The wrongly called photo and its map, in two colours."""
    for name, colour in (("thumbnails", "grey"), ("overlays", "red")):
        (folder / name).mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (224, 224), colour).save(folder / name / "0.webp")
    truth, pictures = classes[5 % len(classes)], ("thumbnails/0.webp", "overlays/0.webp")
    row = ExplainedRow("photo 5.jpg", truth, classes[0], truth, 2.0, "mistake", *pictures)
    write_explained(folder, Explained([row], np.full((1, 7, 7), 2, np.float32), 2.0))


def set_params(root: Path, changes: dict[str, Any]) -> None:
    """Write `root`/params.yaml: the repository's with `changes` (`{"train.lr": 0.1}`)."""
    path = root / "params.yaml"
    source = path if path.exists() else REPOSITORY / "params.yaml"
    tree = _load(source.read_text())
    for key, value in changes.items():
        *sections, last = key.split(".")
        section = tree
        for name in sections:
            section = section[name]
        section[last] = value
    path.write_text(_dump(tree))


def comparison(name: str, index: int = 0, origin: str = "random") -> Comparison:
    """The index-th backbone's row: each is a little worse than the one before."""
    return Comparison(
        backbone=name,
        stability_loss=0.03 + 0.02 * index,
        stability_acc=0.01 + 0.01 * index,
        best_epoch=2,
        best_acc=0.95 - 0.01 * index,
        best_auc=0.98 - 0.01 * index,
        **_scored("test_acc", 0.9 - 0.01 * index),
        test_acc_seeds_low=0.85 - 0.01 * index,
        test_acc_seeds_high=0.92 - 0.01 * index,
        test_acc_seeds_sd=0.02,
        test_acc_at_half=0.9 - 0.01 * index,
        **_scored("test_auc", 0.97 - 0.01 * index),
        **_scored("test_balanced_acc", 0.89 - 0.01 * index),
        **_scored("test_ap", 0.96 - 0.01 * index),
        rarest_share=0.5,
        **_scored("cv_acc", 0.91 - 0.01 * index),
        cv_se=0.01,
        **_scored("cv_auc", 0.96 - 0.01 * index),
        **_scored("converged_acc", 0.92 - 0.01 * index),
        converged_auc=0.97 - 0.01 * index,
        under_trained=0,
        enough_epochs=None,
        enough_gain=None,
        cv_cost=0.09 + 0.01 * index,
        cv_cost_se=0.01,
        **_scored("test_ece_before", 0.07),
        **_scored("test_brier_before", 0.1),
        **_scored("test_ece", 0.05),
        **_scored("test_brier", 0.1),
        temperature=1.0,
        threshold=0.5,
        bayes_threshold=0.5,
        **_scored("acc_gain", 0.012),
        layers=18 + 32 * index,
        parameters=11_000_000 * (index + 1),
        multiply_accumulates=1_800_000_000 * (index + 1),
        model_bytes=11_400_000 * (index + 1),
        weights=origin,
    )


def _scored(name: str, value: float) -> dict[str, float]:
    """A score and limits 0.02 beside it."""
    return {name: value, f"{name}_low": value - 0.02, f"{name}_high": value + 0.02}


def selection(backbone: str, origin: str = "random") -> Selection:
    """The choice of `backbone`."""
    return Selection(
        backbone=backbone,
        rule="best_crossvalidated",
        by="cross-validated accuracy",
        reason="It has the best cross-validated accuracy.",
        rules={"best_crossvalidated": backbone},
        verdicts=[],
        test_differences=[],
        cheaper=None,
        origin=origin,
        origin_detail="a seeded stand-in",
    )


def verdict(
    a: str, b: str, low: float, high: float, better: str | None = None, p: float = 0.4
) -> Verdict:
    """On a pair whose difference is in the middle of its interval."""
    return Verdict(
        a=a,
        b=b,
        difference=(low + high) / 2,
        low=low,
        high=high,
        p=p,
        better=better,
        detectable=0.05,
        photos_low=3000,
        photos_high=9000,
        observed_photos_low=None if better else 400,
        observed_photos_high=None if better else 1200,
        sentence=f"{better} is better" if better else "not significantly different",
    )


def history(epochs: int = 3) -> list[Epoch]:
    """A head that learns: losses fall, scores rise."""
    return [
        Epoch(
            epoch=number,
            lr=0.01 * 0.1 ** ((number - 1) // 7),
            train_loss=0.7 / number,
            train_acc=1 - 0.3 / number,
            val_loss=0.7 / number + 0.05,
            val_acc=0.97 - 0.3 / number,
            val_auc=0.99 - 0.3 / number,
        )
        for number in range(1, epochs + 1)
    ]


def evaluation(name: str, classes: Sequence[str] = CLASSES) -> Evaluation:
    """Six test photos over the classes in turn, the last one taken for the first class."""
    truth = [index % len(classes) for index in range(6)]
    confusion = np.zeros((len(classes), len(classes)), dtype=int)
    for index, true in enumerate(truth):
        confusion[true, 0 if index == 5 else true] += 1
    return Evaluation(
        backbone=name,
        classes=list(classes),
        best_epoch=2,
        best_acc=0.95,
        best_auc=0.98,
        stability_loss=0.03,
        stability_acc=0.01,
        test_photos=6,
        temperature=1.0,
        threshold=0.5,
        bayes_threshold=0.5,
        cv_cost=0.09,
        cv_cost_se=0.01,
        metrics={
            **_scored("test_acc", 0.9),
            "test_acc_at_half": 0.9,
            **_scored("test_auc", 0.97),
            "test_acc_seeds_low": 0.85,
            "test_acc_seeds_high": 0.92,
            "test_acc_seeds_sd": 0.02,
            **_scored("test_balanced_acc", 0.89),
            **_scored("test_ap", 0.96),
            **_scored("test_f1", 0.91),
            **_scored("test_ece", 0.05),
            **_scored("test_ece_before", 0.07),
            **_scored("test_brier", 0.1),
            **_scored("test_brier_before", 0.1),
        },
        confusion=confusion.tolist(),
        averaging="second class is positive" if len(classes) == 2 else "one-vs-rest, macro",
    )


def roc(classes: Sequence[str] = CLASSES) -> list[RocPoint]:
    """Three points a curve, one of two classes."""
    labels = classes[1:] if len(classes) == 2 else classes
    points = [
        (None, *(0.0, 0.0, 0.3), *(0.0, 0.0, 0.4)),
        (0.6, *(0.1, 0.05, 0.35), *(0.9, 0.6, 0.95)),
        (0.1, *(1.0, 0.7, 1.0), *(1.0, 0.6, 1.0)),
    ]
    return [RocPoint(label, *point) for label in labels for point in points]


def unlabelled(
    probabilities: NDArray[np.float64],
    labels: Sequence[str | None],
    classes: Sequence[str] = CLASSES,
    paths: Sequence[str] | None = None,
) -> Predictions:
    """Photos with such probabilities [N, C] and labels; where there is none, one that is cut."""
    count = len(labels)
    return Predictions(
        classes=list(classes),
        paths=list(map(str, range(count))) if paths is None else list(paths),
        labels=list(labels),
        probabilities=probabilities,
        unlike=np.full(count, np.nan),
        sizes=[(640, 480) if label else None for label in labels],
        errors=[None if label else "cut" for label in labels],
    )


def predictions(classes: Sequence[str] = CLASSES) -> TestPredictions:
    """The photos that `evaluation` counts."""
    truth = [classes[index % len(classes)] for index in range(6)]
    labels = [*truth[:5], classes[0]]
    probabilities = np.full((6, len(classes)), 0.1 / (len(classes) - 1))
    for row, label in enumerate(labels):
        probabilities[row, classes.index(label)] = 0.9
    return TestPredictions(
        classes=list(classes),
        sample_ids=[f"photo {index}.jpg" for index in range(6)],
        group_ids=[f"photo {index}.jpg" for index in range(6)],
        truth=truth,
        labels=labels,
        probabilities=probabilities,
    )


def write_backbone(
    root: Path, name: str, index: int, classes: Sequence[str] = CLASSES, epochs: int = 3
) -> None:
    """Everything of one backbone under reports/ and models/."""
    reports = root / "reports"
    write_evaluation(reports / "evaluate" / name, evaluated(name, classes))
    write_cross_validation(reports / "crossvalidate" / name, cross_validated(name, classes))
    trained = reports / "train" / name
    write_rows(trained / HISTORY_FILE, Epoch, history(epochs))
    (trained / ARCHITECTURE_FILE).write_text(f"{name}\nfc: Linear(4, 2)\n")
    for stage, seconds in (("compile", 2.0), ("features", 3.5), ("train", 0.25)):
        timing = reports / "timing" / stage / f"{name}.json"
        write_document(timing, Timing(seconds + index, 10))
        write_document(machine_file(timing), MACHINE)
    weight = np.full((len(classes), 4), 0.5, dtype=np.float32)
    bias = np.zeros(len(classes), dtype=np.float32)
    head = Head(name, list(classes), weight, bias, best_epoch=2)
    write_head(root / "models/heads" / name, head)
    facts = CompiledFacts(name, "int8", 4, 18, 11_000_000, 10**9, 5, "0" * 64, 0.04, 0.01)
    write_compiled(root / "models/backbones" / name, facts)


def evaluated(name: str, classes: Sequence[str] = CLASSES) -> EvaluationTables:
    """Tables of the six test photos."""
    bins = [ReliabilityBin(0.2, 0.1, 0.05, 0.3, 3), ReliabilityBin(0.9, 1.0, 0.6, 1.0, 3)]
    return EvaluationTables(
        evaluation(name, classes), by_class(classes), roc(classes), predictions(classes), bins, bins
    )


def by_class(classes: Sequence[str] = CLASSES) -> list[ClassScores]:
    """A row a class, all alike."""
    scores = {
        key: limit
        for name in ("recall", "precision", "f1", "auc", "ap")
        for key, limit in _scored(name, 0.9).items()
    }
    return [ClassScores(label=label, photos=3, called=3, **scores) for label in classes]


def cross_validated(name: str, classes: Sequence[str] = CLASSES) -> CrossValidationTables:
    """Tables of the six photos in two repeats."""
    truth = np.arange(6) % len(classes)
    table = predictions(classes)
    summary = CrossValidationSummary(
        backbone=name,
        photos=6,
        effective_photos=6.0,
        **_scored("cv_acc", 0.91),
        cv_se=0.01,
        **_scored("cv_auc", 0.96),
        **_scored("acc_gain", 0.012),
        **_scored("auc_gain", 0.01),
        gain="6 more photos: about +1.2 points (-0.8 to 3.2), extrapolated",
        convergence=Convergence(
            **_scored("converged_acc", 0.92),
            converged_auc=0.97,
            **_scored("excess_loss", 0.01),
            under_trained=0,
            enough_epochs=None,
            enough_gain=None,
        ),
        ungrouped_auc=[],
        split=SplitDraw(0.9, 0.92, 0.02, -0.05, 0.09),
        undeclared=Undeclared(0.05, 0.0, 0.05, False, 0, 0, 6.0, None, None, None, None),
    )
    photos = OutOfFold(
        classes=list(classes),
        sample_ids=table.sample_ids,
        group_ids=table.group_ids,
        labels=truth,
        held_out_in=np.array([[0, 0, 1, 1, 2, 2], [2, 1, 0, 2, 1, 0]]),
        probabilities=np.stack([table.probabilities] * 2),
    )
    return CrossValidationTables(
        summary=summary,
        folds=[FoldScore(r, f, 4, 2, 3, 0.9, 0.95, 0.3) for r in range(2) for f in range(3)],
        out_of_fold=photos,
        curve=[CurvePoint(n, 0.8, 0.7, 0.9, 0.85, 0.75, 0.95) for n in (2, 4)],
        look_alikes=[],
    )


def write_photos(folder: Path, classes: Sequence[str] = CLASSES) -> None:
    """Six grey test photos with their manifest."""
    (folder / "images").mkdir(parents=True, exist_ok=True)
    samples = []
    for index in range(6):
        path = f"images/{index}.png"
        Image.new("RGB", (224, 224), (40 * index,) * 3).save(folder / path)
        name, label = f"photo {index}.jpg", classes[index % len(classes)]
        samples.append(
            Sample(name, name, name, path, label, "test", name, 9, 9, 1, "JPEG", 90, "0" * 64)
        )
    write_manifest(folder, samples)
    counts = {label: {"test": len(samples) // len(classes)} for label in classes}
    write_document(folder / SUMMARY_FILE, Summary(counts, 6, 1, 0, 0, [], 0, [], []))
    write_rejected(folder, [])


def write_lock(root: Path, backbones: Sequence[str] = TWO) -> None:
    """A dvc.lock as `dvc repro` leaves it just before track, folders with made-up md5s."""
    tree = _load((root / "dvc.yaml").read_text())
    params = _load((root / "params.yaml").read_text())
    stages: dict[str, Any] = {}
    for name, block in tree["stages"].items():
        if name == "track":
            continue
        items = backbones if "foreach" in block else [None]
        for item in items:
            key = f"{name}@{item}" if item else name
            stages[key] = _locked(root, block.get("do", block), str(item), params)
    (root / "dvc.lock").write_text(_dump({"schema": "2.0", "stages": stages}))


def _locked(root: Path, block: dict[str, Any], item: str, params: dict[str, Any]) -> dict[str, Any]:
    outs = [out for kind in ("outs", "metrics", "plots") for out in block.get(kind, [])]
    return {
        "cmd": block["cmd"],
        "deps": [_entry(root, dep, item, params) for dep in block["deps"]],
        "params": {"params.yaml": _locked_params(block["params"], params)},
        "outs": [_entry(root, out, item, params) for out in outs],
    }


def _locked_params(declared: Sequence[Any], params: dict[str, Any]) -> dict[str, Any]:
    if declared == [{"params.yaml": None}]:
        return params
    return {key: _value(params, key) for key in declared}


def _entry(
    root: Path, declared: str | dict[str, Any], item: str, params: dict[str, Any]
) -> dict[str, Any]:
    path = declared if isinstance(declared, str) else next(iter(declared))
    path = path.replace("${item}", item)
    for key in ("data.labelled", "data.unlabelled"):
        path = path.replace(f"${{{key}}}", str(_value(params, key)))
    made_up = f"{path}{json.dumps(params)}".encode()
    content = (root / path).read_bytes() if (root / path).is_file() else made_up
    md5 = hashlib.md5(content).hexdigest()
    return {"path": path, "hash": "md5", "md5": md5, "size": 1}


def _value(params: dict[str, Any], key: str) -> Any:
    value: Any = params
    for part in key.split("."):
        value = value[part]
    return value


def _load(text: str) -> Any:
    return yaml.load(text, Loader=yaml.CSafeLoader)


def _dump(tree: Any) -> str:
    return str(yaml.dump(tree, Dumper=yaml.CSafeDumper, sort_keys=False))
