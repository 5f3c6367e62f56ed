"""The command `potholes`: predict, show the comparison, and what is in MLflow."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from potholes.commands.mlflow_commands import add_mlflow
from potholes.commands.show_command import add_show


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
    _predict_parser(commands)
    add_show(commands)
    add_mlflow(commands)
    return parser


def _predict_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
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
