from functools import partial

import numpy as np
import pytest
from PIL import Image

from potholes.compilation.engine import load_engine
from potholes.compilation.tables import GRAPH_FILE
from potholes.prediction.embedding import embedded_batches, read_source
from potholes.prediction.tables import Embedded, EmbeddedRow, read_embedded, write_embedded
from potholes.weights.pink_noise import pink_noise


def test_photos_are_decoded_once_for_all_engines_and_a_bad_one_keeps_its_place(
    compiled_resnet18, params, tmp_path
):
    pixels, paths = pink_noise(3, seed=8), []
    for index, picture in enumerate(pixels):
        paths.append(tmp_path / f"{index}.png")
        Image.fromarray(picture).save(paths[-1])
    paths.insert(1, tmp_path / "gone.jpg")
    engine = load_engine(compiled_resnet18 / GRAPH_FILE, device="cpu")
    read = partial(read_source, params.image)
    batches = list(embedded_batches([engine, engine], paths, read, batch_size=3, name="test"))
    errors = [error for batch in batches for error in batch.errors]
    assert [error is None for error in errors] == [True, False, True, True]
    sizes = [size for batch in batches for size in batch.sizes]
    assert sizes == [(224, 224), None, (224, 224), (224, 224)]
    first, second = (np.concatenate([b.features[index] for b in batches]) for index in (0, 1))
    assert np.array_equal(first, second, equal_nan=True)
    assert np.isnan(first[1]).all()
    assert np.array_equal(first[[0, 2, 3]], engine.features(pixels))


@pytest.mark.parametrize("count", [0, 2])
def test_embedded_photos_come_back(tmp_path, count):
    values = np.array([[1, 2], [np.nan, np.nan]], dtype=np.float32)[:count]
    rows = [EmbeddedRow("=a.jpg", 640, 480, None), EmbeddedRow("b.jpg", None, None, "cut")][:count]
    write_embedded(tmp_path, Embedded(rows, values))
    back = read_embedded(tmp_path)
    assert back.rows == rows
    assert np.array_equal(back.values, values, equal_nan=True)


def test_rows_that_do_not_fit_the_features_are_refused(tmp_path):
    write_embedded(
        tmp_path, Embedded([EmbeddedRow("a", 1, 1, None)], np.zeros((1, 2), dtype=np.float32))
    )
    (tmp_path / "index.csv").write_text("path,width,height,error\n")
    with pytest.raises(ValueError, match="1 features but 0 rows"):
        read_embedded(tmp_path)
