"""The charts of page and PNG, from small results: what they say and where they draw it."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import precision_recall_curve

from potholes.crossvalidation.tables import CurvePoint
from potholes.evaluation.tables import ReliabilityBin, RocPoint
from potholes.figures.drawing import Chart
from potholes.figures.picture import compose
from potholes.report.charts_comparison import comparison_charts
from potholes.report.charts_learning import learning_charts
from potholes.report.charts_test import (
    confusion_chart,
    precision_recall_chart,
    recall_precision,
    rectangles,
    reliability_chart,
    roc_chart,
)
from potholes.report.charts_training import training_charts
from potholes.report.plots import pictures
from potholes.report.results import Outcome, Results, read_results
from tests.factories import TWO, write_project

MANY = ("resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "wide_resnet101_2")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    root: Path = tmp_path_factory.mktemp("project")
    write_project(root)
    return read_results(root / "reports", TWO)


def with_scores(one: Outcome, **changes: float) -> Outcome:
    return replace(one, scores=replace(one.scores, **changes))  # type: ignore[arg-type]


def texts(chart: Chart) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]+)</text>", chart.body)


def test_the_history_marks_the_best_epoch_and_all_backbones_share_their_axes(
    results: Results,
) -> None:
    first, second = results.backbones
    high = [replace(epoch, train_loss=2 * epoch.train_loss) for epoch in second.history]
    charts = training_charts([first, replace(second, history=high)])
    assert [chart.title.split(": ")[1] for chart in charts] == [
        "loss by epoch",
        "accuracy by epoch",
    ] * 2
    assert "epoch 2: 0.400" in texts(charts[0])
    assert "epoch 2: 0.820" in texts(charts[1])
    ticks = [[text for text in texts(chart) if re.fullmatch(r"\d\.\d", text)] for chart in charts]
    assert ticks[0] == ticks[2]
    assert max(ticks[0]) >= "1.4"


def test_a_single_epoch_is_a_dot_and_many_are_none(results: Results) -> None:
    one = results.backbones[0]
    alone = replace(with_scores(one, best_epoch=1), history=one.history[:1])
    assert training_charts([alone])[0].body.count("<circle") == 2
    assert training_charts([replace(one, history=one.history * 9)])[0].body.count("<circle") == 0


def test_the_comparison_has_all_accuracies_with_their_intervals(results: Results) -> None:
    accuracy, auc = comparison_charts(results, 0.9)
    measured = [row[1] for row in accuracy.numbers.rows[:4]]
    assert measured == ["cross-validated", "at convergence, cross-validated", "test", "validation"]
    assert [row[3] == "–" for row in accuracy.numbers.rows[:4]] == [False, False, False, True]
    assert [row[3] == "–" for row in auc.numbers.rows[:4]] == [False, True, False, True]
    assert accuracy.title == "Accuracy of each backbone with 90% intervals"
    assert "★ resnet18" in texts(accuracy)
    assert "threshold" not in accuracy.note


def test_a_threshold_other_than_a_half_is_said_beside_test_accuracies(results: Results) -> None:
    first, second = results.backbones
    made = replace(results, backbones=[with_scores(first, threshold=0.35), second])
    accuracy, auc = comparison_charts(made, 0.95)
    assert "threshold: resnet18 0.35, resnet50 0.50" in accuracy.note
    assert "threshold" not in auc.note


def test_perfect_scores_end_the_axis_at_one(results: Results) -> None:
    first, second = results.backbones
    ones = {f"{kind}_acc": 1.0 for kind in ("cv", "test", "converged", "best")}
    limits = {
        f"{kind}_acc_{end}": 1.0 for kind in ("cv", "test", "converged") for end in ("low", "high")
    }
    perfect = [with_scores(one, **ones, **limits) for one in (first, second)]
    chart = comparison_charts(replace(results, backbones=perfect), 0.95)[0]
    ticks = [text for text in texts(chart) if re.fullmatch(r"\d\.\d+", text)]
    assert set(ticks) == {"0.990", "0.995", "1.000"}


def test_the_roc_curve_tells_auc_level_and_operating_points(results: Results) -> None:
    chart = roc_chart(results, 0.95)
    assert [key.text for key in chart.legend] == [
        f"{name}: AUC 0.900 (0.880 to 0.920)" for name in TWO
    ]
    assert [(key.shape, key.dash) for key in chart.legend] == [("thick", 0), ("line", 2)]
    assert "95% intervals" in chart.note
    assert "(resnet18 0.50, resnet50 0.50)" in chart.note
    assert chart.body.count("hollow") == 2
    thick, thin = re.findall(r'<polyline [^>]*class="([^"]+)"', chart.body)
    assert "thick" in thick  # drawn first: it hides no other
    assert "thick" not in thin
    assert "95% intervals" in precision_recall_chart(results, 0.95).note


def test_precision_and_recall_are_scikit_learns() -> None:
    rng = np.random.default_rng(0)
    truth = rng.random(60) < 0.3
    said = np.round(rng.random(60), 1)  # with ties
    ours = recall_precision(truth.tolist(), said.tolist())
    precision, recall, _ = precision_recall_curve(truth, said, drop_intermediate=False)
    theirs = sorted(zip(recall[:-1], precision[:-1], strict=True))
    assert np.allclose(sorted(ours[1:]), theirs)
    assert recall_precision([False], [0.5]) == []


def test_ten_classes_have_ten_signs(tmp_path: Path) -> None:
    classes = [f"class {index}" for index in range(10)]
    write_project(tmp_path, TWO, classes=classes)
    chart = roc_chart(read_results(tmp_path / "reports", TWO), 0.95)
    assert len({(key.series % 7, key.dash % 4) for key in chart.legend}) == 10
    assert "hollow" not in chart.body
    assert "threshold" not in chart.note


def test_reliability_defines_temperature_and_error_and_draws_both_states(results: Results) -> None:
    one = results.chosen
    before = [ReliabilityBin(0.1, 0.0, 0.0, 0.2, 15), ReliabilityBin(0.95, 0.8, 0.6, 0.9, 15)]
    made = replace(one.evaluated.evaluation, temperature=1.7)
    warm = replace(one, evaluated=replace(one.evaluated, evaluation=made, as_trained=before))
    chart = reliability_chart(warm, 0.95)
    assert "0.070 as trained, 0.050 (0.030 to 0.070) as delivered" in chart.note
    assert "temperature 1.70: logits are divided by it" in chart.note
    assert [(key.text, key.shape) for key in chart.legend] == [
        ("as trained", "square"),
        ("as delivered", "dot"),
    ]
    bars = re.findall(r'y1="([\d.]+)"[^>]*y2="([\d.]+)" class="s1 whisker"', chart.body)
    assert bars == [("210", "173.2"), ("99.6", "44.4")]
    assert [key.text for key in reliability_chart(one, 0.95).legend] == ["as delivered"]


def test_a_band_is_the_chosen_backbones_alone_and_ends_at_the_frame(results: Results) -> None:
    points = [
        CurvePoint(photos, 0.9, 0.8, 1.05, None, None, None) for photos in (20, 36, 66, 119, 160)
    ]
    made = replace(results, backbones=[replace(one, curve=points) for one in results.backbones])
    accuracy, auc = learning_charts(made, 0.95)
    (band,) = re.findall(r'<polygon points="([^"]+)"', accuracy.body)
    assert min(float(place.split(",")[1]) for place in band.split()) == 26
    assert "resnet18's 95% interval" in accuracy.note
    assert auc.legend == []


def test_confusion_cells_hold_count_and_share_of_the_truth(results: Results) -> None:
    one = results.chosen
    chart = confusion_chart(one, 0.95, chosen=True)
    assert chart.numbers.rows == [
        ["normal", "3 (100%)", "0 (0%)"],
        ["pothole", "1 (33%)", "2 (67%)"],
    ]
    assert chart.title == "★ resnet18"
    assert "threshold, 0.50: accuracy 0.900 (0.880 to 0.920), 95% interval" in chart.note
    empty = replace(one.evaluated.evaluation, confusion=[[0, 0], [1, 2]])
    without = replace(one, evaluated=replace(one.evaluated, evaluation=empty))
    assert confusion_chart(without, 0.95, chosen=False).numbers.rows[0][1] == "0 (0%)"


@pytest.mark.parametrize("count", [1, 2, 6])
@pytest.mark.parametrize("epochs", [2, 300])
def test_no_text_leaves_a_picture(tmp_path: Path, count: int, epochs: int) -> None:
    """By DejaVu's own widths, for two classes with names of 60 letters."""
    from potholes.figures.lettering import width

    names = ("a long name of a class " * 3)[:60], "x" * 60
    write_project(tmp_path, MANY[:count], classes=names, epochs=epochs)
    made = read_results(tmp_path / "reports", MANY[:count])
    for name, picture in pictures(made, 0.95).items():
        for chart in picture.charts:
            for x, anchor, text in re.findall(
                r'<text x="([-\d.]+)"[^>]*text-anchor="(\w+)">([^<]+)<', chart.body
            ):
                wide = width(text)
                left = float(x) - {"start": 0, "middle": 0.5, "end": 1}[anchor] * wide
                assert left >= -1, (name, text)
                assert left + wide <= 361, (name, text)
        for x, text in re.findall(
            r'<text x="([\d.]+)"[^>]*t quiet"[^>]*>([^<]+)<', compose(picture)
        ):
            assert float(x) + width(text, 12) <= 768, (name, text)


def test_the_area_of_the_roc_is_that_of_its_rectangles() -> None:
    points = [RocPoint("a", None, 0, 0, 0.2, 0, 0, 0.3), RocPoint("a", 0.1, 1, 0.8, 1, 1, 0.7, 1)]
    expected = [(0, 0), (0, 0.3), (0.8, 1), (1, 1), (1, 0.7), (0.2, 0)]
    assert rectangles(points) == expected
