"""The comparison as people read it in a terminal, under the method's own names."""

from collections.abc import Mapping, Sequence

from tabulate import tabulate

from potholes.audit.tables import Alarm
from potholes.crossvalidation.tables import SplitDraw
from potholes.files.timing import TrainTime
from potholes.selection.tables import Comparison, Selection, TestDifference
from potholes.wording import megabytes, weights_note, with_limits

_HEADER = (
    "Backbone",
    "CV_acc",
    "Converged_acc",
    "Test_acc",
    "Test_auc",
    "Val_acc (Best_acc)",
    "Best_epoch",
    "Stability_loss",
    "Stability_acc",
    "Train_time [s]",
    "Size [MB]",
)
_RARE_HEADER = ("Test_balanced_acc", "Test_ap")
_RARE = 0.2  # a class with a smaller share of the test photos: accuracy says little of it
_CHOSEN = "*"
_LONG = ("Converged_acc", "Best_epoch", "Size [MB]")  # what the short table leaves out
_SUMMARY_LINES = 12


def comparison_table(
    rows: Sequence[Comparison],
    train_times: Mapping[str, TrainTime],
    selection: Selection | None,
    split: SplitDraw | None = None,
) -> str:
    """The table, the choice in full, what to keep in mind, and what the columns mean.

    `split` is the chosen backbone's.
    """
    chosen = selection.backbone if selection else None
    table = _table(rows, train_times, chosen)
    why = [_why_they_differ(row, split) for row in rows if split and row.backbone == chosen]
    parts = [[table], _choice(selection) if selection else [], why + _cautions(rows), _legend(rows)]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def summary(
    rows: Sequence[Comparison],
    train_times: Mapping[str, TrainTime],
    selection: Selection,
    alarms: Sequence[Alarm],
) -> str:
    """The table without what helps few, one sentence on the choice, and a line an alarm.

    Twelve lines at most, if the backbones leave room: the last line then counts further alarms.
    """
    table = _table(rows, train_times, selection.backbone, leave_out=_LONG)
    room = max(1, _SUMMARY_LINES - len(table.splitlines()) - 2)
    said = [f"Alarm, {alarm.what}: {alarm.evidence}" for alarm in alarms]
    if len(said) > room:
        names = ", ".join(alarm.what for alarm in alarms[room - 1 :])
        said = [*said[: room - 1], f"{len(said) - room + 1} more alarms, on the page: {names}"]
    return "\n".join([table, "", _chosen(selection), *said]) + "\n"


def _table(
    rows: Sequence[Comparison],
    train_times: Mapping[str, TrainTime],
    chosen: str | None,
    *,
    leave_out: Sequence[str] = (),
) -> str:
    """One line a backbone, the chosen one starred, without the columns to leave out.

    Where a class is rare, balanced accuracy and average precision come first.
    """
    lines = [_line(row, train_times.get(row.backbone), row.backbone == chosen) for row in rows]
    cells = [("", *_HEADER), *lines]
    if _rare(rows):
        first = [_RARE_HEADER, *map(_rare_cells, rows)]
        cells = [(*line[:2], *own, *line[2:]) for line, own in zip(cells, first, strict=True)]
    kept = [index for index, name in enumerate(cells[0]) if name not in leave_out]
    cells = [tuple(line[index] for index in kept) for line in cells]
    left, right = ["left"] * 2, ["right"] * (len(cells[0]) - 2)
    text = tabulate(cells[1:], headers=cells[0], disable_numparse=True, colalign=left + right)
    return "\n".join(line.rstrip() for line in text.splitlines())


def _line(row: Comparison, time: TrainTime | None, chosen: bool) -> tuple[str, ...]:
    return (
        _CHOSEN if chosen else "",
        row.backbone,
        _with_interval(row.cv_acc, row.cv_acc_low, row.cv_acc_high),
        _with_interval(row.converged_acc, row.converged_acc_low, row.converged_acc_high),
        _with_interval(row.test_acc, row.test_acc_low, row.test_acc_high),
        _with_interval(row.test_auc, row.test_auc_low, row.test_auc_high),
        f"{row.best_acc:.3f}",
        str(row.best_epoch),
        f"{row.stability_loss:.4f}",
        f"{row.stability_acc:.4f}",
        str(time) if time else "-",
        megabytes(row.model_bytes),
    )


def _rare(rows: Sequence[Comparison]) -> bool:
    return any(row.rarest_share < _RARE for row in rows)


def _rare_cells(row: Comparison) -> tuple[str, ...]:
    return (
        _with_interval(
            row.test_balanced_acc, row.test_balanced_acc_low, row.test_balanced_acc_high
        ),
        _with_interval(row.test_ap, row.test_ap_low, row.test_ap_high),
    )


