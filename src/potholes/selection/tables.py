"""`reports/select/`: comparison.csv and selection.json; `reports/metrics.json`;
`models/selected/`: classifier.json."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from potholes.files.documents import read_document, write_document, write_tree
from potholes.files.rows import write_rows

COMPARISON_FILE = "comparison.csv"
SELECTION_FILE = "selection.json"
CLASSIFIER_FILE = "classifier.json"
FORMAT_VERSION = 2
_SCORES = ("cv_acc", "cv_auc", "test_acc", "test_auc")


@dataclass(frozen=True)
class Comparison:
    """The scores and costs of a backbone."""

    backbone: str
    stability_loss: float
    stability_acc: float
    best_epoch: int
    best_acc: float  # validation
    best_auc: float  # validation
    test_acc: float
    test_acc_low: float
    test_acc_high: float
    test_acc_seeds_low: float  # of heads with other seeds: the least
    test_acc_seeds_high: float
    test_acc_seeds_sd: float
    test_acc_at_half: float  # with the threshold 0.5, whatever the delivered one
    test_auc: float
    test_auc_low: float
    test_auc_high: float
    test_balanced_acc: float  # mean over the classes of their recalls
    test_balanced_acc_low: float
    test_balanced_acc_high: float
    test_ap: float  # average precision
    test_ap_low: float
    test_ap_high: float
    rarest_share: float  # of the test photos, the smallest class's
    cv_acc: float  # mean over the folds of train and val
    cv_acc_low: float
    cv_acc_high: float
    cv_se: float  # corrected standard error of cv_acc (Nadeau & Bengio 2003)
    cv_auc: float | None  # None where fewer than two folds hold out every class
    cv_auc_low: float | None
    cv_auc_high: float | None
    converged_acc: float  # cross-validated accuracy of heads at convergence
    converged_acc_low: float
    converged_acc_high: float
    converged_auc: float | None  # as cv_auc
    under_trained: int  # 1: more epochs would score higher
    enough_epochs: int | None  # that bring most of it
    enough_gain: float | None  # what these add to the cross-validated accuracy
    cv_cost: float | None  # expected cost of a photo at the threshold; None for more than 2 classes
    cv_cost_se: float | None  # corrected standard error of cv_cost
    test_ece_before: float  # expected calibration error, as trained
    test_ece_before_low: float
    test_ece_before_high: float
    test_brier_before: float
    test_brier_before_low: float
    test_brier_before_high: float
    test_ece: float  # with the temperature
    test_ece_low: float
    test_ece_high: float
    test_brier: float
    test_brier_low: float
    test_brier_high: float
    temperature: float
    threshold: float | None  # None for more than two classes
    bayes_threshold: float | None  # by the costs alone: 0.5 where they are equal
    acc_gain: float | None  # accuracy that twice as many labelled photos would add, extrapolated
    acc_gain_low: float | None
    acc_gain_high: float | None
    layers: int
    parameters: int
    multiply_accumulates: int
    model_bytes: int
    weights: str  # imagenet, folder or random


@dataclass(frozen=True)
class Verdict:
    """Backbone a against b; the interval excludes 0 exactly where `better` names one.

    Photos to label are more than there are now, in all: what the splits give to test included.
    """

    a: str
    b: str
    difference: float  # cross-validated accuracy of a minus that of b, over the photos
    low: float
    high: float
    p: float  # adjusted by Holm over all pairs
    better: str | None
    detectable: float  # true difference that so many photos show with a power of 0.8
    photos_low: int  # to label so that `select.difference` is detectable
    photos_high: int
    observed_photos_low: int | None  # the same for `difference`; None where it is 0 or shown
    observed_photos_high: int | None
    sentence: str


@dataclass(frozen=True)
class TestDifference:
    """Test AUC of two trained heads on the same photos; it says nothing of other heads.

    With more than two classes, their macro AUC.
    """

    __test__ = False  # not a test class, whatever pytest makes of its name

    a: str
    b: str
    difference: float  # AUC of a minus that of b
    low: float  # DeLong
    high: float
    p: float  # adjusted by Holm over all pairs
    better: str | None


@dataclass(frozen=True)
class Alternative:
    """A cheaper backbone that is not significantly different from the chosen one."""

    backbone: str
    cost_ratio: float  # its multiply-accumulates over the chosen one's, below 1
    difference: float  # its accuracy minus the chosen one's
    low: float
    high: float
    sentence: str


@dataclass(frozen=True)
class Selection:
    """The choice, its rule and reason, and whose weights it rests on."""

    backbone: str
    rule: str
    by: str  # the measure that decided
    reason: str  # a sentence
    rules: dict[str, str]  # what every rule would have chosen
    verdicts: list[Verdict]  # one a pair of backbones
    test_differences: list[TestDifference]  # the same pairs
    cheaper: Alternative | None
    origin: str  # imagenet, folder or random (a stand-in)
    origin_detail: str


def write_selection(folder: Path, rows: Sequence[Comparison], selection: Selection) -> None:
    """Write the two files of `folder`."""
    write_rows(folder / COMPARISON_FILE, Comparison, rows)
    write_document(folder / SELECTION_FILE, selection)


def write_metrics(path: Path, rows: Sequence[Comparison], selected: str) -> None:
    """Write the numbers by which DVC compares experiments.

    The selected backbone's name and accuracies, then four scores of every backbone by its name.
    """
    scores: dict[str, Any] = {
        row.backbone: {name: getattr(row, name) for name in _SCORES} for row in rows
    }
    chosen = {name: scores[selected][name] for name in ("cv_acc", "test_acc")}
    write_tree(path, {"selected": selected, **chosen, **scores})


@dataclass(frozen=True)
class Deployed:
    """Everything that turns a photo into a label, but for the weights themselves."""

    format_version: int
    backbone: str
    precision: str
    classes: list[str]
    temperature: float  # by which the logits were divided; head.safetensors already is
    threshold: float | None  # two classes: probability from which the second one is called
    preprocessing: dict[str, Any]  # the `image` section of params.yaml
    origin: str  # of the backbone's weights: imagenet, folder or random (a stand-in)
    sha256: dict[str, str]  # of the other files, by name


def write_deployed(folder: Path, deployed: Deployed) -> None:
    """Write `folder/classifier.json`."""
    write_document(folder / CLASSIFIER_FILE, deployed)


def read_deployed(folder: Path) -> Deployed:
    """What write_deployed wrote; raises ValueError for a format this version does not know."""
    deployed = read_document(folder / CLASSIFIER_FILE, Deployed)
    if deployed.format_version != FORMAT_VERSION:
        raise ValueError(
            f"{folder / CLASSIFIER_FILE}: format_version {deployed.format_version!r}, "
            f"expected {FORMAT_VERSION}; use the release that wrote it"
        )
    return deployed
