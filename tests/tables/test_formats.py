"""Every file between stages comes back as it was written, byte for byte the same twice."""

from dataclasses import replace

import numpy as np
import pytest

from potholes.softmax import as_written_all
from potholes.tables import (
    compiled,
    deployed,
    evaluation,
    features,
    head,
    history,
    manifest,
    origin,
    out_of_fold,
    predictions,
    reliability,
    selection,
    unlabelled,
)
from potholes.tables.documents import read_document, write_document

SAMPLE = manifest.Sample(
    "pothole/a.jpg", "pothole/a.jpg", "pothole/a.jpg", "images/a.png", "pothole", "train",
    "data/raw/labelled/pothole/a.jpg", 640, 480, 1234, "JPEG", None, "00",
)  # fmt: skip
FEATURES = features.Features(
    "resnet18",
    "cpu",
    ["normal", "pothole"],
    np.arange(6, dtype=np.float32).reshape(3, 2),
    [
        features.FeatureRow("a", "a", "a", "pothole", "train"),
        features.FeatureRow("a#1", "a", "a", "pothole", "train"),
        features.FeatureRow("b", "b", "b", "normal", "val"),
    ],
)
HEAD = head.Head(
    "resnet18",
    ["normal", "pothole"],
    np.array([[1, 0], [0, 1]], dtype=np.float32),
    np.array([0, 1], dtype=np.float32),
    best_epoch=3,
)


def test_a_manifest_is_sorted_whatever_order_it_was_given_in(tmp_path):
    other = manifest.Sample(**{**vars(SAMPLE), "sample_id": "normal/b.jpg", "label": "normal"})
    manifest.write_manifest(tmp_path, [SAMPLE, other])
    assert manifest.read_manifest(tmp_path) == [other, SAMPLE]
    assert manifest.class_names([SAMPLE, other, SAMPLE]) == ["normal", "pothole"]


