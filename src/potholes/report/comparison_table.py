"""The comparison as people read it in a terminal, under the method's own names."""

from collections.abc import Mapping, Sequence

from potholes.files.timing import TrainTime
from potholes.selection.tables import Comparison, Selection, TestDifference
from potholes.wording import megabytes, weights_note, with_limits

_HEADER = (
    "Backbone",
    "Stability_loss",
    "Stability_acc",
    "Best_epoch",
    "Best_acc",
    "CV_acc",
    "Test_acc",
    "Test_auc",
    "Train_time [s]",
    "Size [MB]",
)
_CHOSEN = "*"


def comparison_table(
    rows: Sequence[Comparison],
    train_times: Mapping[str, TrainTime],
    selection: Selection | None,
) -> str:
    """One line a backbone in aligned columns, the chosen one starred, and what to know below."""
    chosen = selection.backbone if selection else None
    lines = [_line(row, train_times.get(row.backbone), row.backbone == chosen) for row in rows]
    cells = [("", *_HEADER), *lines]
    widths = [max(len(cell) for cell in column) for column in zip(*cells, strict=True)]
    text = [_aligned(line, widths) for line in cells]
    text.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join([*text, "", *_notes(rows, selection)]) + "\n"


def _line(row: Comparison, time: TrainTime | None, chosen: bool) -> tuple[str, ...]:
    return (
        _CHOSEN if chosen else "",
        row.backbone,
        f"{row.stability_loss:.4f}",
        f"{row.stability_acc:.4f}",
        str(row.best_epoch),
        f"{row.best_acc:.4f}",
        _with_interval(row.cv_acc, row.cv_acc_low, row.cv_acc_high),
        _with_interval(row.test_acc, row.test_acc_low, row.test_acc_high),
        _with_interval(row.test_auc, row.test_auc_low, row.test_auc_high),
        str(time) if time else "-",
        megabytes(row.model_bytes),
    )


def _with_interval(value: float, low: float, high: float) -> str:
    """`0.938 (0.85-0.98)`: the score to a thousandth, its interval to a hundredth."""
    return f"{value:.3f} ({low:.2f}-{high:.2f})"


def _aligned(line: Sequence[str], widths: Sequence[int]) -> str:
    pairs = list(zip(line, widths, strict=True))
    left = [cell.ljust(width) for cell, width in pairs[:2]]
    right = [cell.rjust(width) for cell, width in pairs[2:]]
    return "  ".join([*left, *right]).rstrip()


def _notes(rows: Sequence[Comparison], selection: Selection | None) -> list[str]:
    notes = []
    if selection:
        notes.append(f"{_CHOSEN} chosen by the rule {selection.rule}: {selection.reason}")
        notes.extend(verdict.sentence for verdict in selection.verdicts)
        notes.extend(_test_difference(pair) for pair in selection.test_differences)
        if selection.cheaper:
            notes.append(selection.cheaper.sentence)
        others = ", ".join(f"{rule}: {name}" for rule, name in selection.rules.items())
        notes.append(f"what each rule would choose: {others}")
    notes.append(
        "Stability_loss, Stability_acc: mean difference between training and validation over the "
        "epochs; smaller is better."
    )
    notes.append(
        "Best_acc: accuracy on the validation photos, which also chose the epoch. CV_acc: "
        "cross-validated accuracy on the photos of train and val. Train_time: feature extraction + "
        "head training."
    )
    origins = sorted({row.weights for row in rows})
    if "random" in origins:
        notes.append(
            f"{_capital(weights_note('random'))}; pretrained weights would score differently."
        )
    else:
        notes.extend(f"{_capital(weights_note(origin))}." for origin in origins)
    thresholds = {row.threshold for row in rows if row.threshold not in (None, 0.5)}
    if thresholds:
        shown = ", ".join(sorted(f"{threshold:.2f}" for threshold in thresholds))
        notes.append(
            f"Test_acc uses the threshold chosen by the costs ({shown}); the others use 0.5."
        )
    return notes


def _capital(note: str) -> str:
    return f"{note[0].upper()}{note[1:]}"


def _test_difference(pair: TestDifference) -> str:
    found = "not significantly different" if pair.better is None else "significantly different"
    numbers = with_limits(pair.difference, pair.low, pair.high)
    return f"test AUC of the trained heads of {pair.a} and {pair.b}: {found}, {numbers}"
