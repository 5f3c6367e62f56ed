"""Every file between stages comes back as it was written, byte for byte the same twice."""

import json
from dataclasses import replace

import numpy as np
import pytest

from potholes.compilation.tables import CompiledFacts
from potholes.crossvalidation.tables import OutOfFold, read_out_of_fold, write_out_of_fold
from potholes.dataset.tables import Sample, class_names, read_manifest, write_manifest
from potholes.evaluation.tables import (
    Evaluation,
    ReliabilityBin,
    TestPredictions,
    read_predictions,
    read_reliability,
    write_predictions,
    write_reliability,
)
from potholes.features.tables import FeatureRow, Features, read_features, write_features
from potholes.files.documents import read_document, write_document
from potholes.files.rows import read_rows, write_rows
from potholes.files.timing import Timing
from potholes.head.tables import Epoch, Head, read_head, write_head
from potholes.prediction.tables import (
    PREDICTIONS_FILE,
    read_predictions_table,
    read_unlabelled,
    write_predictions_table,
    write_unlabelled,
)
from potholes.probabilities import as_written_all
from potholes.selection.tables import (
    Alternative,
    Deployed,
    Selection,
    TestDifference,
    read_deployed,
    write_deployed,
)
from potholes.weights.tables import Origin, read_origin
from tests.factories import selection, unlabelled, verdict

SAMPLE = Sample(
    "pothole/a.jpg", "pothole/a.jpg", "pothole/a.jpg", "images/a.png", "pothole", "train",
    "data/raw/labelled/pothole/a.jpg", 640, 480, 1234, "JPEG", None, "00",
)  # fmt: skip
FEATURES = Features(
    "resnet18",
    "cpu",
    ["normal", "pothole"],
    np.arange(6, dtype=np.float32).reshape(3, 2),
    [
        FeatureRow("a", "a", "a", "pothole", "train"),
        FeatureRow("a#1", "a", "a", "pothole", "train"),
        FeatureRow("b", "b", "b", "normal", "val"),
    ],
)
HEAD = Head(
    "resnet18",
    ["normal", "pothole"],
    np.array([[1, 0], [0, 1]], dtype=np.float32),
    np.array([0, 1], dtype=np.float32),
    best_epoch=3,
)


def test_a_manifest_is_sorted_whatever_order_it_was_given_in(tmp_path):
    other = Sample(**{**vars(SAMPLE), "sample_id": "normal/b.jpg", "label": "normal"})
    write_manifest(tmp_path, [SAMPLE, other])
    assert read_manifest(tmp_path) == [other, SAMPLE]
    assert class_names([SAMPLE, other, SAMPLE]) == ["normal", "pothole"]


def test_features_come_back_with_their_rows(tmp_path):
    write_features(tmp_path / "1", FEATURES)
    write_features(tmp_path / "2", FEATURES)
    back = read_features(tmp_path / "1")
    assert np.array_equal(back.values, FEATURES.values)
    assert back.rows == FEATURES.rows
    for name in ("features.safetensors", "index.csv"):
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "2" / name).read_bytes()


def test_a_mask_takes_copies_only_when_asked():
    assert FEATURES.mask("train", copies=True).tolist() == [True, True, False]
    assert FEATURES.mask("train", copies=False).tolist() == [True, False, False]
    assert FEATURES.labels().tolist() == [1, 1, 0]


def test_features_without_their_rows_are_refused(tmp_path):
    write_features(tmp_path, FEATURES)
    index = tmp_path / "index.csv"
    index.write_text("".join(index.read_text().splitlines(keepends=True)[:-1]))
    with pytest.raises(ValueError, match="3 features but 2 index rows"):
        read_features(tmp_path)


def test_a_damaged_tensor_file_names_its_cure(tmp_path):
    write_features(tmp_path, FEATURES)
    file = tmp_path / "features.safetensors"
    file.write_bytes(file.read_bytes()[:-3])
    with pytest.raises(ValueError, match=r"features.safetensors: damaged .* `dvc checkout`"):
        read_features(tmp_path)


def test_a_head_comes_back_and_its_softmax_is_by_hand(tmp_path):
    write_head(tmp_path, HEAD)
    back = read_head(tmp_path)
    assert back.best_epoch == 3
    # logits (2, 4): softmax is 1 / (1 + e^2) and its complement
    got = back.probabilities(np.array([[2, 3]], dtype=np.float32))
    assert got == pytest.approx(np.array([[0.11920292, 0.88079708]]))


