"""Part 5: photos with what was said of them, on a budget."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from potholes.audit.tables import AuditRow
from potholes.evaluation.tables import TestPredictions
from potholes.explanation.informative import mistakes, random_photos
from potholes.figures.drawing import Table, data_uri
from potholes.files.png import read_png
from potholes.page.inputs import Inputs
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
    others: list[str]  # answers of the other backbones
    wrong: bool


@dataclass(frozen=True)
class PhotosPart:
    """Three galleries, lists of files, and how many photos are not shown."""

    opening: str
    random: list[Photo]
    mistakes: list[Photo]
    mistakes_in_all: int
    doubtful: list[Photo]
    doubtful_in_all: int
    near_duplicates: Table
    duplicates: str
    rejected: Table


def photos(inputs: Inputs) -> PhotosPart:
    """The part for the chosen backbone: random test photos, its mistakes, doubtful labels."""
    table = inputs.chosen.evaluated.predictions
    shown = random_photos(table, min(inputs.sheet, inputs.max_photos), inputs.seed)
    wrong = mistakes(table)
    doubted = [row for row in inputs.results.labels if row.suggested != row.label]
    pictures = _Pictures(inputs)
    room = inputs.max_photos - len(shown)
    return PhotosPart(
        opening=_opening(inputs, len(wrong)),
        random=[_photo(inputs, pictures, index) for index in shown],
        mistakes=[_photo(inputs, pictures, index) for index in wrong[:room]],
        mistakes_in_all=len(wrong),
        doubtful=[_doubtful(pictures, row) for row in doubted[:_DOUBTFUL]],
        doubtful_in_all=len(doubted),
        near_duplicates=Table(
            ["pair of unlike labels"], [[" · ".join(ids)] for ids in inputs.summary.across_classes]
        ),
        duplicates=_duplicates(inputs),
        rejected=Table(["file", "reason"], [[row.path, row.reason] for row in inputs.rejected]),
    )


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


def _photo(inputs: Inputs, pictures: "_Pictures", index: int) -> Photo:
    table = inputs.chosen.evaluated.predictions
    sample_id = table.sample_ids[index]
    others = []
    for one in inputs.results.backbones:
        if one.name != inputs.chosen.name:
            other = one.evaluated.predictions
            place = other.sample_ids.index(sample_id)
            others.append(f"{one.name}: {other.labels[place]} {_probability(other, place):.2f}")
    truth, called = table.truth[index], table.labels[index]
    sure = f"{_probability(table, index):.2f}"
    uri, overlay = pictures.uri(sample_id), pictures.overlay(sample_id)
    return Photo(sample_id, uri, overlay, truth, called, sure, others, truth != called)


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


def labels_of(table: Iterable[Photo]) -> list[str]:
    """The labels among `table`, each once, in order of name."""
    return sorted({photo.truth for photo in table})
