"""`potholes show`: the last comparison, on a screen."""

import argparse
from pathlib import Path


def add_show(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
    show = commands.add_parser("show", help="print the comparison of the backbones and the alarms")
    show.add_argument(
        "--reports",
        type=Path,
        default=Path("reports"),
        help="folder of the reports (default: %(default)s)",
    )
    show.add_argument("--full", action="store_true", help="with all verdicts and notes")
    show.set_defaults(run=_show)


def _show(options: argparse.Namespace) -> None:
    # imported here, so that --help and a mistyped command answer at once
    from potholes.audit.tables import ALARMS_FILE, Alarm
    from potholes.crossvalidation.tables import SUMMARY_FILE, CrossValidationSummary
    from potholes.files.documents import read_document
    from potholes.files.rows import read_rows
    from potholes.files.timing import read_train_times
    from potholes.report.comparison_table import comparison_table, summary
    from potholes.selection.tables import COMPARISON_FILE, SELECTION_FILE, Comparison, Selection

    selected = options.reports / "select"
    rows = read_rows(selected / COMPARISON_FILE, Comparison)
    selection = read_document(selected / SELECTION_FILE, Selection)
    times = read_train_times(options.reports / "timing", [row.backbone for row in rows])
    alarms = read_rows(options.reports / "audit" / ALARMS_FILE, Alarm)
    if options.full:
        chosen = options.reports / "crossvalidate" / selection.backbone / SUMMARY_FILE
        split = read_document(chosen, CrossValidationSummary).split
        print(comparison_table(rows, times, selection, split))
        for alarm in alarms:
            print(f"Alarm, {alarm.what}: {alarm.evidence}; {alarm.advice}")
        print(f"Figures: {options.reports / 'figures'}")
    else:
        print(summary(rows, times, selection, alarms), end="")
    print(f"Page: {options.reports / 'index.html'}", flush=True)
