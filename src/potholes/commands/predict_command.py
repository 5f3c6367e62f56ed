"""`potholes predict`: any amount of photos to a table."""

import argparse
import logging
import sys
from pathlib import Path

from potholes.commands.chosen_model import add_model_option, model_folder


def add_predict(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the command."""
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
    add_model_option(predict)
    add("--out", required=True, help="new or empty folder, or address, for the table")
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
    add("--runner", choices=["local", "ray"], default="local", help="ray: many machines")
    add("--ray-address", metavar="ADDRESS", help="of a Ray cluster: auto, or host:port")
    add("--quiet", action="store_true", help="print nothing but mistakes")
    add("--json", action="store_true", help="print the summary as JSON")
    predict.set_defaults(run=_predict)


def _predict(options: argparse.Namespace) -> None:
    # imported here, so that --help and a mistyped command answer at once
    from potholes.bulk.predicting import Job, Request
    from potholes.bulk.predictor import Options
    from potholes.bulk.telling import as_json, told

    if options.quiet:
        logging.getLogger().setLevel(logging.WARNING)
    columns = Options(options.threshold, options.top_k, options.sha256, options.batch_size)
    names = (
        *("sources", "out", "resume", "csv", "copy_to", "sample", "workers"),
        *("runner", "ray_address"),
    )
    given = {name: getattr(options, name) for name in names}
    silent = options.quiet or options.json
    with model_folder(options.model) as model:
        job = Job(Request(model=model, options=columns, quiet=options.quiet, **given))
        if not silent:
            print(job.opening(), flush=True)
        try:
            outcome = job.do()
        except KeyboardInterrupt:
            print("stopped; the same command with --resume goes on", file=sys.stderr)
            raise
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
