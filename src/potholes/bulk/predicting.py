"""`potholes predict`: any amount of photos to a folder of parts and a summary."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from potholes.bulk.finishing import copy_into_classes, summarise, write_csv, write_sample
from potholes.bulk.listing import Source, open_sources
from potholes.bulk.output import open_output
from potholes.bulk.predictor import Options, Predictor
from potholes.bulk.progress import Progress
from potholes.bulk.running import run
from potholes.bulk.tables import Summary


@dataclass(frozen=True)
class Request:
    """What to predict with which model, and where to put what."""

    sources: Sequence[str]
    model: Path
    out: Path
    options: Options
    resume: bool = False
    csv: bool = False
    copy_to: Path | None = None
    sample: int = 0  # photos on a contact sheet; 0: none
    workers: int = 0  # threads; 0: one a core
    quiet: bool = False


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
        own = [request.out, *([request.copy_to] if request.copy_to else [])]
        leave_out = {os.path.realpath(folder) for folder in own}
        self.source: Source = open_sources(request.sources, leave_out=leave_out)
        self.predictor = Predictor(request.model, request.options)
        if request.copy_to:
            _check_folders_of(self.predictor.deployed.classes)

    def opening(self) -> str:
        """With what is predicted: backbone, precision, origin of the weights, threshold."""
        model = self.predictor.deployed
        origins = {
            "imagenet": "ImageNet weights",
            "folder": "weights of your own",
            "random": "weights that are a STAND-IN (drawn at random, not trained)",
        }
        rule = (
            "the most probable class is called"
            if self.predictor.threshold is None
            else f"{model.classes[1]} from a probability of {self.predictor.threshold:g} on"
        )
        return f"{model.backbone}, {model.precision}, {origins[model.origin]}; {rule}"

    def do(self) -> Outcome:
        """Predict, and write all that is asked for.

        Raises ValueError where no photo was found or none could be read, OSError where the output
        cannot be written.
        """
        asked, source = self.request, self.source
        with open_output(asked.out, self.predictor.key(), resume=asked.resume) as output:
            with Progress(quiet=asked.quiet) as progress:
                parts = run(self.predictor, source, output, progress, workers=asked.workers)
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
                write_csv(asked.out, parts)
            if asked.copy_to:
                copied = copy_into_classes(asked.copy_to, source, asked.out, parts)
            if asked.sample:
                write_sample(self.predictor, source, asked.out, parts, asked.sample)
            output.finish(summary)
        return Outcome(summary, progress.predicted, rate, source.ignored, copied)


def _hint(source: Source) -> str:
    if source.ignored:
        return f"{source.ignored} files are none by their names (.jpg, .png, .webp, …)"
    return "hidden and linked folders are not searched"


def _check_folders_of(classes: Sequence[str]) -> None:
    bad = [name for name in classes if "/" in name or name in {"", ".", ".."}]
    if bad:
        raise ValueError(f"--copy-to: the class {bad[0]!r} cannot be the name of a folder")
