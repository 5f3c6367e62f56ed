"""`potholes ui`, `track-history`, `register` and `serve`: what is in MLflow, and its champion."""

import argparse
import os
import sys
from pathlib import Path


def add_mlflow(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add the commands."""
    ui = commands.add_parser("ui", help="compare the runs in MLflow's UI")
    ui.add_argument(
        "--receipt",
        type=Path,
        default=Path("reports/mlflow.json"),
        help="what the stage track wrote (default: %(default)s)",
    )
    ui.add_argument("--port", type=int, default=5000, help="(default: %(default)s)")
    ui.set_defaults(run=_ui)
    history = commands.add_parser(
        "track-history", help="log to MLflow every commit and experiment that it lacks"
    )
    history.set_defaults(run=_track_history)
    register = commands.add_parser(
        "register", help="make these results' model the champion in MLflow, whatever its score"
    )
    register.set_defaults(run=_register)
    serve = commands.add_parser("serve", help="answer over HTTP with a model of MLflow's registry")
    serve.add_argument(
        "--model",
        default="models:/potholes@champion",
        help="another version, such as models:/potholes@previous (default: %(default)s)",
    )
    serve.add_argument("--host", default="127.0.0.1", help="address (default: %(default)s)")
    serve.add_argument("--port", type=int, default=5001, help="(default: %(default)s)")
    serve.set_defaults(run=_serve)


def _ui(options: argparse.Namespace) -> None:
    from potholes.files.documents import read_document
    from potholes.tracking.ports import check_free
    from potholes.tracking.run_page import HOST, run_page
    from potholes.tracking.state import set_switches
    from potholes.tracking.store import find_store
    from potholes.tracking.tables import Receipt
    from potholes.tracking.viewer import show

    receipt = read_document(options.receipt, Receipt)
    if receipt.experiment_id is None:
        raise ValueError(f"{options.receipt}: not logged to MLflow ({receipt.reason}); run make ui")
    store = find_store(os.environ, Path.cwd())
    page = run_page(store.public_uri, receipt.experiment_id, options.port)
    if not store.is_server:
        check_free(HOST, options.port)
    print(page, flush=True)
    set_switches(store)
    sys.exit(show(page, store, options.port))


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
    folders = Path.cwd(), Path("reports"), Path("models"), Path("data/predictions")
    receipt = log_state(*folders, load_params(), os.environ, register=True)
    if not receipt.logged:
        raise ValueError(f"MLflow at {receipt.tracking_uri}: {receipt.reason}")
    print(f"MLflow at {receipt.tracking_uri}: {receipt.registry}")


def _serve(options: argparse.Namespace) -> None:
    from potholes.tracking.serving import server

    started = server(Path.cwd(), os.environ, options.model, options.host, options.port)
    address = f"http://{options.host}:{options.port}/invocations"
    print(f"{started.version.sentence}\nIt will answer at {address} (docs/serving.md)", flush=True)
    os.execve(started.command[0], started.command, started.environment)
