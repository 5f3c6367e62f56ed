"""The local runner: threads read, decode and predict; the parts are written in order."""

import logging
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from threading import Thread

from potholes.bulk.listing import Source
from potholes.bulk.output import Output
from potholes.bulk.parts import Part, cut, listed_sha256
from potholes.bulk.predictor import Done, Predictor
from potholes.bulk.progress import Progress
from potholes.parallel import cores

log = logging.getLogger(__name__)

_AHEAD = 2  # batches waiting for a worker, each: enough never to starve it


@dataclass(frozen=True)
class _Batch:
    """Photos of a part that a worker has or will have; `last` of their part."""

    part: Part
    listed: str
    done: Future[Done]
    last: bool


def run(
    predictor: Predictor, source: Source, output: Output, progress: Progress, *, workers: int = 0
) -> int:
    """Predict all photos of `source` that `output` has not yet; returns the number of parts.

    `workers` are threads, 0 means one a core; their number changes no byte. At most some batches
    and one part are held, however many photos there are.
    """
    counting = Thread(target=_count, args=(source, progress), daemon=True)
    counting.start()
    count = workers or cores()
    parts, waiting, ready = 0, deque[_Batch](), list[Done]()
    with ThreadPoolExecutor(count) as pool:

        def collect() -> None:
            batch = waiting.popleft()
            done = batch.done.result()
            ready.append(done)
            progress.add(len(done.errors), sum(error is not None for error in done.errors))
            if batch.last:
                predictor.write(output, batch.part, batch.listed, Done.joined(ready))
                ready.clear()

        try:
            for part in cut(source, predictor.options.part_size):
                parts = part.index + 1
                listed = listed_sha256(part, source)
                record = output.record(part.index)
                if record and record.listed == listed:
                    progress.skip(record.photos, record.unreadable)
                    continue
                for batch in _batches(predictor, source, part, listed, pool):
                    waiting.append(batch)
                    while len(waiting) > count * (1 + _AHEAD):
                        collect()
            while waiting:
                collect()
        finally:  # an error or an interrupt must not wait for what is still queued
            pool.shutdown(wait=False, cancel_futures=True)
    output.drop_parts_from(parts)
    return parts


def _batches(
    predictor: Predictor, source: Source, part: Part, listed: str, pool: ThreadPoolExecutor
) -> Iterator[_Batch]:
    size = predictor.options.batch_size
    for start in range(0, len(part.photos), size):
        photos = part.photos[start : start + size]
        last = start + size >= len(part.photos)
        yield _Batch(part, listed, pool.submit(predictor.run, source, photos), last)


def _count(source: Source, progress: Progress) -> None:
    """Walk ahead of the predictions, so that the progress knows how much is left."""
    try:
        progress.total = sum(1 for _ in source.photos())
    except OSError as error:  # the listing that counts meets it as well, and ends the run
        log.debug("photos could not be counted: %s", error)
