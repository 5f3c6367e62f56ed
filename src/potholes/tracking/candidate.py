"""The present state as a version of the model: by what it is compared, and what is said of it."""

from dataclasses import dataclass
from pathlib import Path

from potholes.report.fingerprint import FINGERPRINT
from potholes.report.results import Results
from potholes.tracking.content import BACKBONE, tags_of_choice
from potholes.tracking.measures import COLUMNS, Measure, deciding
from potholes.tracking.servable import CLASSIFIER_FILES
from potholes.wording import megabytes, weights_note

DATA = "data"  # the tag of that md5
SCORE = "score."  # before a column of the comparison: the tag of its value


@dataclass(frozen=True)
class Candidate:
    """The present state as a version of the model."""

    fingerprint: str
    data: str  # DVC's md5 of data/standardised
    selected: Path  # the folder of the classifier
    results: Results

    @property
    def measure(self) -> Measure:
        """By what it is compared."""
        return deciding(self.results.selection.rule, [self.results.chosen.scores])

    @property
    def score(self) -> float:
        """What it reaches by that measure."""
        return self.measure.value(self.results.chosen.scores)


def check_files(selected: Path) -> None:
    """Raise ValueError naming the files of the classifier that are missing."""
    missing = [str(selected / name) for name in CLASSIFIER_FILES if not (selected / name).is_file()]
    if missing:
        raise ValueError(f"{', '.join(missing)}: not found; run `dvc repro` to regenerate it")


def version_tags(candidate: Candidate) -> dict[str, str]:
    """What a version is filtered and compared by."""
    scores, selection = candidate.results.chosen.scores, candidate.results.selection
    columns = COLUMNS | {"test_acc", "test_auc"}
    values = {name: getattr(scores, name) for name in sorted(columns)}
    return {
        BACKBONE: scores.backbone,
        DATA: candidate.data,
        FINGERPRINT: candidate.fingerprint,
        "measure": candidate.measure.name,
        **tags_of_choice(selection),
        **{SCORE + name: f"{value:.7g}" for name, value in values.items() if value is not None},
    }


def description(candidate: Candidate, why: str) -> str:
    """Markdown: what this version is, how good, and why it was registered.

    The list of versions shows its first words as they are.
    """
    chosen, selection = candidate.results.chosen, candidate.results.selection
    scores, evaluated = chosen.scores, chosen.evaluated.evaluation
    rows = [
        ("cross-validated accuracy", scores.cv_acc, scores.cv_acc_low, scores.cv_acc_high),
        ("test accuracy", scores.test_acc, scores.test_acc_low, scores.test_acc_high),
        ("test AUC", scores.test_auc, scores.test_auc_low, scores.test_auc_high),
    ]
    listed = [f"- {name} **{value:.3f}** ({low:.2f}-{high:.2f})" for name, value, low, high in rows]
    photos = chosen.cross_validated.photos
    return "\n".join(
        [
            f"{scores.backbone}, {candidate.score:.3f} {candidate.measure.name}; "
            f"{weights_note(selection.origin)}. "
            f"Tells {', '.join(evaluated.classes)}; {megabytes(scores.model_bytes)} MB.",
            f"\nRegistered: {why}.\n",
            *listed,
            f"\n{photos} photos to train and choose with, {evaluated.test_photos} to test. "
            f"{selection.reason}.",
        ]
    )
