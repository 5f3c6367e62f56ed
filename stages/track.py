"""This state of the pipeline as MLflow runs: python -m stages.track REPORTS MODELS PREDICTIONS OUT.

Also by hand, at any time: `make track`; `make ui` does it first. What the store already has
is not logged again.
"""

import os
import sys
from pathlib import Path

from potholes.params import Params
from potholes.stage import stage
from potholes.tracking.run_page import run_page
from potholes.tracking.state import log_state
from potholes.tracking.tables import Receipt, write_receipt


def main(params: Params, reports: Path, models: Path, predictions: Path, out: Path) -> None:
    receipt = log_state(Path.cwd(), reports, models, predictions, params, os.environ)
    write_receipt(out, receipt)
    if receipt.experiment_id is None:
        print(refusal(receipt), file=sys.stderr)
    else:
        print(run_page(receipt.tracking_uri, receipt.experiment_id))


def refusal(receipt: Receipt) -> str:
    line = "!" * 78
    return (
        f"{line}\nNOT LOGGED to MLflow at {receipt.tracking_uri}: {receipt.reason}\n"
        "The results are complete; their runs wait. Log them later with: make track\n"
        "(make track-history, if experiments wait as well)\n"
        f"{line}"
    )


if __name__ == "__main__":
    with stage(reads_folders=False) as params:  # `make ui` logs results that came without photos
        main(params, *map(Path, sys.argv[1:]))
