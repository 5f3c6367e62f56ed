from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure

from potholes.evaluation.tables import ReliabilityBin
from potholes.report.reliability_figure import reliability_figure
from potholes.report.results import Outcome, read_results
from tests.factories import write_project

BEFORE = [ReliabilityBin(0.1, 0.0, 0.0, 0.2, 15), ReliabilityBin(0.95, 0.8, 0.6, 0.9, 15)]
AFTER = [ReliabilityBin(0.2, 0.1, 0.05, 0.3, 15), ReliabilityBin(0.85, 0.8, 0.6, 0.9, 15)]


@pytest.fixture
def backbone(tmp_path: Path) -> Outcome:
    write_project(tmp_path, ["resnet18"])
    (read,) = read_results(tmp_path / "reports", ["resnet18"]).backbones
    return with_temperature(read, 1.7)


def with_temperature(backbone: Outcome, temperature: float) -> Outcome:
    tables = backbone.evaluated
    evaluation = replace(tables.evaluation, temperature=temperature)
    evaluated = replace(tables, evaluation=evaluation, as_trained=BEFORE, calibrated=AFTER)
    return replace(backbone, evaluated=evaluated)


def titles(figure: Figure) -> list[str]:
    return [axes.get_title(loc="left") for axes in figure.axes]


def test_a_panel_tells_temperature_and_error_before_and_after(backbone: Outcome) -> None:
    (title,) = titles(reliability_figure([backbone], "resnet50", "weights: random stand-in"))
    assert title == "resnet18: T = 1.70\ncalibration error 0.070 → 0.050\n(0.030 to 0.070)"


def test_the_chosen_backbone_has_a_star(backbone: Outcome) -> None:
    backbones = [replace(backbone, name=name) for name in ("resnet18", "resnet50")]
    first, second = titles(reliability_figure(backbones, "resnet50", ""))
    assert first.startswith("resnet18: ")
    assert second.startswith("★ resnet50: ")


def test_bins_before_and_after_and_the_intervals_are_drawn(backbone: Outcome) -> None:
    (axes,) = reliability_figure([backbone], "resnet18", "").axes
    lines = {line.get_label(): line for line in axes.lines}
    assert np.allclose(lines["before calibration"].get_xydata(), [(0.1, 0.0), (0.95, 0.8)])
    assert np.allclose(lines["after calibration"].get_xydata(), [(0.2, 0.1), (0.85, 0.8)])
    bars = [segment for bar in axes.collections for segment in bar.get_segments()]  # type: ignore[attr-defined]
    assert np.allclose(bars, [[(0.2, 0.05), (0.2, 0.3)], [(0.85, 0.6), (0.85, 0.9)]])


def test_a_temperature_of_one_draws_one_line(backbone: Outcome) -> None:
    alike = with_temperature(backbone, 1.0)
    (axes,) = reliability_figure([alike], "resnet18", "").axes
    lines = {line.get_label(): line for line in axes.lines}
    assert len(lines["after calibration"].get_xydata()) == 2
    assert len(lines["before calibration"].get_xydata()) == 0


def test_many_backbones_stand_in_rows_of_three(backbone: Outcome) -> None:
    figure = reliability_figure([replace(backbone, name=str(n)) for n in range(5)], "0", "")
    assert len([axes for axes in figure.axes if axes.axison]) == 5
    assert len(figure.axes) == 6