def test_probabilities_do_not_depend_on_who_else_is_asked():
    rng = np.random.default_rng(0)
    many = rng.standard_normal((33, 512)).astype(np.float32)
    wide = Head("x", ["a", "b", "c"], many[:3], many[0, :3], 1)
    together = wide.probabilities(many)
    assert np.array_equal(together[5:6], wide.probabilities(many[5:6]))


def test_a_file_that_is_no_head_is_refused(tmp_path):
    write_features(tmp_path, FEATURES)
    (tmp_path / "features.safetensors").rename(tmp_path / "head.safetensors")
    with pytest.raises(ValueError, match="not a head"):
        read_head(tmp_path)


def test_history_comes_back_with_seven_digits(tmp_path):
    epochs = [Epoch(1, 0.1, 1 / 3, 0.5, 0.7, 0.25, 2 / 3)]
    write_rows(tmp_path / "h.csv", Epoch, epochs)
    (back,) = read_rows(tmp_path / "h.csv", Epoch)
    assert back == Epoch(1, 0.1, 0.3333333, 0.5, 0.7, 0.25, 0.6666667)


def test_documents_have_seven_digits_at_any_depth(tmp_path):
    one = replace(verdict("a", "b", -1e-9 / 3, 256.0), difference=1 / 3, p=0.1 * 0.1)
    chosen = Selection("a", "r", "b", "c", {}, [one], [], None, "random", "")
    write_document(tmp_path / "s.json", chosen)
    (back,) = read_document(tmp_path / "s.json", Selection).verdicts
    assert (back.difference, back.low, back.high, back.p) == (0.3333333, -3.333333e-10, 256, 0.01)


def test_test_predictions_come_back(tmp_path):
    table = TestPredictions(
        ["a", "=b"],
        ["x", "-y"],
        ["x", "+g"],
        ["a", "=b"],
        ["a", "a"],
        np.array([[0.9, 0.1], [0.6, 0.4]]),
    )
    write_predictions(tmp_path / "p.csv", table)
    back = read_predictions(tmp_path / "p.csv")
    assert (back.sample_ids, back.group_ids) == (["x", "-y"], ["x", "+g"])
    assert back.classes == ["a", "=b"]
    assert np.array_equal(back.probabilities, table.probabilities)


@pytest.mark.parametrize("count", [0, 2])
def test_unlabelled_predictions_have_nulls_where_a_photo_failed(tmp_path, count):
    import pyarrow.parquet as pq

    probabilities = np.array([[0.2, 0.8], [np.nan, np.nan]])[:count]
    table = unlabelled(probabilities, ["b", None][:count], ["a", "b"])
    write_unlabelled(tmp_path, table)
    back = read_unlabelled(tmp_path)
    assert (back.paths, back.labels, back.errors) == (table.paths, table.labels, table.errors)
    assert np.array_equal(back.probabilities, probabilities, equal_nan=True)
    stored = pq.read_table(tmp_path / PREDICTIONS_FILE)
    assert stored["probability_a"].null_count == (1 if count else 0)
    assert back.sizes == table.sizes
    if count:
        assert stored["margin"].to_pylist() == [0.6, None]
        assert stored["unlike"].to_pylist() == [None, None]
        assert stored["width"].to_pylist() == [640, None]


def test_of_many_classes_the_most_probable_ones_are_told(tmp_path):
    import pyarrow.parquet as pq

    probabilities = np.array([[0.2, 0.5, 0.3], [np.nan, np.nan, np.nan]])
    table = unlabelled(probabilities, ["b", None], ["a", "b", "c"])
    write_predictions_table(tmp_path / "t", table, top_k=2, sha256=["00", None])
    first, second = pq.read_table(tmp_path / "t").to_pylist()
    assert [first[f"top{rank}_label"] for rank in (1, 2)] == ["b", "c"]
    assert [first[f"top{rank}_probability"] for rank in (1, 2)] == [0.5, 0.3]
    assert (first["sha256"], first["margin"]) == ("00", 0.2)
    assert (second["top1_label"], second["error"]) == (None, "cut")
    assert not [name for name in first if name.startswith("probability_")]
    with pytest.raises(ValueError, match="predict again without --top-k"):
        read_predictions_table(tmp_path / "t")


