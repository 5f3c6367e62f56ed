import shutil

import numpy as np
import pytest

from potholes.familiarity.directions import directions
from potholes.familiarity.outliers import unlike
from potholes.familiarity.reference import (
    MOST,
    REFERENCE_FILE,
    Reference,
    make_reference,
    read_reference,
    write_reference,
)
from potholes.features.tables import FeatureRow, Features
from potholes.files.tensors import read_tensors, write_tensors
from tests.labelled_features import labelled_features


def with_scores(scores: list[float]) -> Reference:
    numbers = np.zeros(1, dtype=np.int32)
    return Reference(directions(np.ones((1, 3))), numbers, numbers, np.array(scores))


def test_one_photo_in_a_hundred_of_the_source_may_be_called_a_stranger():
    """Of 199 held-out photos, the 198th: the 200th photo exceeds it with a chance of 2 / 200."""
    assert with_scores([i / 200 for i in range(1, 200)]).stranger_above == 198 / 200
    assert with_scores([i / 100 for i in range(1, 100)]).stranger_above == 0.99


def test_few_held_out_photos_leave_room_above_the_largest():
    assert with_scores([0.1, 0.2, 0.4]).stranger_above == pytest.approx(0.6)


def test_photos_of_train_are_kept_without_copies_and_val_is_held_out():
    features = labelled_features(60, group=2)
    reference = make_reference(features, seed=0)
    train, val = (features.mask(split, copies=False) for split in ("train", "val"))
    assert len(reference.values) == train.sum() == 36
    assert len(reference.held_out) == train.sum() + val.sum()
    np.testing.assert_array_equal(reference.values, directions(features.values[train]))
    np.testing.assert_array_equal(reference.labels, features.labels()[train])
    same = reference.groups[:, None] == reference.groups
    assert (same.sum(axis=1) == 2).all()
    expected = unlike(reference, features.values[val])
    assert np.isin(expected, reference.held_out).all()


def test_of_many_photos_a_rare_class_and_small_groups_are_kept_whole():
    """1,500 photos of one drive, 600 by themselves, 40 of the rare class."""
    drive = [FeatureRow(f"a{i}", f"a{i}", "a", "normal", "train") for i in range(1500)]
    single = [FeatureRow(f"b{i}", f"b{i}", f"b{i}", "normal", "train") for i in range(600)]
    rare = [FeatureRow(f"c{i}", f"c{i}", f"c{i}", "pothole", "train") for i in range(40)]
    rows = [*drive, *single, *rare]
    values = np.random.default_rng(0).random((len(rows), 4)).astype(np.float32)
    features = Features("resnet18", "cpu", ["normal", "pothole"], values, rows)
    reference = make_reference(features, seed=0)
    assert len(reference.values) == MOST
    assert (reference.labels == 1).sum() == 40
    counts = np.unique(reference.groups, return_counts=True)[1]
    assert counts.max() == 1000 - 40 - 600
    again = make_reference(features, seed=0)
    np.testing.assert_array_equal(reference.values, again.values)
    assert (make_reference(features, seed=1).values != reference.values).any()


def test_what_was_written_comes_back_with_the_same_bytes(tmp_path):
    reference = make_reference(labelled_features(60, group=2), seed=0)
    write_reference(tmp_path / "a", reference)
    found = read_reference(tmp_path / "a")
    assert found is not None
    assert found.stranger_above == reference.stranger_above
    write_reference(tmp_path / "b", found)
    first, second = ((tmp_path / name / REFERENCE_FILE).read_bytes() for name in "ab")
    assert first == second
    assert found.values.dtype == np.float16


def test_a_folder_without_one_has_none(tmp_path):
    assert read_reference(tmp_path) is None


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("groups", np.zeros(3, dtype=np.int32), "36 features, but not as many"),
        ("features", np.full((36, 8), np.nan, dtype=np.float16), "not finite"),
        ("features", np.zeros((0, 8), dtype=np.float16), r"features are \(0, 8\)"),
        ("features", np.zeros((36, 8), dtype=np.float32), "expected"),
        ("held_out", np.zeros(0), "no held-out"),
    ],
)
def test_a_file_that_is_not_as_it_should_be_is_named(tmp_path, name, value, said):
    write_reference(tmp_path, make_reference(labelled_features(60), seed=0))
    path = tmp_path / REFERENCE_FILE
    tensors, _ = read_tensors(path)
    write_tensors(path, {**tensors, name: value}, {})
    with pytest.raises(ValueError, match=said) as raised:
        read_reference(tmp_path)
    assert REFERENCE_FILE in str(raised.value)


def test_a_cut_file_is_named(tmp_path):
    write_reference(tmp_path, make_reference(labelled_features(60), seed=0))
    path = tmp_path / REFERENCE_FILE
    shutil.copy(path, tmp_path / "whole")
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(ValueError, match=r"reference.safetensors: damaged"):
        read_reference(tmp_path)
