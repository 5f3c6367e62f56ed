import json

from potholes.tracking.measures import deciding
from potholes.tracking.run_page import run_page, view
from tests.factories import comparison

ROWS = [comparison("resnet18"), comparison("resnet50", 1)]


def test_a_store_in_a_file_is_seen_through_make_ui_and_a_server_through_itself() -> None:
    end = "/#/experiments/7/runs?workflowType=machine_learning&viewStateShareKey=potholes"
    assert run_page("sqlite:////x/mlflow.db", "7") == f"http://127.0.0.1:5000{end}"
    assert run_page("https://runs.example/", "7") == f"https://runs.example{end}"


def test_the_view_is_sorted_by_what_chose_the_backbone_and_shows_it_first() -> None:
    sorted_by = {}
    for rule in ("one_standard_error", "best_converged", "fit_accuracy_auc"):
        shown = json.loads(json.loads(view(deciding(rule, ROWS)))["state"])
        assert shown["orderByAsc"] is False
        assert shown["columnOrder"][2] == shown["selectedColumns"][0] == shown["orderByKey"]
        assert {"tags.`changed`", "attributes.`Dataset`"} <= set(shown["selectedColumns"])
        sorted_by[rule] = shown["orderByKey"]
    assert sorted_by == {
        "one_standard_error": "metrics.`cv/accuracy`",
        "best_converged": "metrics.`cv/accuracy_at_convergence`",
        "fit_accuracy_auc": "metrics.`validation/best_accuracy`",
    }