@pytest.mark.parametrize(
    "document",
    [
        Origin("random", "a stand-in", ""),
        CompiledFacts("resnet18", "int8", 512, 18, 11, 12, 13, "00", 0.1, 0.2),
        Evaluation(
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
            0.5,
            0.3,
            0.04,
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
    with pytest.raises(ValueError, match="key detail is missing; key sha256 is missing"):
        read_origin(tmp_path)


@pytest.mark.parametrize("where", ["", "verdicts", "cheaper"])
def test_a_document_with_an_unknown_key_is_refused_however_deep(tmp_path, where):
    path = tmp_path / "d.json"
    cheaper = Alternative("b", 0.5, -0.1, -0.2, 0.0, "b is cheaper")
    verdicts = [verdict("a", "b", 0.0, 0.2)]
    write_document(path, replace(selection("a"), verdicts=verdicts, cheaper=cheaper))
    tree = json.loads(path.read_text())
    branch = {"": tree, "verdicts": tree["verdicts"][0], "cheaper": tree["cheaper"]}[where]
    branch["more"] = 1
    path.write_text(json.dumps(tree))
    with pytest.raises(ValueError, match=r"d.json: unknown key (\w+\.)*more; run `dvc repro`"):
        read_document(path, Selection)


def test_a_document_with_a_value_of_another_type_is_refused(tmp_path):
    path = tmp_path / "d.json"
    path.write_text('{"seconds": "long", "count": 2.5}')
    with pytest.raises(ValueError, match=r"seconds: input should be a valid number, got long"):
        read_document(path, Timing)


def test_a_number_that_is_none_is_never_written(tmp_path):
    with pytest.raises(ValueError, match="JSON compliant"):
        write_document(tmp_path / "d.json", Origin(float("nan"), "", ""))  # type: ignore[arg-type]


def test_a_classifier_of_a_later_format_is_refused(tmp_path):
    document = Deployed(3, "r", "int8", ["a", "b"], 1.0, 0.5, {}, "random", {})
    write_deployed(tmp_path, document)
    with pytest.raises(ValueError, match="format_version 3, expected 2"):
        read_deployed(tmp_path)


def test_out_of_fold_predictions_come_back(tmp_path):
    table = OutOfFold(
        classes=["a", "=b"],
        sample_ids=["x", "-y", "z"],
        group_ids=["x", "x", "z"],
        labels=np.array([0, 1, 1]),
        held_out_in=np.array([[0, 1, 2], [2, 1, 0]]),
        probabilities=as_written_all(np.random.default_rng(0).dirichlet(np.ones(2), (2, 3))),
    )
    write_out_of_fold(tmp_path / "o.csv", table)
    back = read_out_of_fold(tmp_path / "o.csv")
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
    with pytest.raises(ValueError, match=r"o.csv: truncated; run `dvc repro` to regenerate it"):
        read_out_of_fold(path)


def test_an_impossible_probability_has_a_finite_logit():
    table = OutOfFold(
        ["a", "b"], ["x"], ["x"], np.array([0]), np.array([[0]]), np.array([[[1.0, 0.0]]])
    )
    assert np.isfinite(table.logits).all()


def test_reliability_comes_back_before_and_after(tmp_path):
    before = [ReliabilityBin(0.1, 0.2, 0.15, 0.25, 7)]
    after = [ReliabilityBin(0.3333333, 0.3, 0.1, 0.5, 7)] * 2
    write_reliability(tmp_path / "r.csv", before, after)
    assert read_reliability(tmp_path / "r.csv") == (before, after)


def test_a_selection_comes_back_with_what_is_inside(tmp_path):
    chosen = Selection(
        backbone="a",
        rule="best_crossvalidated",
        by="accuracy",
        reason="it is best",
        rules={"best_crossvalidated": "a"},
        verdicts=[verdict("a", "b", 0.0, 0.5, "a"), verdict("a", "c", -0.5, 0.5)],
        test_differences=[TestDifference("a", "b", 0.1, 0.0, 0.2, 0.04, "a")],
        cheaper=Alternative("b", 0.5, -0.1, -0.2, 0.0, "b is cheaper"),
        origin="random",
        origin_detail="",
    )
    path = tmp_path / "s.json"
    for one in (chosen, replace(chosen, cheaper=None, verdicts=[])):
        write_document(path, one)
        assert read_document(path, Selection) == one
    path.write_text('{"backbone": "a"}')
    with pytest.raises(ValueError, match=r"s.json: key rule is missing; .*; run `dvc repro`"):
        read_document(path, Selection)
