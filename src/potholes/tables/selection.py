"""`reports/selection.json`: which backbone was chosen, by which rule, and how sure that is."""

from dataclasses import dataclass
from pathlib import Path

from potholes.tables.documents import read_json, write_document


@dataclass(frozen=True)
class Verdict:
    """Backbone a against b; the interval excludes 0 exactly where `better` names one."""

    a: str
    b: str
    difference: float  # mean cross-validated accuracy of a minus that of b
    low: float
    high: float
    p: float  # adjusted by Holm over all pairs
    better: str | None
    sentence: str


@dataclass(frozen=True)
class TestDifference:
    """AUC of two delivered heads on the same test photos: describes these heads, not the depths."""

    __test__ = False  # not a test class, whatever pytest makes of its name

    a: str
    b: str
    difference: float  # AUC of a minus that of b
    low: float  # DeLong
    high: float


@dataclass(frozen=True)
class Alternative:
    """A cheaper backbone that the data cannot tell from the chosen one."""

    backbone: str
    cost_ratio: float  # its multiply-accumulates over the chosen one's, below 1
    may_lose: float  # upper limit of the chosen one's lead in accuracy, >= 0
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


def write_selection(path: Path, selection: Selection) -> None:
    """Write one file."""
    write_document(path, selection)


def read_selection(path: Path) -> Selection:
    """What write_selection wrote; raises ValueError where a key is missing or unknown."""
    tree = read_json(path)
    try:
        cheaper = tree["cheaper"]
        nested = {
            "verdicts": [Verdict(**one) for one in tree["verdicts"]],
            "test_differences": [TestDifference(**one) for one in tree["test_differences"]],
            "cheaper": Alternative(**cheaper) if cheaper else None,
        }
        return Selection(**{**tree, **nested})
    except (KeyError, TypeError) as error:
        raise ValueError(f"{path}: {error}; `dvc repro` makes it anew") from None
