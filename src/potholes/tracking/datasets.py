"""The photos that a state was made of, as MLflow's datasets: one a split."""

import json
from dataclasses import dataclass
from pathlib import Path, PurePath

from potholes.dataset.tables import SPLITS, SUMMARY_FILE, Summary
from potholes.files.documents import read_document

STANDARDISED = "data/standardised"  # the folder, and its entry in dvc.lock
_COLUMNS = [
    {"name": "image", "type": "binary", "required": True},  # 224 x 224 RGB PNG
    {"name": "label", "type": "string", "required": True},
]


@dataclass(frozen=True)
class Photos:
    """A split's photos: `digest` is DVC's of the folder that holds all of them."""

    name: str
    split: str
    digest: str
    counts: dict[str, int]  # photos by class
    copies: int  # changed copies of them that the head is trained on, too

    @property
    def source(self) -> str:
        """Where they lie, as MLflow's JSON."""
        return json.dumps({"uri": STANDARDISED})

    @property
    def schema(self) -> str:
        """Their columns, as MLflow's JSON."""
        return json.dumps({"mlflow_colspec": _COLUMNS})

    @property
    def profile(self) -> str:
        """How many there are, as MLflow's JSON."""
        copies = {"augmented_copies": self.copies} if self.copies else {}
        counts = {**self.counts, **copies}
        return json.dumps({"num_rows": sum(self.counts.values()), **counts}, ensure_ascii=False)


def read_photos(project: Path, digest: str, labelled: str, copies: int) -> list[Photos]:
    """The train, val and test photos of `project`; `labelled` is the user's folder.

    Raises ValueError where the summary of `data/standardised` is missing.
    """
    by_class = read_document(project / STANDARDISED / SUMMARY_FILE, Summary).photos
    called = "/".join(PurePath(labelled).parts[-2:])
    found = []
    for split in SPLITS:
        counts = {label: splits.get(split, 0) for label, splits in by_class.items()}
        own = copies * sum(counts.values()) if split == "train" else 0
        found.append(Photos(f"{called} {split}", split, digest, counts, own))
    return found