def _with_interval(value: float, low: float, high: float) -> str:
    """`0.938 (0.85-0.98)`: the score to a thousandth, its interval to a hundredth."""
    return f"{value:.3f} ({low:.2f}-{high:.2f})"


def _choice(selection: Selection) -> list[str]:
    """Which backbone and why, and how it compares with the others."""
    others = ", ".join(f"{rule}: {name}" for rule, name in selection.rules.items())
    return [
        _chosen(selection),
        *(verdict.sentence for verdict in selection.verdicts),
        *(_test_difference(pair) for pair in selection.test_differences),
        *([selection.cheaper.sentence] if selection.cheaper else []),
        f"what each rule would choose: {others}",
    ]


def _chosen(selection: Selection) -> str:
    return f"{_CHOSEN} chosen by the rule {selection.rule}: {selection.reason}"


def _cautions(rows: Sequence[Comparison]) -> list[str]:
    """What to keep in mind when reading these scores."""
    notes = [f"Luck of the seed: with other seeds of the head, Test_acc is {_seeds(rows)}."]
    if _rare(rows):
        share = min(row.rarest_share for row in rows)
        notes.append(
            f"A class has only {share:.1%} of the test photos, so accuracy says little of it. "
            "Each class by itself: reports/evaluate/NAME/classes.csv."
        )
    notes.extend(_thresholds(rows))
    origins = sorted({row.weights for row in rows})
    if "random" in origins:
        notes.append(
            f"{_capital(weights_note('random'))}; pretrained weights would score differently."
        )
    else:
        notes.extend(f"{_capital(weights_note(origin))}." for origin in origins)
    return notes


def _legend(rows: Sequence[Comparison]) -> list[str]:
    """What the columns mean."""
    rare = [
        "Test_balanced_acc: mean over the classes of the share of their photos that is found. "
        "Test_ap: average precision; at chance it is the share of the positive class."
    ]
    return [
        *(rare if _rare(rows) else []),
        "CV_acc: cross-validated accuracy on the photos of train and val; believe it first. "
        "Converged_acc: the same with heads trained until nothing changes. Val_acc (the method's "
        "Best_acc): too high, since the same photos chose the epoch.",
        "Stability_loss, Stability_acc: mean difference between training and validation over the "
        "epochs; smaller is better. Train_time: feature extraction + head training.",
    ]


def _why_they_differ(row: Comparison, split: SplitDraw) -> str:
    """Why the three accuracies of a backbone differ, and what the draw of val explains."""
    drawn = f"val drew {split.drew} photos" if split.drew else "no more than chance explains"
    return (
        f"Why {row.backbone}'s accuracies differ: Val_acc {row.best_acc:.3f} is of the epoch that "
        f"suits val best; CV_acc {row.cv_acc:.3f} is of heads that learned from fewer photos; "
        f"Test_acc {row.test_acc:.3f} is of the fewest photos. Heads that had not seen them are "
        f"right about {split.val_acc:.3f} of val and {split.train_acc:.3f} of train, "
        f"{with_limits(split.difference, split.low, split.high)}: {drawn}."
    )


def _thresholds(rows: Sequence[Comparison]) -> list[str]:
    """What Test_acc would be at 0.5 where another threshold is delivered, and what costs cost."""
    notes = [
        f"{row.backbone}: Test_acc {row.test_acc:.3f} is at the delivered threshold, "
        f"{row.threshold:.2f}; at 0.5 it is {row.test_acc_at_half:.3f}."
        for row in rows
        if row.threshold not in (None, 0.5)
    ]
    if notes:
        notes.append("CV_acc and Val_acc use 0.5.")
    costs = [
        f"{row.backbone} {row.cv_cost:.3f} ({row.cv_cost_se:.3f})"
        for row in rows
        if row.bayes_threshold not in (None, 0.5)
    ]
    if costs:
        notes.append(
            "expected cost of a photo at the delivered threshold, cross-validated (standard "
            f"error): {', '.join(costs)}"
        )
    return notes


def _seeds(rows: Sequence[Comparison]) -> str:
    """`0.781 to 0.844 (resnet18), …`."""
    return ", ".join(
        f"{row.test_acc_seeds_low:.3f} to {row.test_acc_seeds_high:.3f} ({row.backbone})"
        for row in rows
    )


def _capital(note: str) -> str:
    return f"{note[0].upper()}{note[1:]}"


def _test_difference(pair: TestDifference) -> str:
    found = "not significantly different" if pair.better is None else "significantly different"
    numbers = with_limits(pair.difference, pair.low, pair.high)
    return f"test AUC of the trained heads of {pair.a} and {pair.b}: {found}, {numbers}"
