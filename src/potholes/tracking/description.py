"""What the page of a run says first: the verdict, the table, the data, in Markdown."""

import re
from collections.abc import Iterable, Sequence

from potholes.familiarity.tables import Familiarity
from potholes.report.results import Outcome, Results
from potholes.tracking.datasets import Photos
from potholes.tracking.run_names import Change
from potholes.wording import megabytes, plural, weights_note

_HEADER = (
    "backbone",
    "cv accuracy",
    "cv AUC",
    "test accuracy",
    "test AUC",
    "seconds",
    "MB",
)
_MARKUP = re.compile(r"([\\`*_|<>\[\]#~])")


def of_parent(results: Results, photos: Sequence[Photos], familiarity: Familiarity) -> str:
    """Which backbone to deploy, why, the scores of all, on which photos, and for which others."""
    selection = results.selection
    alarms = ", ".join(alarm.what for alarm in results.alarms)
    return _paragraphs(
        f"**Deploy {selection.backbone}.** {plain(_sentence(selection.reason))}",
        scores_table(results, selection.backbone),
        _data(photos, selection.origin),
        f"The unlabelled photos: {plain(familiarity.sentence)}",
        f"Alarms: {plain(alarms)}." if alarms else "",
        "Loss curves: *Model metrics*, section *train*. Everything else: *Artifacts*, index.html.",
    )


def of_child(results: Results, backbone: Outcome, photos: Sequence[Photos]) -> str:
    """Whether it was chosen, how it compares with the chosen one, and the scores of all."""
    selection = results.selection
    if backbone.name == selection.backbone:
        verdict = f"**Chosen.** {plain(_sentence(selection.reason))}"
    else:
        pair = {backbone.name, selection.backbone}
        said = [v.sentence for v in selection.verdicts if {v.a, v.b} == pair]
        verdict = " ".join(
            [f"**Not chosen**; {selection.backbone} is.", *(plain(_sentence(s)) for s in said)]
        )
    return _paragraphs(
        verdict, scores_table(results, backbone.name), _data(photos, selection.origin)
    )


def of_changes(changed: Sequence[Change], first: bool) -> str:
    """Which params differ from the last state of the experiment."""
    if first:
        return "The first state of this experiment."
    if not changed:
        return "No param differs from the last state of this experiment: other photos or code."
    listed = "".join(f"\n- {plain(str(change))}" for change in changed)
    return f"Params that differ from the last state of this experiment:\n{listed}"


def scores_table(results: Results, bold: str) -> str:
    """A line a backbone, `bold` in bold type, the chosen one starred."""
    lines = [_HEADER, ("---",) * len(_HEADER)]
    for one in results.backbones:
        name = f"{one.name}{' ★' if one.name == results.selection.backbone else ''}"
        cells = (name, *_cells(one))
        lines.append(tuple(f"**{cell}**" for cell in cells) if one.name == bold else cells)
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def plain(text: str) -> str:
    """`text` with Markdown's own characters taken as they are."""
    return _MARKUP.sub(r"\\\1", text)


def _cells(one: Outcome) -> Iterable[str]:
    row = one.scores
    auc = "-" if row.cv_auc is None else _interval(row.cv_auc, row.cv_auc_low, row.cv_auc_high)
    return (
        _interval(row.cv_acc, row.cv_acc_low, row.cv_acc_high),
        auc,
        _interval(row.test_acc, row.test_acc_low, row.test_acc_high),
        _interval(row.test_auc, row.test_auc_low, row.test_auc_high),
        f"{one.time.total:.1f}",
        megabytes(row.model_bytes),
    )


def _interval(value: float, low: float | None, high: float | None) -> str:
    limits = "" if low is None or high is None else f" ({low:.2f}-{high:.2f})"
    return f"{value:.3f}{limits}"


def _data(photos: Sequence[Photos], origin: str) -> str:
    """How many photos of which class, and whose weights saw them."""
    if not photos:
        return _weights(origin)
    labels = {label: sum(one.counts[label] for one in photos) for label in photos[0].counts}
    splits = ", ".join(f"{one.split} {sum(one.counts.values())}" for one in photos)
    classes = ", ".join(f"{plain(label)} {count}" for label, count in labels.items())
    name = plain(photos[0].name.removesuffix(f" {photos[0].split}"))
    total = plural(sum(labels.values()), "photo")
    return f"Data: {name}, {total} ({classes}; {splits}). {_weights(origin)}"


def _weights(origin: str) -> str:
    note = plain(weights_note(origin))
    return f"{note[:1].upper()}{note[1:]}."


def _sentence(text: str) -> str:
    return text if text.endswith(".") else f"{text}."


def _paragraphs(*parts: str) -> str:
    return "\n\n".join(part for part in parts if part)
