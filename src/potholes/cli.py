"""The command `potholes`: predict the photos of a folder, or show the last comparison."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from potholes.review.commands import add_commands


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; a user's mistake is one line on stderr and exit code 1."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        options.run(options)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # `| head`: the reader has seen enough, and so must the exit's flush
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="potholes", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    predict = commands.add_parser("predict", help="predict the photos of a folder")
    predict.add_argument("folder", type=Path, help="folder of photos; sub-folders are included")
    predict.add_argument(
        "--model",
        type=Path,
        default=Path("models/selected"),
        help="folder of the trained model (default: %(default)s)",
    )
    predict.add_argument(
        "--out", type=Path, required=True, help="new or empty folder for the predictions"
    )
    predict.set_defaults(run=_predict)
    show = commands.add_parser("show", help="print the comparison of the backbones and the alarms")
    show.add_argument(
        "--reports",
        type=Path,
        default=Path("reports"),
        help="folder of the reports (default: %(default)s)",
    )
    show.add_argument("--full", action="store_true", help="with all verdicts and notes")
    show.set_defaults(run=_show)
    add_commands(commands)
    return parser


def _predict(options: argparse.Namespace) -> None:
    if options.out.exists() and (not options.out.is_dir() or any(options.out.iterdir())):
        raise ValueError(f"--out: {options.out} is not a new or empty folder; name another one")
    # imported here, so that --help and a mistyped command answer at once
    from potholes.prediction.classifier import Classifier
    from potholes.prediction.tables import PREDICTIONS_FILE, write_unlabelled

    table = Classifier.load(options.model).predict_folder(options.folder)
    write_unlabelled(options.out, table)
    print(f"{len(table.paths)} photos, predictions in {options.out / PREDICTIONS_FILE}")
    for name in table.classes:
        print(f"{name}: {table.labels.count(name)}")


def _show(options: argparse.Namespace) -> None:
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
