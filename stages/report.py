"""Figures of the results: `report.py STANDARDISED PREDICTIONS REPORTS FIGURES_OUT`."""

import sys
from pathlib import Path

from potholes.params import Params
from potholes.report import write_figures
from potholes.results import read_results
from potholes.stage import output_folder, stage


def main(params: Params, standardised: Path, predictions: Path, reports: Path, out: Path) -> None:
    # predictions: what the page of a later issue counts; here it only orders the stages
    results = read_results(reports, params.backbones)
    with output_folder(out) as folder:
        write_figures(
            folder, results, standardised, sheet=params.predict.sheet, seed=params.predict.seed
        )
    names = sorted(path.name for path in out.iterdir())
    print(f"{out}: {', '.join(names)}")


if __name__ == "__main__":
    with stage() as params:
        main(params, *map(Path, sys.argv[1:]))
