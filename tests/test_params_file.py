from pathlib import Path
from typing import Any

import pytest

from potholes.params import Params
from potholes.params_file import GENERATED, check_folders, load_params
from tests.pipeline_graph import read_pipeline


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("  lr: 0.01", "  lr: .nan", "train.lr: got nan, expected: a finite number"),
        ("  lr: 0.01", "  lr: fast", "train.lr: got 'fast', expected: a valid number"),
        ("  lr: 0.01", "  lr: -1", "train.lr: got -1, expected: greater than 0"),
        ("  lr: 0.01", "  lr: 0.01\n  lr: 0.1", "key lr listed twice"),
        ("  epochs: 20", "  epochs: 2.5", "train.epochs: got 2.5"),
        ("  copies: 1", "  copies: true", "augment.copies: got True"),
        ("  epochs: 20", "  epoch: 20", "train.epoch: unknown key; did you mean epochs?"),
        ("  epochs: 20", "  # epochs: 20", "train.epochs: missing; add it"),
        ("  test: 0.2", "  test: 0.3", "split: got"),
        (
            "- resnet18\n",
            "- resnet19\n",
            "backbones.0: got 'resnet19', expected: one of resnet18, ",
        ),
        ("- resnet18\n", "- resnet19\n", "; did you mean resnet18?"),
        ("- resnet18\n", "- vgg\n", "resnext101_64x4d, wide_resnet50_2, wide_resnet101_2"),
        ("- resnet18\n", "- resnet50\n", "resnet50 listed twice; remove one"),
        ("train:", "train: [", "not readable as YAML, line "),
        ("- resnet18", "- [resnet18", "YAML, line 3 to 6: expected ',' or ']'"),
        ("rotate: {p: 0.5", "rotate: {p: 1.5", "augment.rotate.p: got 1.5"),
    ],
)
def test_a_mistake_is_named_with_file_key_and_what_was_expected(params_file, old, new, complaint):
    path = params_file(old, new)
    with pytest.raises(ValueError) as error:
        load_params(path)
    assert str(error.value).startswith(f"{path}: ")
    assert complaint in str(error.value)


def test_all_mistakes_are_named_at_once(params_file, tmp_path):
    path = params_file("  epochs: 20", "  epochs: 0")
    path.write_text(path.read_text().replace("gamma: 0.1", "gamma: 2"))
    with pytest.raises(ValueError) as error:
        load_params(path)
    assert "train.epochs: got 0" in str(error.value)
    assert "train.gamma: got 2" in str(error.value)


def test_numbers_are_read_as_dvc_reads_them(params_file):
    assert load_params(params_file("lr: 0.01", "lr: 1e-3")).train.lr == 0.001


def test_a_missing_file_says_where_to_run(tmp_path):
    with pytest.raises(ValueError, match="not found; run this in the project's folder"):
        load_params(tmp_path / "params.yaml")


def test_params_cannot_be_changed(params):
    with pytest.raises(ValueError, match="frozen"):
        params.train.lr = 1.0


def with_folders(params: Params, source: str = "auto", **data: str) -> Params:
    changes: dict[str, Any] = {"data": params.data.model_copy(update=data)}
    changes["weights"] = params.weights.model_copy(update={"source": source})
    return params.model_copy(update=changes)


def missing_folders(params: Params, project: Path) -> str:
    with pytest.raises(ValueError, match=r"params\.yaml: ") as error:
        check_folders(params, project)
    return str(error.value)


def test_all_missing_folders_are_named_at_once_with_their_cures(params, tmp_path):
    wrong = with_folders(params, "weights/", labelled="photos", unlabelled="data/raw/new ones")
    lines = missing_folders(wrong, tmp_path).splitlines()
    assert lines[0].startswith("params.yaml: data.labelled: no folder photos; put the photos there")
    assert lines[1].endswith(
        "data.unlabelled: no folder data/raw/new ones; create it: mkdir -p 'data/raw/new ones'"
    )
    assert "weights.source: no folder weights/; expected auto, imagenet, random or" in lines[2]
    for name in ("photos", "data/raw/new ones", "weights"):
        (tmp_path / name).mkdir(parents=True)
    check_folders(wrong, tmp_path)


def test_a_mistyped_source_of_weights_is_told_from_a_folder(params, tmp_path):
    assert "did you mean imagenet?" in missing_folders(with_folders(params, "imagnet"), tmp_path)


def test_a_file_in_place_of_a_folder_is_named(params, tmp_path):
    (tmp_path / "photos").write_text("")
    message = missing_folders(with_folders(params, unlabelled="photos"), tmp_path)
    assert message == "params.yaml: data.unlabelled: photos is a file, expected a folder"


def test_folders_that_synthesise_makes_need_not_be_there(params, tmp_path):
    check_folders(params, tmp_path)
    check_folders(with_folders(params, labelled=f"./{GENERATED[0]}/"), tmp_path)
    assert tuple(read_pipeline()["synthesise"].outs) == GENERATED
    assert "no folder" in missing_folders(
        with_folders(params, labelled="data/synthetic/labeled"), tmp_path
    )


def test_a_folder_that_dvc_tracks_is_to_be_pulled_but_by_a_stage(params, tmp_path, monkeypatch):
    monkeypatch.delenv("DVC_ROOT", raising=False)
    (tmp_path / "photos.dvc").write_text("outs:\n")
    tracked = with_folders(params, labelled="photos", unlabelled="photos/new")
    lines = missing_folders(tracked, tmp_path).splitlines()
    assert lines[0].endswith("photos does not exist here, but DVC tracks it; run `dvc pull photos`")
    assert lines[1].endswith(
        "photos/new does not exist here, but DVC tracks it; run `dvc pull photos/new`"
    )
    monkeypatch.setenv("DVC_ROOT", str(tmp_path))
    check_folders(tracked, tmp_path)


def test_in_a_temporary_experiment_the_cure_is_to_track_the_folder(params, tmp_path, monkeypatch):
    (tmp_path / "project/data/raw").mkdir(parents=True)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setenv("DVC_ROOT", str(tmp_path / "project"))
    tracked = with_folders(params, labelled="data/raw", unlabelled="../photos")
    lines = missing_folders(tracked, tmp_path / "temporary").splitlines()
    assert "Run `dvc add data/raw` (a few small files: `git add --force data/raw`)" in lines[0]
    assert (
        "no folder ../photos; with `dvc exp run --temp` or `--queue`, use an absolute" in lines[1]
    )
    monkeypatch.setenv("DVC_ROOT", str(tmp_path / "temporary"))
    lines = missing_folders(tracked, tmp_path / "temporary").splitlines()
    assert "no folder data/raw; put the photos there" in lines[0]


def test_costs_that_differ_are_refused_at_once_for_three_class_folders(params, tmp_path):
    costs = params.evaluate.model_copy(update={"miss_cost": 5.0})
    named = with_folders(params, labelled="photos", unlabelled="photos")
    dear = named.model_copy(update={"evaluate": costs})
    for name in ("dry", "wet", ".cache", "__MACOSX"):
        (tmp_path / "photos" / name).mkdir(parents=True)
    (tmp_path / "photos/photos.csv").write_text("")
    check_folders(dear, tmp_path)
    (tmp_path / "photos/icy").mkdir()
    message = missing_folders(dear, tmp_path)
    assert "evaluate.miss_cost and evaluate.false_alarm_cost: got 5 and 1 with 3 classes" in message
    assert "set both to the same number" in message
    check_folders(named, tmp_path)
