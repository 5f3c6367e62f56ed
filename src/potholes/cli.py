"""The command `potholes`: predict, evaluate, export; show the comparison, register or serve."""

import argparse
import logging
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command; a user's mistake is one line on stderr and exit code 2."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    try:
        options.run(options)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:  # `| head`: the reader has seen enough, and so must the exit's flush
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
    except OSError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="potholes", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    _predict_parser(commands)
    show = commands.add_parser("show", help="print the comparison of the backbones and the alarms")
    show.add_argument(
        "--reports",
        type=Path,
        default=Path("reports"),
        help="folder of the reports (default: %(default)s)",
    )
    show.add_argument("--full", action="store_true", help="with all verdicts and notes")
    show.set_defaults(run=_show)
    register = commands.add_parser(
        "register", help="make these results' model the champion in MLflow, whatever its score"
    )
    register.set_defaults(run=_register)
    serve = commands.add_parser("serve", help="answer over HTTP with MLflow's champion")
    serve.add_argument("--host", default="127.0.0.1", help="address (default: %(default)s)")
    serve.add_argument("--port", type=int, default=5001, help="(default: %(default)s)")
    serve.set_defaults(run=_serve)
    _evaluate_parser(commands)
    _export_parser(commands)
    return parser


def _predict_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    predict = commands.add_parser(
        "predict",
        help="predict any amount of photos",
        epilog="Exit code 0 (unreadable photos are counted and listed), 2 for a mistake in the "
        "command or its folders, 3 where more photos than --max-errors could not be read.",
    )
    add = predict.add_argument
    add(
        "sources",
        nargs="+",
        metavar="SOURCE",
        help="a folder with all its sub-folders, a glob, a photo, or a text file of paths",
    )
    add(
        "--model",
        default="models/selected",
        help="folder of the model, or models:/potholes@champion (default: %(default)s)",
    )
    add("--out", type=Path, required=True, help="new or empty folder for the table")
    add("--resume", action="store_true", help="go on with --out where an earlier run stopped")
    add("--csv", action="store_true", help="also one CSV of all parts")
    add("--top-k", type=int, metavar="K", help="only the K most probable classes")
    add("--threshold", type=float, help="probability that calls the second of two classes")
    add("--sha256", action="store_true", help="add each photo's checksum to the table")
    add("--copy-to", type=Path, metavar="DIR", help="copy the photos into a folder a class")
    add("--sample", type=int, default=0, metavar="N", help="a contact sheet of N photos")
    add("--max-errors", type=int, metavar="N", help="exit with 3 if more could not be read")
    add("--workers", type=int, default=0, help="threads (default: one a core)")
    add("--batch-size", type=int, default=32, help="photos a pass (default: %(default)s)")
    add("--quiet", action="store_true", help="print nothing but mistakes")
    add("--json", action="store_true", help="print the summary as JSON")
    predict.set_defaults(run=_predict)


def _evaluate_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    evaluate = commands.add_parser("evaluate", help="score the model on labelled photos")
    evaluate.add_argument("folder", type=Path, help="one sub-folder of photos a class")
    _add_model(evaluate)
    evaluate.add_argument(
        "--level", type=float, default=0.95, help="of the intervals (default: %(default)s)"
    )
    evaluate.set_defaults(run=_evaluate)


def _export_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    export = commands.add_parser("export", help="write the model for another program")
    _add_model(export)
    export.add_argument(
        "--format",
        choices=["onnx", "torchvision"],
        required=True,
        help="onnx: one graph from pixels to probabilities; torchvision: a state dict",
    )
    export.add_argument(
        "--weights", type=Path, help="for torchvision: models/weights/NAME, which were compiled"
    )
    export.add_argument("--out", type=Path, required=True, help="the file to write")
    export.set_defaults(run=_export)


def _add_model(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--model",
        type=Path,
        default=Path("models/selected"),
        help="folder of the trained model (default: %(default)s)",
    )


def _predict(options: argparse.Namespace) -> None:
    # imported here, so that --help and a mistyped command answer at once
    from potholes.bulk.predicting import Job, Request
    from potholes.bulk.predictor import Options
    from potholes.bulk.telling import as_json, told

    if options.quiet:
        logging.getLogger().setLevel(logging.WARNING)
    columns = Options(options.threshold, options.top_k, options.sha256, options.batch_size)
    names = ("sources", "out", "resume", "csv", "copy_to", "sample", "workers")
    given = {name: getattr(options, name) for name in names}
    silent = options.quiet or options.json
    with _model_folder(options.model) as model:
        job = Job(Request(model=model, options=columns, quiet=options.quiet, **given))
    if not silent:
        print(job.opening(), flush=True)
    outcome = job.do()
    if options.json:
        print(as_json(job.request, outcome))
    elif not options.quiet:
        print(told(job.request, outcome))
    if options.max_errors is not None and outcome.summary.unreadable > options.max_errors:
        print(
            f"error: {outcome.summary.unreadable} photos could not be read, more than "
            f"--max-errors {options.max_errors}",
            file=sys.stderr,
        )
        sys.exit(3)


@contextmanager
def _model_folder(model: str) -> Iterator[Path]:
    """A folder, or a model of an MLflow registry, downloaded for as long as it is read."""
    if not model.startswith("models:/"):
        yield Path(model)
        return
    if find_spec("mlflow") is None:
        raise ValueError(f"--model: {model} needs the extra `train`: pip install 'potholes[train]'")
    from tempfile import TemporaryDirectory

    from potholes.tracking.fetching import fetch_model

    with TemporaryDirectory() as folder:
        yield fetch_model(model, Path(folder), Path.cwd(), os.environ)


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


def _evaluate(options: argparse.Namespace) -> None:
    from potholes.prediction.classifier import Classifier
    from potholes.prediction.scored_folder import told
    from potholes.selection.tables import read_deployed
    from potholes.statistics.interval import check_level
    from potholes.wording import weights_note

    check_level(options.level)
    classifier, own = Classifier.load(options.model), read_deployed(options.model)
    print(f"{own.backbone}, {own.precision}, {weights_note(own.origin)}", flush=True)
    print(told(classifier.evaluate(options.folder, level=options.level)))


def _export(options: argparse.Namespace) -> None:
    if (options.format == "torchvision") != (options.weights is not None):
        raise ValueError("--weights: needed for --format torchvision, and for it alone")
    from potholes.selection.model_folder import read_model

    model = read_model(options.model)
    if options.weights:
        from potholes.export.state_dict import write_state_dict

        write_state_dict(options.out, model, options.weights)
    else:
        try:
            from potholes.export.whole_graph import write_whole_graph
        except ModuleNotFoundError as error:
            raise ValueError(f"--format onnx: {error}; run `pip install onnx`") from None
        write_whole_graph(options.out, model)
    print(f"{options.out}: {options.out.stat().st_size:,} bytes")
