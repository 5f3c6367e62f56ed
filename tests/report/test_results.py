import re
from pathlib import Path

import pytest

from potholes.report.results import read_results
from tests.factories import write_backbone, write_project


def test_backbones_come_in_the_order_of_the_params_and_leftovers_are_ignored(
    tmp_path: Path,
) -> None:
    write_project(tmp_path)
    write_backbone(tmp_path, "resnet34", 2)
    results = read_results(tmp_path / "reports", ["resnet50", "resnet18"])
    assert [backbone.name for backbone in results.backbones] == ["resnet50", "resnet18"]
    assert results.backbones[1].time.total == 3.75


def test_a_backbone_that_was_never_compared_is_named(tmp_path: Path) -> None:
    write_project(tmp_path)
    with pytest.raises(ValueError, match=re.escape("comparison.csv: no row for resnet34")):
        read_results(tmp_path / "reports", ["resnet18", "resnet34"])


def test_a_missing_time_is_named(tmp_path: Path) -> None:
    write_project(tmp_path)
    (tmp_path / "reports/timing/train/resnet50.json").unlink()
    with pytest.raises(ValueError, match="no time of resnet50"):
        read_results(tmp_path / "reports", ["resnet18", "resnet50"])


def test_a_choice_that_is_no_longer_among_the_backbones_is_named(tmp_path: Path) -> None:
    write_project(tmp_path)
    with pytest.raises(ValueError, match="resnet18 is not one of `backbones`"):
        read_results(tmp_path / "reports", ["resnet50"])
