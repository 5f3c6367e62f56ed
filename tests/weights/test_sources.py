"""The download path against a local server; nothing here leaves the machine."""

import hashlib
import io
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import torch

from potholes.params import WeightsParams
from potholes.weights import sources
from potholes.weights.family import build
from potholes.weights.sources import imagenet_file, weighted_backbones


def state_bytes(name="resnet18") -> bytes:
    buffer = io.BytesIO()
    torch.save(build(name).state_dict(), buffer)
    return buffer.getvalue()


@pytest.fixture(scope="module")
def weights_file() -> bytes:
    return state_bytes()


@pytest.fixture
def server(weights_file):
    digits = hashlib.sha256(weights_file).hexdigest()[:8]

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if "missing" in self.path:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(weights_file)))
            self.end_headers()
            self.wfile.write(weights_file[: 1000 if "cut" in self.path else None])

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}", digits
        running.shutdown()


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    return tmp_path / "checkpoints"


def test_a_right_file_is_downloaded_once(server, cache):
    base, digits = server
    path = imagenet_file(f"{base}/resnet18-{digits}.pth", timeout=5)
    assert path == cache / f"resnet18-{digits}.pth"
    gone = "http://127.0.0.1:9/" + path.name  # nobody listens: it must come from the cache
    assert imagenet_file(gone, timeout=5) == path


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("resnet18-00000000.pth", "not the expected file"),
        ("cut-{digits}.pth", "truncated or not the expected file|cannot be downloaded"),
        ("missing-{digits}.pth", "404"),
    ],
)
def test_what_goes_wrong_names_address_and_path(server, cache, name, complaint):
    base, digits = server
    url = f"{base}/{name.format(digits=digits)}"
    with pytest.raises(ValueError, match=complaint) as error:
        imagenet_file(url, timeout=5)
    assert f"download {url} by hand to {cache}" in str(error.value)
    assert not list(cache.glob("*.pth"))


def test_no_server_is_a_short_wait(cache):
    with pytest.raises(ValueError, match="cannot be downloaded"):
        imagenet_file("http://127.0.0.1:9/resnet18-00000000.pth", timeout=1)


def test_a_silent_server_is_given_up_after_the_timeout(cache):
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/resnet18-00000000.pth"
        with pytest.raises(ValueError, match="timed out"):
            imagenet_file(url, timeout=0.2)
    assert socket.getdefaulttimeout() is None


def test_a_wrong_file_in_the_cache_is_named(cache):
    cache.mkdir()
    (cache / "resnet18-00000000.pth").write_bytes(b"other")
    with pytest.raises(ValueError, match=r"sha256 begins .*, expected 00000000; delete it"):
        imagenet_file("http://127.0.0.1:9/resnet18-00000000.pth", timeout=1)


def params(source):
    return WeightsParams(source=str(source), seed=0, timeout=1.0)


def test_imagenet_weights_are_loaded_from_the_download(server, monkeypatch):
    base, digits = server
    monkeypatch.setattr(sources, "weights_url", lambda name: f"{base}/{name}-{digits}.pth")
    ((name, weighted),) = weighted_backbones(["resnet18"], params("imagenet"))
    assert (name, weighted.origin.kind) == ("resnet18", "imagenet")
    assert weighted.origin.sha256.startswith(digits)


def test_one_missing_file_makes_all_backbones_stand_ins(server, monkeypatch, caplog, few_pictures):
    base, digits = server
    urls = {"resnet18": f"{base}/resnet18-{digits}.pth", "resnet34": f"{base}/missing-{digits}.pth"}
    monkeypatch.setattr(sources, "weights_url", urls.__getitem__)
    got = dict(weighted_backbones(["resnet18", "resnet34"], params("auto")))
    assert [weighted.origin.kind for weighted in got.values()] == ["random", "random"]
    assert "STAND-IN" in caplog.text
    assert "404" in caplog.text
    assert "resnet34" not in got["resnet18"].origin.detail


def test_a_folder_of_state_dicts_is_used(tmp_path, weights_file):
    (tmp_path / "resnet18.pth").write_bytes(weights_file)
    ((_, weighted),) = weighted_backbones(["resnet18"], params(tmp_path))
    assert weighted.origin.kind == "folder"
    assert not weighted.model.training


def test_half_precision_weights_become_float32(tmp_path):
    half = {
        k: v.half() if v.is_floating_point() else v
        for k, v in build("resnet18").state_dict().items()
    }
    torch.save(half, tmp_path / "resnet18.pth")
    ((_, weighted),) = weighted_backbones(["resnet18"], params(tmp_path))
    assert weighted.model.conv1.weight.dtype == torch.float32


def test_a_folder_without_the_file_names_path_and_cures(tmp_path):
    with pytest.raises(ValueError, match=r"resnet18.pth not found.*remove resnet18"):
        list(weighted_backbones(["resnet18"], params(tmp_path)))


@pytest.mark.parametrize("content", [b"no checkpoint", b""])
def test_a_file_that_is_no_checkpoint_is_named(tmp_path, content):
    (tmp_path / "resnet18.pth").write_bytes(content)
    with pytest.raises(ValueError, match=r"resnet18.pth: not a torchvision state dict"):
        list(weighted_backbones(["resnet18"], params(tmp_path)))


def test_weights_of_another_depth_are_named(tmp_path):
    (tmp_path / "resnet18.pth").write_bytes(state_bytes("resnet34"))
    with pytest.raises(ValueError, match=r"resnet18.pth: does not fit resnet18"):
        list(weighted_backbones(["resnet18"], params(tmp_path)))


def test_a_pickle_with_code_is_not_run(tmp_path):
    class Evil:
        def __reduce__(self):
            return (open, (str(tmp_path / "ran"), "w"))

    torch.save({"conv1.weight": Evil()}, tmp_path / "resnet18.pth")
    with pytest.raises(ValueError, match="not a torchvision state dict"):
        list(weighted_backbones(["resnet18"], params(tmp_path)))
    assert not (tmp_path / "ran").exists()
