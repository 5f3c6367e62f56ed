"""Plots, contact sheets and the page: python -m stages.report STANDARDISED AUGMENTED PREDICTIONS
EXPLAINED REPORTS OUT PAGE PLOTS."""

import sys
from pathlib import Path

from potholes.page.building import write_page
from potholes.page.inputs import State, read_inputs
from potholes.params import Params
from potholes.report.plot_tables import write_plot_tables
from potholes.report.plots import Photos, write_figures
from potholes.report.results import read_results
from potholes.stage import output_folder, stage


def main(
    params: Params,
    standardised: Path,
    augmented: Path,
    predictions: Path,
    explained: Path,
    reports: Path,
    out: Path,
    page: Path,
    plots: Path,
) -> None:
    results = read_results(reports, params.backbones)
    photos = Photos(standardised, augmented, Path(params.data.unlabelled), predictions)
    with output_folder(out) as folder:
        level = params.evaluate.level
        write_figures(folder, results, photos, params.image, params.predict, level=level)
    tree, state = params.model_dump(mode="json"), State.of(Path(), params)
    inputs = read_inputs(results, standardised, explained, predictions, reports, tree, state)
    write_page(page, inputs)
    with output_folder(plots) as folder:
        write_plot_tables(folder, results.backbones)
    names = sorted(path.name for path in out.iterdir())
    print(f"{out}: {', '.join(names)}\n{page}")
    if state.unknown:
        print(f"warning: the page has no fingerprint: {state.unknown}", file=sys.stderr)


if __name__ == "__main__":
    with stage() as params:
        main(params, *map(Path, sys.argv[1:]))