def test_features_come_back_with_their_rows(tmp_path):
    features.write_features(tmp_path / "1", FEATURES)
    features.write_features(tmp_path / "2", FEATURES)
    back = features.read_features(tmp_path / "1")
    assert np.array_equal(back.values, FEATURES.values)
    assert back.rows == FEATURES.rows
    for name in ("features.safetensors", "index.csv"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_a_mask_takes_copies_only_when_asked():
    assert FEATURES.mask("train", copies=True).tolist() == [True, True, False]
    assert FEATURES.mask("train", copies=False).tolist() == [True, False, False]
    assert FEATURES.labels().tolist() == [1, 1, 0]


def test_features_without_their_rows_are_refused(tmp_path):
    features.write_features(tmp_path, FEATURES)
    index = tmp_path / "index.csv"
    index.write_text("".join(index.read_text().splitlines(keepends=True)[:-1]))
    with pytest.raises(ValueError, match="3 features but 2 index rows"):
        features.read_features(tmp_path)


def test_a_damaged_tensor_file_names_its_cure(tmp_path):
    features.write_features(tmp_path, FEATURES)
    file = tmp_path / "features.safetensors"
    file.write_bytes(file.read_bytes()[:-3])
    with pytest.raises(ValueError, match=r"features.safetensors: damaged .* `dvc checkout`"):
        features.read_features(tmp_path)


def test_a_head_comes_back_and_its_softmax_is_by_hand(tmp_path):
    head.write_head(tmp_path, HEAD)
    back = head.read_head(tmp_path)
    assert back.best_epoch == 3
    # logits (2, 4): softmax is 1 / (1 + e^2) and its complement
    got = back.probabilities(np.array([[2, 3]], dtype=np.float32))
    assert got == pytest.approx(np.array([[0.11920292, 0.88079708]]))


def test_probabilities_do_not_depend_on_who_else_is_asked():
    rng = np.random.default_rng(0)
    many = rng.standard_normal((33, 512)).astype(np.float32)
    wide = head.Head("x", ["a", "b", "c"], many[:3], many[0, :3], 1)
    together = wide.probabilities(many)
    assert np.array_equal(together[5:6], wide.probabilities(many[5:6]))


def test_a_file_that_is_no_head_is_refused(tmp_path):
    features.write_features(tmp_path, FEATURES)
    (tmp_path / "features.safetensors").rename(tmp_path / "head.safetensors")
    with pytest.raises(ValueError, match="not a head"):
        head.read_head(tmp_path)


def test_history_comes_back_with_seven_digits(tmp_path):
    epochs = [history.Epoch(1, 0.1, 1 / 3, 0.5, 0.7, 0.25, 2 / 3)]
    history.write_history(tmp_path / "h.csv", epochs)
    (back,) = history.read_history(tmp_path / "h.csv")
    assert back == history.Epoch(1, 0.1, 0.3333333, 0.5, 0.7, 0.25, 0.6666667)


def test_documents_have_seven_digits_at_any_depth(tmp_path):
    one = selection.Verdict("a", "b", 1 / 3, -1e-9 / 3, 256.0, 0.1 * 0.1, None, "so")
    chosen = selection.Selection("a", "r", "b", "c", {}, [one], [], None, "random", "")
    write_document(tmp_path / "s.json", chosen)
    (back,) = selection.read_selection(tmp_path / "s.json").verdicts
    assert (back.difference, back.low, back.high, back.p) == (0.3333333, -3.333333e-10, 256, 0.01)


def test_test_predictions_come_back(tmp_path):
    table = predictions.TestPredictions(
        ["a", "=b"],
        ["x", "-y"],
        ["x", "+g"],
        ["a", "=b"],
        ["a", "a"],
        np.array([[0.9, 0.1], [0.6, 0.4]]),
    )
    predictions.write_predictions(tmp_path / "p.csv", table)
    back = predictions.read_predictions(tmp_path / "p.csv")
    assert (back.sample_ids, back.group_ids) == (["x", "-y"], ["x", "+g"])
    assert back.classes == ["a", "=b"]
    assert np.array_equal(back.probabilities, table.probabilities)


@pytest.mark.parametrize("count", [0, 2])
def test_unlabelled_predictions_have_nulls_where_a_photo_failed(tmp_path, count):
    import pyarrow.parquet as pq

    probabilities = np.array([[0.2, 0.8], [np.nan, np.nan]])[:count]
    table = unlabelled.Predictions(
        ["a", "b"], ["1", "2"][:count], ["b", None][:count], probabilities, [None, "cut"][:count]
    )
    unlabelled.write_unlabelled(tmp_path, table)
    back = unlabelled.read_unlabelled(tmp_path)
    assert (back.paths, back.labels, back.errors) == (table.paths, table.labels, table.errors)
    assert np.array_equal(back.probabilities, probabilities, equal_nan=True)
    stored = pq.read_table(tmp_path / unlabelled.PREDICTIONS_FILE)
    assert stored["probability_a"].null_count == (1 if count else 0)


@pytest.mark.parametrize(
    "document",
    [
        origin.Origin("random", "a stand-in", ""),
        compiled.CompiledFacts("resnet18", "int8", 512, 18, 11, 12, 13, "00", 0.1, 0.2),
        evaluation.Evaluation(
            "r",
            ["a", "b"],
            1,
            0.5,
            0.5,
            0.1,
            0.1,
            4,
            1.2,
            0.5,
            {"test_acc": 1.0},
            [[2, 0], [0, 2]],
            "a",
        ),
    ],
)
def test_a_document_comes_back(tmp_path, document):
    write_document(tmp_path / "d.json", document)
    assert read_document(tmp_path / "d.json", type(document)) == document


def test_a_document_with_other_keys_is_refused(tmp_path):
    (tmp_path / "origin.json").write_text('{"kind": "random", "more": 1}')
    with pytest.raises(ValueError, match="detail, more, sha256"):
        origin.read_origin(tmp_path)


def test_a_number_that_is_none_is_never_written(tmp_path):
    with pytest.raises(ValueError, match="JSON compliant"):
        write_document(tmp_path / "d.json", origin.Origin(float("nan"), "", ""))  # type: ignore[arg-type]


def test_a_classifier_of_a_later_format_is_refused(tmp_path):
    document = deployed.Deployed(2, "r", "int8", ["a", "b"], 1.0, 0.5, {}, "random", {})
    deployed.write_deployed(tmp_path, document)
    with pytest.raises(ValueError, match="format_version 2, expected 1"):
        deployed.read_deployed(tmp_path)


def test_out_of_fold_predictions_come_back(tmp_path):
    table = out_of_fold.OutOfFold(
        classes=["a", "=b"],
        sample_ids=["x", "-y", "z"],
        group_ids=["x", "x", "z"],
        labels=np.array([0, 1, 1]),
        held_out_in=np.array([[0, 1, 2], [2, 1, 0]]),
        probabilities=as_written_all(np.random.default_rng(0).dirichlet(np.ones(2), (2, 3))),
    )
    out_of_fold.write_out_of_fold(tmp_path / "o.csv", table)
    back = out_of_fold.read_out_of_fold(tmp_path / "o.csv")
    assert (back.classes, back.sample_ids, back.group_ids) == (
        table.classes,
        table.sample_ids,
        table.group_ids,
    )
    assert np.array_equal(back.labels, table.labels)
    assert np.array_equal(back.held_out_in, table.held_out_in)
    assert np.array_equal(back.probabilities, table.probabilities)
    assert back.groups.tolist() == [0, 0, 1]


def test_out_of_fold_predictions_that_were_cut_are_refused(tmp_path):
    path = tmp_path / "o.csv"
    path.write_text(
        "repeat,fold,sample_id,group_id,label,probability_a\n0,0,x,x,a,1\n0,1,y,y,a,1\n1,0,x,x,a,1\n"
    )
    with pytest.raises(ValueError, match=r"o.csv: cut; `dvc repro` makes it anew"):
        out_of_fold.read_out_of_fold(path)


def test_an_impossible_probability_has_a_finite_logit():
    table = out_of_fold.OutOfFold(
        ["a", "b"], ["x"], ["x"], np.array([0]), np.array([[0]]), np.array([[[1.0, 0.0]]])
    )
    assert np.isfinite(table.logits).all()


def test_reliability_comes_back_before_and_after(tmp_path):
    before = [reliability.ReliabilityBin(0.1, 0.2, 0.15, 0.25, 7)]
    after = [reliability.ReliabilityBin(0.3333333, 0.3, 0.1, 0.5, 7)] * 2
    reliability.write_reliability(tmp_path / "r.csv", before, after)
    assert reliability.read_reliability(tmp_path / "r.csv") == (before, after)


def test_a_selection_comes_back_with_what_is_inside(tmp_path):
    chosen = selection.Selection(
        backbone="a",
        rule="best_crossvalidated",
        by="accuracy",
        reason="it is best",
        rules={"best_crossvalidated": "a"},
        verdicts=[selection.Verdict("a", "b", 0.1, 0.0, 0.2, 0.04, "a", "a better than b")],
        test_differences=[selection.TestDifference("a", "b", 0.1, 0.0, 0.2)],
        cheaper=selection.Alternative("b", 0.5, 0.1, "b is cheaper"),
        origin="random",
        origin_detail="",
    )
    path = tmp_path / "s.json"
    for one in (chosen, replace(chosen, cheaper=None, verdicts=[])):
        selection.write_selection(path, one)
        assert selection.read_selection(path) == one
    path.write_text('{"backbone": "a"}')
    with pytest.raises(ValueError, match=r"s.json: 'cheaper'; `dvc repro` makes it anew"):
        selection.read_selection(path)
