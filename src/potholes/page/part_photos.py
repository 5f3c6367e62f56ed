"""Part 5: photos with what was said of them, on a budget."""

import io
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from potholes.audit.tables import AuditRow
from potholes.evaluation.tables import TestPredictions
from potholes.explanation.informative import mistakes, most_informative, random_photos
from potholes.figures.drawing import Table, data_uri
from potholes.files.png import read_png
from potholes.page.inputs import Inputs
from potholes.page.threshold import others
from potholes.wording import plural

_DOUBTFUL = 24  # the most photos of doubtful labels, about 12 kB each
_QUALITY = 72  # of JPEG


@dataclass(frozen=True)
class Photo:
    """A photo, its label, what was called and how sure."""

    sample_id: str
    picture: str  # data URI
    overlay: str  # the photo under its activation map, a data URI; may be empty
    truth: str
    called: str
    sure: str  # of what: a probability or a margin
    others: list[str]  # answers of the other backbones, with a mark where they are wrong
    wrong: bool
    row: int | None = None  # in the predictions on the test photos


@dataclass(frozen=True)
class Choice:
    """A list to choose from: value and text of each option."""

    id: str
    label: str
    options: list[tuple[str, str]]
    chosen: str = ""


@dataclass(frozen=True)
class PhotosPart:
    """Galleries, lists of files, and how many photos are not shown."""

    opening: str
    random: list[Photo]
    mistakes: list[Photo]  # the most confident first
    right: list[Photo]  # the nearest to being wrong first
    order: str  # of the two, and what is left out
    choices: list[Choice]  # which of them a reader wants to see
    doubtful: list[Photo]
    doubtful_in_all: int
    near_duplicates: Table
    duplicates: str
    rejected: Table


def photos(inputs: Inputs) -> PhotosPart:
    """The part for the chosen backbone: its most informative test photos, doubtful labels."""
    tables = inputs.chosen.evaluated
    table = tables.predictions
    shown = most_informative(
        table,
        tables.evaluation.threshold,
        count=inputs.max_photos,
        sample=inputs.sheet,
        seed=inputs.seed,
    )
    sampled = random_photos(table, min(inputs.sheet, inputs.max_photos), inputs.seed)
    doubted = [row for row in inputs.results.labels if row.suggested != row.label]
    pictures, wrong = _Pictures(inputs), len(mistakes(table))
    shown_wrong = sum(one.mistake for one in shown)
    said = {one.name: _answers(one.evaluated.predictions) for one in others(inputs)}
    photo = {one.row: _photo(table, pictures, said, one.row) for one in shown}
    return PhotosPart(
        opening=_opening(inputs, wrong),
        random=[photo[row] for row in sampled],
        mistakes=[photo[one.row] for one in shown if one.mistake],
        right=[photo[one.row] for one in shown if not one.mistake],
        order=_order(inputs, wrong, len(table.truth) - len(shown), wrong - shown_wrong),
        choices=_choices(inputs, wrong),
        doubtful=[_doubtful(pictures, row) for row in doubted[:_DOUBTFUL]],
        doubtful_in_all=len(doubted),
        near_duplicates=Table(
            ["pair of unlike labels"], [[" · ".join(ids)] for ids in inputs.summary.across_classes]
        ),
        duplicates=_duplicates(inputs),
        rejected=Table(["file", "reason"], [[row.path, row.reason] for row in inputs.rejected]),
    )


def _order(inputs: Inputs, wrong: int, hidden: int, hidden_wrong: int) -> str:
    """`wrong` and the hidden photos are counts of test photos."""
    count = len(inputs.chosen.evaluated.predictions.truth)
    text = (
        f"{plural(wrong, 'mistake')} on {plural(count, 'test photo')}, the most confident first; "
        "then right answers, the nearest to being wrong first. ✗ marks a wrong one."
    )
    if not hidden:
        return text
    among = f" ({plural(hidden_wrong, 'mistake')} among them)" if hidden_wrong else ""
    verb = "is" if hidden == 1 else "are"
    return (
        f"{text} {plural(hidden, 'test photo')}{among} {verb} not shown: the page holds "
        f"{inputs.max_photos} (report.max_photos)."
    )


