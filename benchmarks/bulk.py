"""`potholes predict` on many photos: speed, memory, first prediction, kills.

python -m benchmarks.bulk PHOTOS MODEL [WHAT…]    WHAT: speed memory first kills

PHOTOS is a folder of JPEGs, MODEL a model folder. 640-pixel ones of them are hard-linked as often
as needed. Each part is printed as a line of a table.
"""

import hashlib
import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

import numpy as np
from PIL import Image

from benchmarks.measuring import interleaved, machine
from potholes.bulk.listing import open_sources
from potholes.bulk.parts import cut
from potholes.bulk.predictor import Options, Predictor
from potholes.bulk.progress import Progress
from potholes.bulk.running import run
from potholes.compilation.engine import load_engine
from potholes.compilation.tables import GRAPH_FILE
from potholes.features.extraction import loaded_batches
from potholes.photos.decoding import decode

SIDE, SIZE = 640, 32
MAIN = "from potholes.cli import main; main()"
# parts of 64 photos, so that there are many of them to be killed in
SMALL_PARTS = f"""
from potholes.bulk import predictor
predictor.Options.__init__.__defaults__ = (None, None, False, {SIZE}, 64)
{MAIN}"""
PEAK = re.compile(r"Maximum resident set size \(kbytes\): (\d+)")


class Nothing:
    """An output that keeps nothing, to time the prediction alone."""

    def record(self, index: int) -> None:
        """None is there."""

    def commit(self, record: object, *parts: object, **options: object) -> object:
        """Forget."""
        return record

    def drop_parts_from(self, index: int) -> None:
        """None to drop."""


def chosen(folder: Path) -> list[Path]:
    """The photos whose longer side is SIDE."""
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in {".jpg", ".jpeg"})
    found = []
    for path in paths:
        with Image.open(path) as image:
            if max(image.size) == SIDE:
                found.append(path)
    return found


def linked(photos: list[Path], target: Path, count: int) -> Path:
    """A folder of `count` photos, a thousand a sub-folder: copies once, then hard links."""
    originals = []
    (target / "originals").mkdir(parents=True)
    for index, path in enumerate(photos):
        originals.append(target / "originals" / f"{index}.jpg")
        originals[-1].write_bytes(path.read_bytes())
    for index in range(count):
        link = target / "photos" / f"{index // 1000:03d}" / f"{index:06d}.jpg"
        if not index % 1000:
            link.parent.mkdir(parents=True)
        os.link(originals[index % len(originals)], link)
    return target / "photos"


def torchvision_way(name: str, paths: list[Path]) -> Callable[[], None]:
    """The usual loop: torchvision's transforms in two workers, its network in float32."""
    import torch
    from torchvision import models, transforms

    steps = transforms.Compose(
        [
            transforms.Resize((224, 224)),
            transforms.ToTensor(),
            transforms.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
        ]
    )
    network = getattr(models, name)().eval()

    class Photos(torch.utils.data.Dataset[torch.Tensor]):
        def __len__(self) -> int:
            return len(paths)

        def __getitem__(self, index: int) -> torch.Tensor:
            with Image.open(paths[index]) as photo:
                return steps(photo.convert("RGB"))  # type: ignore[no-any-return]

    loader = torch.utils.data.DataLoader(Photos(), batch_size=SIZE, num_workers=2)

    def job() -> None:
        with torch.inference_mode():
            for batch in loader:
                network(batch)

    return job


def speed(photos: list[Path], model: Path, folder: Path) -> None:
    """Photos a second of predict, of the bare engine on decoded photos, and of torchvision.

    And CPU time, which does not count torchvision's workers.
    """
    count = 256
    place = linked(photos, folder, count)
    source = open_sources([str(place)])
    predictor = Predictor(model, Options())
    engine = load_engine(model / GRAPH_FILE, device="cpu")
    image = predictor.classifier.image
    data = [source.read(photo.path) for part in cut(source, 1024) for photo in part.photos]
    pixels = np.stack([decode(one, image).pixels for one in data])
    seconds: dict[str, list[float]] = {}

    def bare() -> None:
        for start in range(0, count, SIZE):
            engine.features(pixels[start : start + SIZE])

    def predict() -> None:
        run(predictor, source, Nothing(), Progress(quiet=True))  # type: ignore[arg-type]

    def plain() -> None:
        """Threads decode ahead while one engine runs on all cores, as the extraction does."""
        for batch in loaded_batches(data, lambda one: decode(one, image).pixels, batch_size=SIZE):
            engine.features(np.stack(batch))

    usual = torchvision_way(predictor.deployed.backbone, sorted(place.rglob("*.jpg")))
    jobs = {
        "bare engine": bare,
        "predict": predict,
        "decode ahead": plain,
        "torchvision, float32": usual,
    }
    for name, job in jobs.items():
        for _ in range(3):
            start = time.process_time()
            job()
            seconds.setdefault(name, []).append(time.process_time() - start)
    rates = interleaved(jobs, count, rounds=5)
    for name, rate in rates.items():
        cpu = median(seconds[name]) / count * 1000
        over = rate.median / rates["bare engine"].median
        print(
            f"| {name} | {rate.median:.1f} photos/s (best {rate.best:.1f}) | "
            f"{over:.2f} of the bare engine | {cpu:.1f} ms of a core a photo |"
        )


