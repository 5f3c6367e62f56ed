"""Photos a second of one Ray node against two, each of one core on this machine.

python -m benchmarks.nodes FOLDER MODEL [PHOTOS]

FOLDER's photos are used again and again until there are PHOTOS (3,072). Seconds are those between
the first part and the last one, so that the start of the cluster and of its models is left out; it
stands in a column of its own.
"""

import itertools
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from ray.cluster_utils import Cluster

from potholes.bulk.predicting import Job, Request
from potholes.bulk.predictor import Options
from potholes.photos.walking import PhotoWalk

PHOTOS = 3_072
PART = Options(part_size=128)
STORE = 200 * 2**20  # bytes of a node's object store


def repeated(folder: Path, target: Path, count: int) -> None:
    """Links in `target` to the photos of `folder`, until there are `count`."""
    names = [photo.path for photo in PhotoWalk(folder)]
    target.mkdir()
    for index, name in zip(range(count), itertools.cycle(names), strict=False):
        (target / f"{index:06}{Path(name).suffix}").hardlink_to(folder / name)


def measure(photos: Path, model: Path, out: Path, nodes: int) -> tuple[float, float]:
    """Photos a second between the first and the last part, and seconds until the first."""
    cluster = Cluster()
    for _ in range(nodes):
        cluster.add_node(num_cpus=1, object_store_memory=STORE)
    try:
        start = time.time()
        request = Request([str(photos)], model, out, PART, quiet=True, runner="ray")
        Job(Request(**{**vars(request), "ray_address": cluster.address})).do()
    finally:
        cluster.shutdown()  # type: ignore[no-untyped-call]
    times = sorted(path.stat().st_mtime for path in out.glob("part-*.parquet"))
    return (len(times) - nodes) * PART.part_size / (times[-1] - times[nodes - 1]), times[0] - start


def main(folder: Path, model: Path, count: int) -> None:
    """Print a row for one node and one for two."""
    rates = []
    with TemporaryDirectory(dir=folder.parent) as name:
        photos = Path(name) / "photos"
        repeated(folder, photos, count)
        for nodes in (1, 2):
            rate, first = measure(photos, model, Path(name) / f"out{nodes}", nodes)
            rates.append(rate)
            print(f"{nodes} nodes: {rate:.1f} photos/s, first part after {first:.1f} s", flush=True)
    print(f"two over one: {rates[1] / rates[0]:.2f}")


if __name__ == "__main__":
    if len(sys.argv) < 3:
        sys.exit(__doc__)
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else PHOTOS)
