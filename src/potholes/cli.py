"""The command `potholes`: predict, compare, register and serve the model, see or log runs."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path


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
    history = commands.add_parser(
        "track-history", help="log to MLflow every commit and experiment that it lacks"
    )
    history.set_defaults(run=_track_history)
    register = commands.add_parser(
        "register", help="make these results' model the champion in MLflow, whatever its score"
    )
    register.set_defaults(run=_register)
    serve = commands.add_parser("serve", help="answer over HTTP with MLflow's champion")
    serve.add_argument("--host", default="127.0.0.1", help="address (default: %(default)s)")
    serve.add_argument("--port", type=int, default=5001, help="(default: %(default)s)")
    serve.set_defaults(run=_serve)
    ui = commands.add_parser("ui", help="compare the runs in MLflow's UI")
    ui.add_argument(
        "--receipt",
        type=Path,
        default=Path("reports/mlflow.json"),
        help="what the stage track wrote (default: %(default)s)",
    )
    ui.set_defaults(run=_ui)
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


def _track_history(options: argparse.Namespace) -> None:
    from potholes.tracking.history import log_history

    del options
    counts = dict.fromkeys(("logged", "known", "skipped", "waits"), 0)
    says = {"known": "already in MLflow", "waits": "NOT LOGGED"}
    for outcome in log_history(Path.cwd(), os.environ):
        counts[outcome.what] += 1
        why = f": {outcome.why}" if outcome.why else ""
        print(f"{outcome.title}: {says.get(outcome.what, outcome.what)}{why}", flush=True)
    print(f"{counts['logged']} states logged, {counts['known']} known, {counts['skipped']} skipped")
    if counts["waits"]:
        raise ValueError("the store cannot be reached; run `make track-history` again later")


def _register(options: argparse.Namespace) -> None:
    from potholes.params_file import load_params
    from potholes.tracking.state import log_state

    del options
    folders = Path.cwd(), Path("reports"), Path("models")
    receipt = log_state(*folders, load_params(), os.environ, register=True)
    if not receipt.logged:
        raise ValueError(f"MLflow at {receipt.tracking_uri}: {receipt.reason}")
    print(f"MLflow at {receipt.tracking_uri}: {receipt.registry}")


def _serve(options: argparse.Namespace) -> None:
    from potholes.tracking.serving import server

    command, environment = server(Path.cwd(), os.environ, options.host, options.port)
    address = f"http://{options.host}:{options.port}/invocations"
    print(f"The champion answers at {address} (docs/serving.md)", flush=True)
    os.execve(command[0], command, environment)


def _ui(options: argparse.Namespace) -> None:
    from potholes.files.documents import read_document
    from potholes.tracking.run_page import run_page
    from potholes.tracking.state import set_switches
    from potholes.tracking.store import find_store
    from potholes.tracking.tables import Receipt
    from potholes.tracking.viewer import show

    receipt = read_document(options.receipt, Receipt)
    if receipt.experiment_id is None:
        raise ValueError(f"{options.receipt}: not logged to MLflow ({receipt.reason}); run make ui")
    store = find_store(os.environ, Path.cwd())
    page = run_page(store.public_uri, receipt.experiment_id)
    print(page, flush=True)
    set_switches(store)
    sys.exit(show(page, store))
