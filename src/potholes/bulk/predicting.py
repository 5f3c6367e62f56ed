"""`potholes predict`: any amount of photos to a folder of parts and a summary."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from potholes.bulk.addresses import is_address
from potholes.bulk.finishing import copy_into_classes, summarise, write_csv, write_sample
from potholes.bulk.listing import Source, open_sources
from potholes.bulk.mirroring import mirrored
from potholes.bulk.output import Mirror, Output, open_output
from potholes.bulk.predictor import Options, Predictor
from potholes.bulk.progress import Progress
from potholes.bulk.running import run
from potholes.bulk.tables import Summary
from potholes.wording import weights_note


@dataclass(frozen=True)
class Request:
    """What to predict with which model, and where to put what."""

    sources: Sequence[str]
    model: Path
    out: Path | str  # a folder, or an address such as s3://bucket/folder
    options: Options
    resume: bool = False
    csv: bool = False
    copy_to: Path | None = None
    sample: int = 0  # photos on a contact sheet; 0: none
    workers: int = 0  # threads; 0: one a core
    quiet: bool = False
    runner: str = "local"  # or ray
    ray_address: str | None = None  # of a cluster; None starts Ray on this machine


@dataclass(frozen=True)
class Outcome:
    """What a run has made, and what is told of it but not written."""

    summary: Summary
    predicted: int  # photos of this run; the others were there already
    rate: float  # photos a second
    ignored: int  # files that are no photos by their names, and linked folders
    copied: int


class Job:
    """A request whose model is loaded and whose sources are there; nothing is written yet.

    Raises ValueError naming the mistake.
    """

    def __init__(self, request: Request) -> None:
        self.request = request
        if request.sample and find_spec("resvg_py") is None:
            raise ValueError("--sample: needs the extra `train`: pip install 'potholes[train]'")
        local = [] if is_address(str(request.out)) else [Path(request.out)]
        own = [*local, *([request.copy_to] if request.copy_to else [])]
        leave_out = {os.path.realpath(folder) for folder in own}
        if request.runner == "ray" and find_spec("ray") is None:
            raise ValueError("--runner ray: needs the extra `ray`: pip install 'potholes[ray]'")
        self.source: Source = open_sources(request.sources, leave_out=leave_out)
        self.predictor = Predictor(request.model, request.options)

    def opening(self) -> str:
        """With what is predicted: backbone, precision, origin of the weights, threshold."""
        model = self.predictor.deployed
        rule = (
            "the most probable class is called"
            if self.predictor.threshold is None
            else f"{model.classes[1]} from a probability of {self.predictor.threshold:g} on"
        )
        return f"{model.backbone}, {model.precision}, {weights_note(model.origin)}; {rule}"

    def do(self) -> Outcome:
        """Predict, and write all that is asked for.

        Raises ValueError where no photo was found or none could be read, OSError where the output
        cannot be written.
        """
        asked = self.request
        if not is_address(str(asked.out)):
            return self._do(Path(asked.out), None)
        with mirrored(str(asked.out), resume=asked.resume) as (folder, copies):
            return self._do(folder, copies)

    def _do(self, folder: Path, mirror: Mirror | None) -> Outcome:
        asked, source = self.request, self.source
        key = self.predictor.key()
        with open_output(folder, key, resume=asked.resume, mirror=mirror) as output:
            with Progress(quiet=asked.quiet) as progress:
                parts = self._run(output, progress)
                rate = progress.rate
            if not parts:
                raise ValueError(f"{' '.join(asked.sources)}: no photos; {_hint(source)}")
            summary = summarise(output, parts, self.predictor)
            if summary.photos == summary.unreadable:
                first = summary.unreadable_first[0]
                count = summary.photos
                raise ValueError(f"none of {count} photos can be read; {first.path}: {first.error}")
            copied = 0
            if asked.csv:
                output.written(write_csv(folder, parts))
            if asked.copy_to:
                copied = copy_into_classes(asked.copy_to, source, folder, parts)
            if asked.sample:
                sheet = write_sample(self.predictor, source, folder, parts, asked.sample)
                output.written(sheet)
            output.finish(summary)
        return Outcome(summary, progress.predicted, rate, source.ignored, copied)

    def _run(self, output: Output, progress: Progress) -> int:
        asked = self.request
        if asked.runner == "local":
            return run(self.predictor, self.source, output, progress, workers=asked.workers)
        from potholes.bulk.ray_runner import run_on_ray  # takes a second to import

        return run_on_ray(
            self.predictor,
            self.source,
            output,
            progress,
            model=asked.model,
            address=asked.ray_address,
            workers=asked.workers,
        )


def _hint(source: Source) -> str:
    if source.ignored:
        return f"{source.ignored} files are none by their names (.jpg, .png, .webp, …)"
    return "hidden and linked folders are not searched"
