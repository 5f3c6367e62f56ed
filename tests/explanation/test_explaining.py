"""Activation maps are exact: their mean is the logit difference, whatever the precision."""

import numpy as np
import pytest
from PIL import Image

from potholes.compilation.compiler import compile_backbone
from potholes.compilation.engine import Engine, load_engine
from potholes.compilation.tables import GRAPH_FILE
from potholes.dataset.tables import Sample, write_manifest
from potholes.evaluation.tables import TestPredictions
from potholes.explanation.explaining import explain, look, pictures_of
from potholes.explanation.informative import Shown, most_informative
from potholes.explanation.tables import (
    EXPLAINED_FILE,
    Explained,
    read_explained,
    write_explained,
)
from potholes.files.png import write_png
from potholes.head.tables import Head, write_head
from potholes.probabilities import decide
from potholes.selection.deployment import deploy
from potholes.weights.pink_noise import pink_noise
from potholes.weights.tables import Origin
from stages import explain as stage
from tests.factories import evaluation
from tests.labelled_features import labelled_features

CLASSES = ["crack", "normal", "pothole"]
NUMBER = 5


@pytest.fixture(scope="module")
def standardised(tmp_path_factory):
    """Five test photos of pink noise; the formula-like name must come back as it is."""
    folder = tmp_path_factory.mktemp("standardised")
    (folder / "images").mkdir()
    samples = []
    for index, pixels in enumerate(pink_noise(NUMBER, seed=8)):
        path, name = f"images/photo-{index}.png", f"=photo {index} 'ü'.jpg"
        write_png(folder / path, pixels)
        facts = ("test", name, 9, 9, 1, "JPEG", 90, "0" * 64)
        samples.append(Sample(name, name, name, path, CLASSES[index % 3], *facts))
    write_manifest(folder, samples)
    return folder


@pytest.fixture(scope="module", params=["int8", "float32", "float16"])
def engine(request, random_resnet18, params):
    settings = params.backbone.model_copy(
        update={"precision": request.param, "calibration_images": 2}
    )
    compiled = compile_backbone("resnet18", random_resnet18, settings)
    return load_engine(compiled.graph, device="cpu", precision=request.param)


def head_of(classes: list[str]) -> Head:
    """Weights of several logits a photo, biases too, as of a trained head."""
    generator = np.random.default_rng(0)
    weight = generator.standard_normal((len(classes), 512)).astype(np.float32)
    bias = generator.standard_normal(len(classes)).astype(np.float32)
    return Head("resnet18", classes, weight, bias, 3)


def predicted(engine: Engine, head: Head, threshold: float | None) -> TestPredictions:
    probabilities = head.probabilities(engine.features(pink_noise(NUMBER, seed=8)))
    labels = [head.classes[index] for index in decide(probabilities, threshold)]
    ids = [f"=photo {index} 'ü'.jpg" for index in range(NUMBER)]
    truth = [head.classes[index % len(head.classes)] for index in range(NUMBER)]
    return TestPredictions(head.classes, ids, ids, truth, labels, probabilities)


def explained(engine, head, table, standardised, folder, *, batch_size=2, count=9) -> Explained:
    shown = most_informative(table, 0.5, count=count, sample=count, seed=0)
    pictures = pictures_of(standardised, table, shown)
    seen = look(engine, head, pictures, batch_size=batch_size)
    found = explain(folder, seen, table, shown, pictures)
    write_explained(folder, found)
    return read_explained(folder)


@pytest.mark.parametrize(
    ("classes", "threshold"), [(CLASSES, None), (["normal", "pothole"], 0.5), (["a", "b"], 0.999)]
)
def test_a_maps_mean_is_the_logit_difference(engine, standardised, tmp_path, classes, threshold):
    """By the head's own weights on the features, in float64, and by the probabilities."""
    head = head_of(classes)
    table = predicted(engine, head, threshold)
    found = explained(engine, head, table, standardised, tmp_path)
    features = engine.features(pink_noise(NUMBER, seed=8)).astype(np.float64)
    assert len(found.rows) == NUMBER
    for row, activation in zip(found.rows, found.maps, strict=True):
        index = table.sample_ids.index(row.sample_id)
        a, b = classes.index(row.label), classes.index(row.runner_up)
        weight = head.weight.astype(np.float64)
        exact = (weight[a] - weight[b]) @ features[index] + float(head.bias[a]) - head.bias[b]
        mean = activation.astype(np.float64).mean()
        assert abs(exact) > 1e-2  # else a map of zeros would pass
        assert mean == pytest.approx(exact, abs=1e-4)
        assert row.logit_difference == pytest.approx(exact, abs=1e-4)
        p = table.probabilities[index]
        if p.min() > 1e-3:  # of smaller ones, seven digits and the grid still do
            assert mean == pytest.approx(np.log(p[a] / p[b]), abs=1e-4)
        assert activation.std() > 0.1
        assert (row.truth, row.label) == (table.truth[index], table.labels[index])
        assert row.kind == ("right" if row.truth == row.label else "mistake")


