"""`summary.json` beside predictions: are these photos like the training ones?"""

from dataclasses import dataclass
from pathlib import Path

from potholes.files.documents import read_document, write_document
from potholes.wording import plural

SUMMARY_FILE = "summary.json"
FEWEST = 20  # photos from which a folder can be judged
_TO_LABEL = 100


@dataclass(frozen=True)
class Familiarity:
    """Whether a folder's photos can be told from the training photos, and how well."""

    familiar: bool | None  # None: too few photos to say
    domain_auc: float | None  # of telling one from the other, cross-validated; 0.5 is by chance
    domain_auc_low: float | None  # limits of the 95 % interval
    domain_auc_high: float | None
    p: float | None  # of so large a domain_auc if both came from one source, by permutation
    photos: int  # of the folder that were judged, 1,000 at most

    @property
    def sentence(self) -> str:
        """What a person should know, for the screen, the page and MLflow."""
        if self.familiar is None:
            return (
                f"{plural(self.photos, 'photo')} cannot show whether they are like the training "
                f"ones; it takes {FEWEST}."
            )
        told = (
            f"a classifier tells one from the other with an AUC of {self.domain_auc:.3f} "
            f"({self.domain_auc_low:.3f} to {self.domain_auc_high:.3f}; 0.5 is by chance)"
        )
        if self.familiar:
            return f"These photos are like the training ones: {told}."
        return (
            "These photos are unlike the training ones; the accuracy measured there says little "
            f"here; label about {_TO_LABEL} of them. {told[0].upper()}{told[1:]}."
        )


def write_familiarity(folder: Path, familiarity: Familiarity) -> None:
    """Write `folder/summary.json`."""
    write_document(folder / SUMMARY_FILE, familiarity)


def read_familiarity(folder: Path) -> Familiarity:
    """What write_familiarity wrote; raises ValueError naming a missing or damaged file."""
    return read_document(folder / SUMMARY_FILE, Familiarity)