def command(source: Path, model: Path, out: Path, *options: str, program: str = MAIN) -> list[str]:
    """The command line of a run."""
    place = [str(source), "--model", str(model), "--out", str(out)]
    return [sys.executable, "-c", program, "predict", *place, *options]


def memory(photos: list[Path], model: Path, folder: Path) -> None:
    """Peak memory and photos a second of 100, 1,000 and 20,000 photos."""
    for count in (100, 1000, 20_000):
        place = folder / str(count)
        source = linked(photos, place, count)
        done = subprocess.run(
            ["/usr/bin/time", "-v", *command(source, model, place / "out")],
            capture_output=True,
            text=True,
            check=True,
        )
        peak = PEAK.search(done.stderr)
        assert peak
        rate = re.search(r"predicted, ([\d.]+) a second", done.stdout)
        assert rate
        print(f"| {count} photos | {rate[1]} photos/s | {int(peak[1]) / 1024:.0f} MB |", flush=True)


def first(photos: list[Path], model: Path, folder: Path) -> None:
    """Seconds from the start of the process to the first predictions, 100,000 photos listed."""
    source = linked(photos, folder, 100_000)
    code = (
        "import sys, os\nfrom potholes.bulk.progress import Progress\n"
        "def told(self, photos, unreadable): print('FIRST', flush=True); os._exit(0)\n"
        "Progress.add = told\nfrom potholes.cli import main\nmain(sys.argv[1:])"
    )
    seconds = []
    for number in range(3):
        arguments = command(source, model, folder / f"out{number}")[3:]
        start = time.perf_counter()
        subprocess.run([sys.executable, "-c", code, *arguments], check=True, capture_output=True)
        seconds.append(time.perf_counter() - start)
    print(f"| first prediction of 100,000 photos | {median(seconds):.1f} s |")


def contents(folder: Path) -> str:
    """A checksum of all files and their names, but for the empty lock."""
    told = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name != "lock":
            told.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return told.hexdigest()


def kills(photos: list[Path], model: Path, folder: Path, rounds: int = 20) -> None:
    """kill -9 at random moments of a run of 400 photos, then --resume: the same bytes?"""
    source = linked(photos, folder, 400)
    start = time.perf_counter()
    subprocess.run(
        command(source, model, folder / "whole", program=SMALL_PARTS),
        check=True,
        capture_output=True,
    )
    seconds, whole, same = time.perf_counter() - start, contents(folder / "whole"), 0
    draw = random.Random(0)
    for number in range(rounds):
        out = folder / f"killed{number}"
        process = subprocess.Popen(
            command(source, model, out, program=SMALL_PARTS),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            process.wait(draw.uniform(0, seconds))
        except subprocess.TimeoutExpired:
            os.kill(process.pid, signal.SIGKILL)
            process.wait()
        parts = len(list(out.glob("*.parquet")))
        again = command(source, model, out, "--resume", program=SMALL_PARTS)
        subprocess.run(again, check=True, capture_output=True)
        same += contents(out) == whole
        print(f"killed with {parts} parts; {same} of {number + 1} identical", flush=True)
    print(f"| kill -9 at random moments, then --resume | {same} of {rounds} identical |")


WHAT = {"speed": speed, "memory": memory, "first": first, "kills": kills}


def main(folder: Path, model: Path, names: list[str]) -> None:
    photos = chosen(folder)
    print(", ".join(f"{key}: {value}" for key, value in machine().items()), f"{len(photos)} photos")
    for name in names or list(WHAT):
        with TemporaryDirectory() as scratch:
            WHAT[name](photos, model, Path(scratch))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