def test_a_position_is_the_head_on_what_is_there(engine, standardised, tmp_path):
    head = head_of(CLASSES)
    table = predicted(engine, head, None)
    found = explained(engine, head, table, standardised, tmp_path)
    row = found.rows[0]
    index = table.sample_ids.index(row.sample_id)
    _, maps = engine.features_and_maps(pink_noise(NUMBER, seed=8)[index : index + 1])
    logits = head.weight @ maps[0, :, 2, 5] + head.bias
    expected = logits[CLASSES.index(row.label)] - logits[CLASSES.index(row.runner_up)]
    assert found.maps[0, 2, 5] == pytest.approx(expected, abs=1e-4)


def contents(folder):
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def test_int8_bytes_are_the_same_for_any_batch_size(compiled_resnet18, standardised, tmp_path):
    engine = load_engine(compiled_resnet18 / GRAPH_FILE, device="cpu")
    head = head_of(CLASSES)
    table = predicted(engine, head, None)
    for size in (1, 2, 32):
        folder = tmp_path / str(size)
        explained(engine, head, table, standardised, folder, batch_size=size)
    assert contents(tmp_path / "1") == contents(tmp_path / "2") == contents(tmp_path / "32")
    assert len(contents(tmp_path / "1")) == 2 + 2 * NUMBER


def test_pictures_are_the_rows_own(compiled_resnet18, standardised, tmp_path):
    engine = load_engine(compiled_resnet18 / GRAPH_FILE, device="cpu")
    head = head_of(CLASSES)
    found = explained(engine, head, predicted(engine, head, None), standardised, tmp_path)
    pixels = pink_noise(NUMBER, seed=8).astype(int)
    for row in found.rows:
        with Image.open(tmp_path / row.thumbnail) as image:
            distances = np.abs(np.asarray(image).astype(int) - pixels).mean(axis=(1, 2, 3))
        assert distances.argmin() == int(row.sample_id.split()[1])
        with Image.open(tmp_path / row.overlay) as image:
            assert image.size == (224, 224)


def test_without_photos_the_tables_are_empty(compiled_resnet18, standardised, tmp_path):
    engine = load_engine(compiled_resnet18 / GRAPH_FILE, device="cpu")
    head = head_of(CLASSES)
    table = predicted(engine, head, None)
    found = explained(engine, head, table, standardised, tmp_path, count=0)
    assert (found.rows, found.maps.shape, found.scale) == ([], (0, 7, 7), 0.0)
    assert sorted(contents(tmp_path)) == ["explained.csv", "maps.safetensors"]


def test_a_photo_that_the_manifest_lacks_is_named(standardised):
    table = TestPredictions(["a"], ["gone.jpg"], ["gone.jpg"], ["a"], ["a"], np.ones((1, 1)))
    with pytest.raises(ValueError, match=r"gone.jpg: predicted but not in the manifest"):
        pictures_of(standardised, table, [Shown(0, mistake=False)])


def test_a_table_that_does_not_fit_the_maps_is_refused(tmp_path):
    write_explained(tmp_path, Explained([], np.zeros((1, 7, 7), dtype=np.float32), 1.0))
    with pytest.raises(ValueError, match="1 maps but 0 rows"):
        read_explained(tmp_path)


def test_the_stage_explains_the_deployed_model_and_says_how_much_is_shown(
    compiled_resnet18, standardised, params, tmp_path, capsys
):
    from potholes.evaluation.tables import PREDICTIONS_FILE, write_predictions

    head = head_of(["normal", "pothole"])
    engine = load_engine(compiled_resnet18 / GRAPH_FILE, device="cpu")
    table = predicted(engine, head, 0.5)
    write_head(tmp_path / "head", head)
    scores = evaluation("resnet18")
    origin = Origin("random", "a stand-in", "")
    model = tmp_path / "selected"
    features, trained = labelled_features(width=512), tmp_path / "head"
    deploy(model, compiled_resnet18, trained, features, scores, params.image, origin, seed=0)
    write_predictions(tmp_path / "evaluate/resnet18" / PREDICTIONS_FILE, table)
    few = params.report.model_copy(update={"max_photos": 3})
    settings = params.model_copy(update={"report": few})
    out = tmp_path / "explained"
    stage.main(settings, standardised, model, tmp_path / "evaluate", out)
    mistakes = sum(a != b for a, b in zip(table.truth, table.labels, strict=True))
    found = read_explained(out)
    assert len(found.rows) == 3
    shown = sum(row.kind == "mistake" for row in found.rows)
    assert 0 < shown <= mistakes
    assert capsys.readouterr().out == f"3 of 5 test photos ({shown} mistakes) in {out}\n"
    first = contents(out)
    stage.main(settings, standardised, model, tmp_path / "evaluate", out)
    assert contents(out) == first
    assert (out / EXPLAINED_FILE).is_file()
