"""The champion over HTTP beside the classifier and the bare pass: python -m benchmarks.serving.

Run in a project with results (`make repro`): its champion is served on a free port, and 50
generated photos are asked one and 25 at a time, in turn with the same photos in this process.
"""

import base64
import json
import os
import subprocess
import time
import urllib.request
from pathlib import Path
from socket import socket
from statistics import median
from typing import Any

import numpy as np

from benchmarks.measuring import Row, interleaved, machine, seconds_of
from potholes.photos.decoding import decode
from potholes.prediction.classifier import Classifier
from potholes.synthetic.plan import Series
from potholes.synthetic.roads import photo_bytes
from potholes.tracking.serving import server

PHOTOS, BATCH = 50, 25


class Server:
    """The champion of the store here, on a free port."""

    def __init__(self) -> None:
        with socket() as free:
            free.bind(("127.0.0.1", 0))
            self.address = f"http://127.0.0.1:{free.getsockname()[1]}/invocations"
            port = free.getsockname()[1]
        model = "models:/potholes@champion"
        started = server(Path.cwd(), os.environ, model, "127.0.0.1", port)
        pipe, nobody = subprocess.PIPE, subprocess.DEVNULL  # who listens to a line a request
        self.process = subprocess.Popen(
            started.command, env=started.environment, stdout=nobody, stderr=pipe, text=True
        )
        assert self.process.stderr
        for line in self.process.stderr:
            if "Uvicorn running on" in line:
                break

    def ask(self, photos: list[bytes]) -> list[dict[str, Any]]:
        """The rows of the answer."""
        data = [[base64.b64encode(photo).decode()] for photo in photos]
        body = json.dumps({"dataframe_split": {"columns": ["image"], "data": data}}).encode()
        header = {"Content-Type": "application/json"}
        with urllib.request.urlopen(urllib.request.Request(self.address, body, header)) as answer:
            rows: list[dict[str, Any]] = json.load(answer)["predictions"]
        return rows


def main() -> None:
    """Print the difference of the probabilities, the rates and the latency."""
    classifier = Classifier.load(Path("models/selected"))
    photos = [photo_bytes(5, 0.6, Series.UNLABELLED, index) for index in range(PHOTOS)]
    pixels = np.stack([decode(photo, classifier.image).pixels for photo in photos])
    start = time.perf_counter()
    served = Server()
    up = time.perf_counter() - start
    try:
        known = classifier.predict(photos, name=None).probabilities
        columns = [f"probability_{name}" for name in classifier.head.classes]
        answers = [row for photo in photos for row in served.ask([photo])]
        told = np.array([[row[name] for name in columns] for row in answers])
        batches = [photos[start : start + BATCH] for start in range(0, PHOTOS, BATCH)]
        names = "the forward pass alone", "the classifier", f"HTTP, {BATCH} photos a request"
        jobs = (
            lambda: classifier.engine.features(pixels),
            lambda: classifier.predict(photos, name=None),
            lambda: [served.ask(batch) for batch in batches],
        )
        rates = interleaved(dict(zip(names, jobs, strict=True)), PHOTOS)
        alone = [seconds_of(lambda p=p: classifier.predict([p], name=None)) for p in photos]  # type: ignore[misc]
        asked = [seconds_of(lambda p=p: served.ask([p])) for p in photos]  # type: ignore[misc]
    finally:
        served.process.terminate()
        served.process.wait()
    print(", ".join(f"{key}: {value}" for key, value in machine().items()))
    rows = [Row(name, rate.median, "photos/s", rate.best) for name, rate in rates.items()]
    rows.append(Row("the classifier, one photo, median", 1000 * median(alone), "ms"))
    rows.append(Row("HTTP, one photo, median", 1000 * median(asked), "ms"))
    rows.append(Row("server up after", up, "s"))
    rows.append(Row("largest difference of a probability", float(np.abs(told - known).max()), ""))
    print("| what | measured |\n|---|---|", *rows, sep="\n")


if __name__ == "__main__":
    main()
