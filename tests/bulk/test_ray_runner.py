"""Two nodes of one core each on this machine, as Ray itself tests with."""

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from potholes.bulk.predicting import Job, Request
from potholes.bulk.predictor import Options
from potholes.bulk.tables import read_parts
from potholes.weights.pink_noise import pink_noise

ray = pytest.importorskip("ray", reason="the extra `ray` is not installed")

PHOTOS = 48
SMALL = Options(batch_size=4, part_size=4)


@pytest.fixture(scope="module")
def photos(tmp_path_factory) -> Path:
    folder: Path = tmp_path_factory.mktemp("photos")
    for index, pixels in enumerate(pink_noise(PHOTOS - 1, seed=8)):
        Image.fromarray(pixels).resize((900, 700)).save(folder / f"{index:02}.png")
    (folder / "cut.jpg").write_bytes(b"\xff\xd8\xff")
    return folder


@pytest.fixture
def nodes() -> Iterator[tuple[str, object, object]]:
    from ray.cluster_utils import Cluster

    memory = {"object_store_memory": 100 * 2**20, "include_dashboard": False}
    cluster = Cluster(initialize_head=True, head_node_args={"num_cpus": 1, **memory})
    second = cluster.add_node(num_cpus=1, object_store_memory=100 * 2**20)
    yield cluster.address, cluster, second
    cluster.shutdown()


def parts(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.iterdir())
        if path.is_file()
    }


def test_a_cluster_that_loses_a_node_writes_the_local_runners_bytes(
    photos, resnet18_model, nodes, tmp_path
):
    address, cluster, second = nodes
    Job(Request([str(photos)], resnet18_model, tmp_path / "local", SMALL, quiet=True)).do()
    request = Request(
        [str(photos)],
        resnet18_model,
        tmp_path / "out",
        SMALL,
        quiet=True,
        runner="ray",
        ray_address=address,
    )
    lost = threading.Event()

    def lose_a_node_once_a_part_is_there() -> None:
        while not list((tmp_path / "out").glob("part-*.parquet")):
            if lost.wait(0.02):
                return
        cluster.remove_node(second, allow_graceful=False)
        lost.set()

    killer = threading.Thread(target=lose_a_node_once_a_part_is_there)
    killer.start()
    outcome = Job(request).do()
    was_lost = lost.is_set()
    lost.set()
    killer.join()
    assert was_lost
    assert outcome.predicted == PHOTOS
    assert parts(tmp_path / "out") == parts(tmp_path / "local")
    paths = [path for part in read_parts(tmp_path / "out") for path in part.paths]
    assert len(set(paths)) == len(paths) == PHOTOS


@pytest.mark.parametrize("address", ["127.0.0.1:1", "ray://127.0.0.1:1", "127.0.0.1:many"])
def test_a_cluster_that_does_not_answer_is_one_line_at_once(
    photos, resnet18_model, tmp_path, address
):
    request = Request([str(photos)], resnet18_model, tmp_path / "out", SMALL, quiet=True)
    with pytest.raises(ValueError, match=f"^--ray-address: {address}: .*; start the cluster"):
        Job(replace(request, runner="ray", ray_address=address)).do()
    assert not ray.is_initialized()
