"""The command `potholes`."""

import argparse
import logging
import os
import sys
from collections.abc import Sequence

from potholes.commands.mlflow_commands import add_mlflow
from potholes.commands.model_commands import add_model
from potholes.commands.predict_command import add_predict
from potholes.commands.review_commands import add_review
from potholes.commands.show_command import add_show


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
    parser = argparse.ArgumentParser(
        prog="potholes", description="What is there to do with photos, results and models."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    for add in (add_predict, add_show, add_model, add_review, add_mlflow):
        add(commands)
    return parser
