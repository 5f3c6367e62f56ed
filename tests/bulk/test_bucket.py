import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from potholes.bulk.addresses import connect, is_address
from potholes.bulk.bucket import Bucket
from potholes.bulk.listing import open_sources
from potholes.bulk.output import CSV_FILE
from potholes.bulk.predicting import Job, Request
from potholes.bulk.predictor import Options
from potholes.photos.walking import PhotoWalk
from potholes.weights.pink_noise import pink_noise

SMALL = Options(batch_size=2, part_size=2)


@pytest.fixture(scope="module")
def photos(tmp_path_factory) -> Path:
    folder: Path = tmp_path_factory.mktemp("bucket") / "photos"
    for index, pixels in enumerate(pink_noise(5, seed=8)):
        path = folder / ("a", "a b", "a+", "")[index % 4] / f"{index}.png"
        path.parent.mkdir(exist_ok=True, parents=True)
        Image.fromarray(pixels).save(path)
    (folder / "a" / "cut.jpg").write_bytes(b"\xff\xd8\xff")
    (folder / "readme.txt").write_text("no photo")
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "x.png").write_bytes(b"")
    return folder


@pytest.fixture(scope="module")
def s3(photos: Path) -> Iterator[str]:
    """The address of a real S3 server's bucket, with the photos in `photos/`."""
    moto = pytest.importorskip("moto.server", reason="no moto, which serves S3")
    pytest.importorskip("s3fs", reason="no s3fs, which speaks with S3")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ACCESS_KEY_ID", "test")
        patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
        patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        server.start()
        host, port = server.get_host_and_port()
        patch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
        system, _ = connect("s3://roads")
        system.mkdir("roads")
        system.put(f"{photos}/", "roads/photos/", recursive=True)
        yield "s3://roads"
        server.stop()


def parts(folder: Path) -> dict[str, str]:
    """Checksums of what people read."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.is_file()
    }


def fetched(address: str, folder: Path) -> Path:
    system, root = connect(address)
    folder.mkdir()
    for name in system.find(root):
        inside = name.removeprefix(f"{root}/")
        (folder / inside).parent.mkdir(exist_ok=True)
        (folder / inside).write_bytes(system.cat_file(name))
    return folder


@pytest.mark.parametrize("text", ["s3://b/x", "gs://b", "memory://x"])
def test_an_address_is_told_from_a_path(text):
    assert is_address(text)
    assert not is_address(text.partition("://")[2])


def test_photos_have_the_order_of_a_folder(s3, photos):
    listed = [photo.path for photo in Bucket(f"{s3}/photos").photos()]
    assert listed == [photo.path for photo in PhotoWalk(photos)]
    assert len(listed) == 6


def test_the_table_of_a_bucket_is_that_of_the_folder(s3, photos, resnet18_model, tmp_path):
    local = Request([str(photos)], resnet18_model, tmp_path / "local", SMALL, csv=True, quiet=True)
    Job(local).do()
    out = f"{s3}/out"
    Job(Request([f"{s3}/photos"], resnet18_model, out, SMALL, csv=True, quiet=True)).do()
    assert parts(fetched(out, tmp_path / "there")) == parts(tmp_path / "local")


def test_a_run_at_an_address_goes_on_where_it_stopped(s3, photos, resnet18_model, tmp_path):
    out = f"{s3}/again"
    request = Request([str(photos)], resnet18_model, out, SMALL, csv=True, quiet=True)
    whole = Job(request).do()
    before = parts(fetched(out, tmp_path / "before"))
    system, root = connect(out)
    system.rm_file(f"{root}/part-00001.parquet")
    with pytest.raises(ValueError, match=r"not empty; add --resume"):
        Job(request).do()
    again = Job(Request(**{**vars(request), "resume": True})).do()
    assert (whole.predicted, again.predicted) == (6, 2)
    assert parts(fetched(out, tmp_path / "after")) == before
    assert CSV_FILE in before


def test_a_changed_object_is_predicted_again(s3, photos, resnet18_model):
    request = Request(
        [f"{s3}/photos"], resnet18_model, f"{s3}/changed", SMALL, resume=True, quiet=True
    )
    assert Job(request).do().predicted == 6
    assert Job(request).do().predicted == 0
    system, root = connect(f"{s3}/photos")
    Image.new("RGB", (300, 200), (90, 90, 90)).save(photos.parent / "other.png")
    system.pipe_file(f"{root}/a/0.png", (photos.parent / "other.png").read_bytes())
    assert Job(request).do().predicted == 2


def test_what_is_not_there_is_named(s3):
    with pytest.raises(ValueError, match=r"s3://roads/nowhere: no such folder"):
        open_sources([f"{s3}/nowhere"])
    with pytest.raises(ValueError, match=r"nonsense://x: .*expected an address"):
        open_sources(["nonsense://x"])
