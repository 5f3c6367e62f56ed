"""Where pretrained weights come from: torchvision's files, a folder, or a seeded stand-in."""

import logging
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError

import torch
from torch import Tensor, nn

from potholes.files.checksum import file_sha256
from potholes.params import WeightsParams
from potholes.weights.family import BACKBONES, build, freeze
from potholes.weights.stand_in import random_backbone
from potholes.weights.tables import Origin

log = logging.getLogger(__name__)

HASH_LENGTH = 8  # hex digits of the sha256 that torchvision pins in a file's name


@dataclass(frozen=True)
class Weighted:
    """A frozen backbone with its weights and where they come from."""

    model: nn.Module
    origin: Origin


def weighted_backbones(names: list[str], params: WeightsParams) -> Iterator[tuple[str, Weighted]]:
    """Each backbone of `names` with weights of one origin for all, one at a time.

    `auto` is imagenet where every file is available, else the stand-in for all, with a warning.
    Raises ValueError with the cure where weights are not available or do not fit.
    """
    unknown = [name for name in names if name not in BACKBONES]
    if unknown:
        build(unknown[0])
    source = params.source
    if source == "auto":
        source = _auto(names, params)
    for name in names:
        if source == "random":
            yield name, _stand_in(name, params)
        elif source == "imagenet":
            path = imagenet_file(weights_url(name), timeout=params.timeout)
            yield name, _from_file(name, path, "imagenet")
        else:
            yield name, _from_file(name, _in_folder(Path(source), name), "folder")


def weights_url(name: str) -> str:
    """The address of torchvision's IMAGENET1K_V1 weights of a backbone."""
    return str(BACKBONES[name][1].url)


def imagenet_file(url: str, *, timeout: float) -> Path:
    """The file of `url` in torch's cache, downloaded if it is not there.

    Its sha256 must begin with the digits in its name. Raises ValueError naming the address and
    the path to put the file at, where it is wrong or cannot be downloaded.
    """
    path = Path(torch.hub.get_dir()) / "checkpoints" / url.rsplit("/", 1)[-1]
    expected = path.stem.rsplit("-", 1)[-1]
    cure = f"download {url} by hand to {path}"
    if path.exists():
        got = file_sha256(path)[:HASH_LENGTH]
        if got != expected:
            raise ValueError(
                f"{path}: sha256 begins {got}, expected {expected}; delete it or {cure}"
            )
        return path
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with _socket_timeout(timeout):
            torch.hub.download_url_to_file(url, str(path), hash_prefix=expected)
    except (URLError, OSError) as error:
        raise ValueError(f"{url}: cannot be downloaded ({error}); {cure}") from None
    except RuntimeError as error:  # torch's for a hash that differs
        raise ValueError(f"{url}: truncated or not the expected file ({error}); {cure}") from None
    return path


def _auto(names: list[str], params: WeightsParams) -> str:
    """`imagenet` if every backbone's file is available at the first attempt, else `random`."""
    try:
        for name in names:
            imagenet_file(weights_url(name), timeout=params.timeout)
    except ValueError as error:
        log.warning("%s", error)
        log.warning(
            "WEIGHTS: ImageNet weights are not available, so all backbones get random STAND-IN "
            "weights. Results show that the pipeline works; pretrained weights would score "
            "differently."
        )
        return "random"
    return "imagenet"


def _stand_in(name: str, params: WeightsParams) -> Weighted:
    log.info("%s: random stand-in weights, seed %d", name, params.seed)
    detail = f"stand-in: seeded random weights (seed {params.seed}), not trained on ImageNet"
    origin = Origin(kind="random", detail=detail, sha256="")
    return Weighted(random_backbone(name, seed=params.seed), origin)


def _in_folder(folder: Path, name: str) -> Path:
    path = folder / f"{name}.pth"
    if not path.exists():
        raise ValueError(
            f"weights.source: {path} not found, expected a torchvision state dict; put it there, "
            f"remove {name} from `backbones`, or use auto, imagenet or random"
        )
    return path


def _from_file(name: str, path: Path, kind: str) -> Weighted:
    """Read a state dict without running code in it; floats of any width become float32."""
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:  # noqa: BLE001  (torch.load names no closed set of them)
        raise ValueError(f"{path}: not a torchvision state dict ({_first_line(error)})") from None
    if not isinstance(state, dict) or not all(isinstance(v, Tensor) for v in state.values()):
        raise ValueError(f"{path}: not a state dict of tensors; save `model.state_dict()`")
    model = build(name, drawn=False)
    floats = {
        key: value.float() if value.is_floating_point() else value for key, value in state.items()
    }
    try:
        model.load_state_dict(floats, strict=True, assign=True)
    except RuntimeError as error:
        raise ValueError(f"{path}: does not fit {name}: {_first_line(error, 300)}") from None
    log.info("%s: weights from %s", name, path)
    origin = Origin(kind=kind, detail=f"{kind}: {path.name}", sha256=file_sha256(path))
    return Weighted(freeze(model), origin)


def _first_line(error: Exception, length: int = 120) -> str:
    return " ".join(str(error).split())[:length]


@contextmanager
def _socket_timeout(seconds: float) -> Iterator[None]:
    """torch's downloader takes no timeout of its own."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
