"""Part 5: photos with what was said of them, on a budget."""

from dataclasses import dataclass

from potholes.audit.tables import AuditRow
from potholes.evaluation.tables import TestPredictions
from potholes.explanation.informative import mistakes, most_informative, random_photos
from potholes.figures.drawing import Table
from potholes.page.duplicate_groups import duplicates_sentence, shown_duplicates
from potholes.page.inputs import Inputs
from potholes.page.pictures import Pictures, Plain
from potholes.page.threshold import others
from potholes.wording import plural

_DOUBTFUL = 24  # the most photos of doubtful labels, about 12 kB each


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
    unlike: Table  # near-duplicates with unlike labels
    near_duplicates: list[Plain]
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
    pictures, wrong = Pictures(inputs), len(mistakes(table))
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
        unlike=Table(
            ["pair of unlike labels"], [[" · ".join(ids)] for ids in inputs.summary.across_classes]
        ),
        near_duplicates=shown_duplicates(inputs, pictures),
        duplicates=duplicates_sentence(inputs),
        rejected=Table(["file", "reason"], [[row.path, row.reason] for row in inputs.rejected]),
    )


def _order(inputs: Inputs, wrong: int, hidden: int, hidden_wrong: int) -> str:
    """`wrong` and the hidden photos are counts of test photos."""
    count = len(inputs.chosen.evaluated.predictions.truth)
    text = (
        f"As delivered, {plural(wrong, 'mistake')} on {plural(count, 'test photo')}, the most "
        "confident first; "
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
    table: TestPredictions, pictures: Pictures, said: dict[str, dict[str, str]], row: int
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


def _doubtful(pictures: Pictures, row: AuditRow) -> Photo:
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
