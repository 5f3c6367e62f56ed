"""With the embedded default's photos, and real ones where there are some."""

import io

import numpy as np
import pytest
from PIL import Image

from potholes.compilation.engine import load_engine
from potholes.compilation.tables import GRAPH_FILE
from potholes.familiarity.domain import judge
from potholes.familiarity.outliers import unlike
from potholes.familiarity.reference import make_reference
from potholes.features.tables import FeatureRow, Features
from potholes.photos.decoding import decode
from potholes.synthetic.plan import Series
from potholes.synthetic.roads import CLASSES, photo_bytes
from tests.conftest import SHARED, needs_shared

LABELLED, NEW = 30, 24  # a class; unlabelled ones


@pytest.fixture(scope="module")
def features_of(compiled_resnet18, params):
    """Features [n, D] of files as bytes."""
    engine = load_engine(compiled_resnet18 / GRAPH_FILE, device="cpu")
    return lambda files: engine.features(
        np.stack([decode(data, params.image).pixels for data in files])
    )


def roads(series, count, params):
    made = params.synthetic
    return [photo_bytes(made.seed, made.difficulty, series, index) for index in range(count)]


@pytest.fixture(scope="module")
def reference(features_of, params):
    files, rows = [], []
    for name, series in CLASSES.items():
        files += roads(series, LABELLED, params)
        names = [f"{name}{index}" for index in range(LABELLED)]
        rows += [FeatureRow(one, one, one, name, "train") for one in names]
    return make_reference(
        Features("resnet18", "cpu", list(CLASSES), features_of(files), rows), seed=0
    )


def test_new_roads_of_the_same_generator_are_familiar(reference, features_of, params):
    found = judge(reference, features_of(roads(Series.UNLABELLED, NEW, params)), 0)
    assert found.familiar, found.sentence


def test_black_frames_and_noise_are_strangers_and_roads_are_not(reference, features_of, params):
    rng, side = np.random.default_rng(0), (240, 320, 3)
    pictures = [np.zeros(side), rng.normal(4, 2, side), rng.uniform(0, 256, side)]
    files = [_png(np.clip(one, 0, 255).astype(np.uint8)) for one in pictures]
    assert (unlike(reference, features_of(files)) > reference.stranger_above).all()
    own = unlike(reference, features_of(roads(Series.UNLABELLED, NEW, params)))
    assert (own > reference.stranger_above).sum() <= 1


@needs_shared("photos")
def test_real_photos_are_unlike_generated_roads(reference, features_of):
    paths = sorted((SHARED / "photos").rglob("*.jpg"))
    for seed in range(3):
        drawn = np.random.default_rng(seed).choice(len(paths), 20, replace=False)
        found = judge(reference, features_of([paths[i].read_bytes() for i in drawn]), seed)
        assert found.familiar is False, found.sentence


def _png(pixels):

    data = io.BytesIO()
    Image.fromarray(pixels).save(data, "PNG")
    return data.getvalue()
