import threading

import numpy as np
import pytest

from potholes.compilation.engine import load_engine
from potholes.compilation.tables import GRAPH_FILE
from potholes.features.extraction import BATCHES_AHEAD, extract, loaded_batches
from potholes.weights.pink_noise import pink_noise


@pytest.mark.parametrize("count", [0, 1, 6, 7])
def test_batches_keep_the_order_and_the_last_is_short(count):
    batches = list(loaded_batches(range(count), lambda item: item * 10, batch_size=3))
    assert [item for batch in batches for item in batch] == [item * 10 for item in range(count)]
    assert all(len(batch) == 3 for batch in batches[:-1])


def test_only_a_few_batches_are_held_at_once():
    loaded, lock = [], threading.Lock()

    def load(item):
        with lock:
            loaded.append(item)
        return item

    batches = loaded_batches(range(1000), load, batch_size=2)
    next(batches)
    assert len(loaded) <= 2 * (BATCHES_AHEAD + 1)
    batches.close()


def test_an_error_while_loading_is_raised():
    def load(item):
        raise ValueError(f"{item}.png: damaged")

    with pytest.raises(ValueError, match=r"0.png: damaged"):
        list(loaded_batches(range(100), load, batch_size=4))


def test_extracted_features_are_the_engines(compiled_resnet18):
    engine = load_engine(compiled_resnet18 / GRAPH_FILE, device="cpu")
    pictures = pink_noise(5, seed=0)
    got = extract(engine, range(5), lambda index: pictures[index], batch_size=2, name="test")
    assert np.array_equal(got, engine.features(pictures))
