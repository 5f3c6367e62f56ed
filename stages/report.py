"""Plots and contact sheets: python -m stages.report STANDARDISED AUGMENTED PREDICTIONS REPORTS
OUT."""

import sys
from pathlib import Path

from potholes.params import Params
from potholes.report.plots import Photos, write_figures
from potholes.report.results import read_results
from potholes.stage import output_folder, stage


def main(
    params: Params,
    standardised: Path,
    augmented: Path,
    predictions: Path,
    reports: Path,
    out: Path,
) -> None:
    results = read_results(reports, params.backbones)
    photos = Photos(standardised, augmented, Path(params.data.unlabelled), predictions)
    with output_folder(out) as folder:
        write_figures(folder, results, photos, params.image, params.predict)
    names = sorted(path.name for path in out.iterdir())
    print(f"{out}: {', '.join(names)}")


if __name__ == "__main__":
    with stage() as params:
        main(params, *map(Path, sys.argv[1:]))
