"""The runner for many machines: Ray Data hands parts to one model a processor core.

The cluster predicts; this process, the driver, lists the photos and writes the parts, each whole or
not at all. So the output is that of the local runner, to the byte.
"""

import logging
import os
import pickle
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from urllib.parse import urlsplit

import ray
import ray.data

import potholes
from potholes.bulk.listing import Source
from potholes.bulk.output import Output
from potholes.bulk.parts import Part, cut, listed_sha256
from potholes.bulk.predictor import Done, Options, Predictor
from potholes.bulk.progress import Progress

_PATIENCE = 10.0  # seconds for a cluster to answer


class Worker:
    """A model on one core of the cluster."""

    def __init__(self, model: Any, options: Options, source: Any) -> None:
        """`model` refers to the files' bytes by name, `source` to where the photos are."""
        with TemporaryDirectory() as folder:
            for name, data in ray.get(model).items():
                (Path(folder) / name).write_bytes(data)
            self.predictor = Predictor(Path(folder), options)
        self.source: Source = ray.get(source)

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        """Run the photos of the parts in `batch`; tables of Ray hold plain values, hence pickle."""
        jobs: list[_Job] = [pickle.loads(data) for data in batch["job"]]
        size = self.predictor.options.batch_size
        done = [
            Done.joined(
                [
                    self.predictor.run(self.source, job.part.photos[start : start + size])
                    for start in range(0, len(job.part.photos), size)
                ]
            )
            for job in jobs
        ]
        return {"job": batch["job"], "done": [pickle.dumps(one) for one in done]}


@dataclass(frozen=True)
class _Job:
    part: Part
    listed: str


def run_on_ray(
    predictor: Predictor,
    source: Source,
    output: Output,
    progress: Progress,
    *,
    model: Path,
    address: str | None,
    workers: int = 0,
) -> int:
    """Predict all photos of `source` that `output` has not yet; returns the number of parts.

    `address` is that of a cluster (`auto`, `ray://host:10001`), None starts Ray on this machine.
    `workers` are at most so many cores, 0 means all. A part whose node is lost is predicted again
    on another. The driver holds the paths of all photos, and the parts that are being written.
    Raises ValueError where the cluster does not answer.
    """
    if address:
        _check_answers(address)
    parts, jobs = 0, list[_Job]()
    for part in cut(source, predictor.options.part_size):
        parts = part.index + 1
        listed = listed_sha256(part, source)
        record = output.record(part.index)
        if record and record.listed == listed:
            progress.skip(record.photos, record.unreadable)
        else:
            jobs.append(_Job(part, listed))
    progress.total = progress.skipped + sum(len(job.part.photos) for job in jobs)
    if jobs:
        with _cluster(address):
            for job, done in _run(jobs, model, source, predictor.options, workers):
                predictor.write(output, job.part, job.listed, done)
                progress.add(len(done.errors), sum(error is not None for error in done.errors))
    output.drop_parts_from(parts)
    return parts


def _check_answers(address: str) -> None:
    """Whether anybody listens at HOST:PORT, since Ray tries for 13 minutes."""
    parts = urlsplit(address if "://" in address else f"//{address}")
    try:
        if parts.hostname and parts.port:
            socket.create_connection((parts.hostname, parts.port), _PATIENCE).close()
    except (OSError, ValueError) as error:
        raise ValueError(
            f"--ray-address: {address}: {error}; start the cluster, or name where it listens "
            "(docs/scale.md)"
        ) from None


@contextmanager
def _cluster(address: str | None) -> Iterator[None]:
    """A connection to the cluster, whose nodes get this library's code from here.

    Raises ValueError where it does not answer.
    """
    code = Path(potholes.__file__).parent
    # what Ray tells of its plans and its progress has a file of its own; errors are raised
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    logging.getLogger("ray.data").setLevel(logging.ERROR)
    try:
        ray.init(
            address=address,
            runtime_env={"py_modules": [str(code)]},
            log_to_driver=False,
            logging_level=logging.ERROR,
        )
    except (ConnectionError, RuntimeError) as error:
        raise ValueError(f"--ray-address: {address}: {error}") from None
    try:
        yield
    finally:
        ray.shutdown()


def _run(
    jobs: Sequence[_Job], model: Path, source: Source, options: Options, workers: int
) -> Iterator[tuple[_Job, Done]]:
    """The jobs as they get done, in any order, each once."""
    files = {path.name: path.read_bytes() for path in sorted(model.iterdir()) if path.is_file()}
    count = int(ray.cluster_resources().get("CPU", 1))  # type: ignore[no-untyped-call]
    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    done = ray.data.from_items(
        [{"job": pickle.dumps(job)} for job in jobs], override_num_blocks=len(jobs)
    ).map_batches(
        Worker,
        batch_size=1,
        num_cpus=1,
        compute=ray.data.ActorPoolStrategy(size=min(workers or count, count, len(jobs))),
        fn_constructor_args=(ray.put(files), options, ray.put(source)),
    )
    for row in done.iter_rows():
        yield pickle.loads(row["job"]), pickle.loads(row["done"])
