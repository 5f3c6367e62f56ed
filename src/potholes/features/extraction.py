"""Features of many pictures: threads decode the next batches while the engine runs this one."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from potholes.compilation.engine import Engine
from potholes.parallel import cores
from potholes.params import FeaturesParams

Item = TypeVar("Item")
Loaded = TypeVar("Loaded")

BATCHES_AHEAD = 2  # decoded pictures waiting for the engine: enough never to starve it


def batch_size_on(device: str, params: FeaturesParams) -> int:
    """Photos a forward pass on `device`: cpu or cuda."""
    return params.cuda_batch_size if device == "cuda" else params.batch_size


def loaded_batches(
    items: Sequence[Item], load: Callable[[Item], Loaded], *, batch_size: int
) -> Iterator[list[Loaded]]:
    """`load(item)` of every item in order, in lists of batch_size, done ahead in threads.

    At most BATCHES_AHEAD + 1 batches are held at once, however many items there are. An error
    that `load` raises is raised here.
    """
    waiting: deque[list[Future[Loaded]]] = deque()
    with ThreadPoolExecutor(cores()) as pool:
        try:
            for start in range(0, len(items), batch_size):
                batch = items[start : start + batch_size]
                waiting.append([pool.submit(load, item) for item in batch])
                if len(waiting) > BATCHES_AHEAD:
                    yield [future.result() for future in waiting.popleft()]
            while waiting:
                yield [future.result() for future in waiting.popleft()]
        finally:  # an error or an interrupt must not wait for what is still queued
            pool.shutdown(wait=False, cancel_futures=True)


def extract(
    engine: Engine,
    items: Sequence[Item],
    load: Callable[[Item], NDArray[np.uint8]],
    *,
    batch_size: int,
    name: str,
) -> NDArray[np.float32]:
    """Features [N, D] of the pictures [224, 224, 3] that `load` gives, under a progress bar."""
    parts = []
    with tqdm(total=len(items), desc=name, unit="photo") as bar:
        for pictures in loaded_batches(items, load, batch_size=batch_size):
            parts.append(engine.features(np.stack(pictures)))
            bar.update(len(pictures))
    return np.concatenate(parts)