def _choices(inputs: Inputs, wrong: int) -> list[Choice]:
    """Values are numbers of classes and backbones as in `threshold.Answers`; empty means all."""
    table = inputs.chosen.evaluated.predictions
    names = [(str(index), name) for index, name in enumerate(table.classes)]
    kinds = [("", "all photos"), ("wrong", "mistakes"), ("right", "right ones")]
    if len(names) == 2:
        kinds += [(f"{a}>{b}", f"{x} called {y}") for a, x in names for b, y in names if a != b]
    choices = [
        Choice("filter-kind", "Show", kinds, "wrong" if wrong else ""),
        Choice("filter-truth", "True class", [("", "all"), *names]),
    ]
    if len(names) > 2:
        choices.append(Choice("filter-called", "Called", [("", "all"), *names]))
    backbones = [one.name for one in [inputs.chosen, *others(inputs)]]
    if len(backbones) > 1:
        numbered = [(str(index), name) for index, name in enumerate(backbones)]
        choices.append(Choice("filter-by", "By the answers of", numbered, "0"))
    return choices


def _opening(inputs: Inputs, wrong: int) -> str:
    table = inputs.chosen.evaluated.predictions
    if not wrong:
        return f"{inputs.chosen.name} calls every test photo right; here are some of them."
    kinds: dict[str, int] = {}
    for index in mistakes(table):
        kind = f"{table.truth[index]} called {table.labels[index]}"
        kinds[kind] = kinds.get(kind, 0) + 1
    most = max(kinds, key=lambda kind: kinds[kind])
    return (
        f"{inputs.chosen.name} fails on {plural(wrong, 'test photo')}; its most frequent mistake "
        f"is {most} ({kinds[most]} of {wrong})."
    )


def _probability(table: TestPredictions, index: int) -> float:
    return float(table.probabilities[index, table.classes.index(table.labels[index])])


def _answers(table: TestPredictions) -> dict[str, str]:
    """`pothole 0.83 ✗` by sample_id; the mark where that is wrong."""
    told = {}
    for row, (sample_id, truth) in enumerate(zip(table.sample_ids, table.truth, strict=True)):
        mark = "" if truth == table.labels[row] else "\N{NO-BREAK SPACE}✗"
        told[sample_id] = f"{table.labels[row]} {_probability(table, row):.2f}{mark}"
    return told


def _photo(
    table: TestPredictions, pictures: "_Pictures", said: dict[str, dict[str, str]], row: int
) -> Photo:
    sample_id, truth, called = table.sample_ids[row], table.truth[row], table.labels[row]
    return Photo(
        sample_id=sample_id,
        picture=pictures.uri(sample_id),
        overlay=pictures.overlay(sample_id),
        truth=truth,
        called=called,
        sure=f"{_probability(table, row):.2f}",
        others=[f"{name}: {told[sample_id]}" for name, told in said.items()],
        wrong=truth != called,
        row=row,
    )


def _doubtful(pictures: "_Pictures", row: AuditRow) -> Photo:
    return Photo(
        row.sample_id,
        pictures.uri(row.sample_id),
        "",
        row.label,
        row.suggested,
        f"{row.margin:+.2f}",
        [],
        bool(row.contradicted),
    )


def _duplicates(inputs: Inputs) -> str:
    found = inputs.summary
    if not found.near_duplicates:
        return "No photo has a near-duplicate."
    return (
        f"{plural(found.near_duplicates, 'photo')} have a near-duplicate "
        f"({found.exact_duplicates} of them with the same pixels); near-duplicates stay in one "
        f"split. The largest group has {plural(found.largest_group, 'photo')}."
    )


class _Pictures:
    """Pictures as data URIs: those of the stage explain, else JPEGs of the standardised ones."""

    def __init__(self, inputs: Inputs) -> None:
        self.explained, self.folder = inputs.explained, inputs.explained_in
        self.paths = {one.sample_id: inputs.standardised / one.path for one in inputs.samples}

    def uri(self, sample_id: str) -> str:
        """Raises ValueError for a photo that the manifest does not know."""
        if sample_id in self.explained:
            return _webp(self.folder / self.explained[sample_id].thumbnail)
        if sample_id not in self.paths:
            raise ValueError(f"{sample_id}: not in the manifest; run `dvc repro` to regenerate it")
        data = io.BytesIO()
        pixels = Image.fromarray(read_png(self.paths[sample_id]))
        pixels.save(data, "JPEG", quality=_QUALITY)
        return data_uri("jpeg", data.getvalue())

    def overlay(self, sample_id: str) -> str:
        """Empty for a photo that was not explained."""
        row = self.explained.get(sample_id)
        return _webp(self.folder / row.overlay) if row else ""


def _webp(path: Path) -> str:
    return data_uri("webp", path.read_bytes())
