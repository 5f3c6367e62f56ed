import json
from collections import Counter
from pathlib import Path

import yaml

from potholes.evaluation.tables import RocPoint
from potholes.files.rows import read_cells
from potholes.report.plot_tables import macro_curve, write_plot_tables
from potholes.report.results import read_results
from tests.conftest import ROOT
from tests.factories import TWO, write_project


def tables(root: Path) -> dict[str, list[dict[str, str]]]:
    """The rows of every table, of a project with six test photos and three epochs."""
    write_project(root)
    write_plot_tables(root / "plots", read_results(root / "reports", TWO).backbones)
    found = {}
    for path in (root / "plots").iterdir():
        header, lines = read_cells(path)
        found[path.name] = [dict(zip(header, line, strict=True)) for line in lines]
    return found


def test_every_table_has_all_backbones_in_the_order_of_the_params(tmp_path: Path) -> None:
    for name, rows in tables(tmp_path).items():
        assert list(Counter(row["backbone"] for row in rows)) == list(TWO), name


def test_a_history_has_a_row_for_each_epoch_and_split(tmp_path: Path) -> None:
    rows = [row for row in tables(tmp_path)["history.csv"] if row["backbone"] == "resnet18"]
    assert [(row["split"], row["epoch"]) for row in rows] == [
        (split, str(epoch)) for split in ("train", "val") for epoch in (1, 2, 3)
    ]


def test_a_roc_curve_goes_from_corner_to_corner_by_its_points(tmp_path: Path) -> None:
    rows = [row for row in tables(tmp_path)["roc.csv"] if row["backbone"] == "resnet50"]
    assert [int(row["point"]) for row in rows] == list(range(len(rows)))
    heights = [(float(r["false_positive_rate"]), float(r["true_positive_rate"])) for r in rows]
    assert heights == sorted(heights)
    assert (heights[0], heights[-1]) == ((0, 0), (1, 1))


def test_shares_of_a_true_class_sum_to_one(tmp_path: Path) -> None:
    rows = [row for row in tables(tmp_path)["confusion.csv"] if row["backbone"] == "resnet18"]
    assert sum(int(row["photos"]) for row in rows) == 6
    for truth in ("normal", "pothole"):
        shares = [float(row["share"]) for row in rows if row["truth"] == truth]
        assert abs(sum(shares) - 1) < 1e-6


def test_dvc_yaml_and_the_templates_name_columns_that_are_there(tmp_path: Path) -> None:
    found = tables(tmp_path)
    plots = yaml.safe_load((ROOT / "dvc.yaml").read_text(encoding="utf-8"))["plots"]
    assert {Path(path).name for plot in plots for path in plot} == set(found)
    for plot in plots:
        ((path, options),) = plot.items()
        columns = found[Path(path).name][0].keys()
        assert {options["x"], options["y"]} <= columns
        text = (ROOT / f".dvc/plots/{options['template']}.json").read_text(encoding="utf-8")
        assert json.loads(text)["data"]["format"]["parse"].keys() <= columns
        assert '"field": "backbone"' in text


def test_several_classes_share_a_mean_curve() -> None:
    steep = curve("a", (0, 0), (0, 1), (1, 1))
    flat = curve("b", (0, 0), (0.5, 0.5), (1, 1))
    false_positives, true_positives = macro_curve([*steep, *flat])
    assert false_positives.tolist() == [0, 0, 0.5, 1]
    assert true_positives.tolist() == [0, 0.5, 0.75, 1]


def curve(label: str, *points: tuple[float, float]) -> list[RocPoint]:
    limits = {
        f"{side}_positive_rate_{end}": 0.5 for side in ("false", "true") for end in ("low", "high")
    }
    return [
        RocPoint(label, None, false_positive_rate=x, true_positive_rate=y, **limits)
        for x, y in points
    ]
