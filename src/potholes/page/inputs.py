"""Everything that the page shows, read once."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from potholes.audit.tables import SUGGESTION_FILE, SuggestedGroup
from potholes.dataset.tables import SUMMARY_FILE, Sample, Summary, read_manifest
from potholes.explanation.tables import EXPLAINED_FILE, ExplainedRow
from potholes.familiarity.tables import Familiarity, read_familiarity
from potholes.files.documents import read_document
from potholes.files.rows import read_rows
from potholes.files.timing import Machine, Timing, machine_file
from potholes.params import Params
from potholes.params_file import GENERATED
from potholes.photos.tables import REJECTED_FILE, Rejected
from potholes.prediction.tables import Predictions, read_disagreements, read_unlabelled
from potholes.report.fingerprint import fingerprint
from potholes.report.results import Outcome, Results


@dataclass(frozen=True)
class Duration:
    """Seconds that a stage took for one backbone, for how many photos or epochs, and on what."""

    stage: str
    backbone: str
    seconds: float
    count: int
    machine: Machine


@dataclass(frozen=True)
class State:
    """Which state of the pipeline the page shows: its fingerprint, or why there is none."""

    fingerprint: str | None
    unknown: str = ""

    @classmethod
    def of(cls, project: Path, params: Params) -> "State":
        """As dvc.lock has it; a stage run by hand may show results that belong to no state."""
        try:
            return cls(fingerprint(project, params, running="report"))
        except ValueError as error:
            return cls(None, str(error))


@dataclass(frozen=True)
class Inputs:
    """The results, the photos they rest on, and the params they were made with."""

    results: Results
    standardised: Path  # the folder of the pictures
    explained: dict[str, ExplainedRow]  # by sample_id: pictures that are made already
    explained_in: Path  # their folder
    augmentation: Path  # the contact sheet of changed copies
    samples: list[Sample]
    summary: Summary
    rejected: list[Rejected]
    suggestion: list[SuggestedGroup]
    unlabelled: Predictions  # by the chosen backbone
    unlabelled_in: Path  # the folder of these photos
    familiarity: Familiarity  # of the unlabelled photos
    # by path, what each backbone calls photos on which they disagree; None: only one has predicted
    disagreements: dict[str, dict[str, str]] | None
    durations: list[Duration]  # all that differs from run to run or from machine to machine
    state: State
    params: Mapping[str, Any]  # the whole of params.yaml
    level: float  # of the intervals
    seed: int  # of the random photos
    sheet: int  # how many random photos
    max_photos: int  # test photos in the page

    @property
    def chosen(self) -> Outcome:
        """The selected backbone's."""
        return self.results.chosen

    @property
    def generated(self) -> bool:
        """Whether the labelled photos were drawn by the stage synthesise."""
        return bool(self.params["data"]["labelled"] == GENERATED[0])

    @property
    def photos_a_second(self) -> dict[str, float]:
        """By backbone, how many photos the extraction of features did in a second."""
        return {
            one.backbone: one.count / one.seconds
            for one in self.durations
            if one.stage == "features" and one.seconds > 0
        }


def read_inputs(
    results: Results,
    standardised: Path,
    explained: Path,
    predictions: Path,
    reports: Path,
    params: Mapping[str, Any],
    state: State,
) -> Inputs:
    """What these folders hold, of `state`; `params` is the tree of params.yaml."""
    names = [backbone.name for backbone in results.backbones]
    durations = []
    for stage in ("compile", "features", "train"):
        for name in names:
            path = reports / "timing" / stage / f"{name}.json"
            timing, machine = (
                read_document(path, Timing),
                read_document(machine_file(path), Machine),
            )
            durations.append(Duration(stage, name, timing.seconds, timing.count, machine))
    return Inputs(
        results=results,
        standardised=standardised,
        explained={
            row.sample_id: row for row in read_rows(explained / EXPLAINED_FILE, ExplainedRow)
        },
        explained_in=explained,
        augmentation=reports / "figures" / "augmentation.png",
        samples=read_manifest(standardised),
        summary=read_document(standardised / SUMMARY_FILE, Summary),
        rejected=read_rows(standardised / REJECTED_FILE, Rejected),
        suggestion=read_rows(reports / "audit" / SUGGESTION_FILE, SuggestedGroup),
        unlabelled=read_unlabelled(predictions / results.selection.backbone),
        unlabelled_in=Path(params["data"]["unlabelled"]),
        familiarity=read_familiarity(predictions / results.selection.backbone),
        disagreements=read_disagreements(predictions),
        durations=durations,
        state=state,
        params=params,
        level=params["evaluate"]["level"],
        seed=params["predict"]["seed"],
        sheet=params["predict"]["sheet"],
        max_photos=params["report"]["max_photos"],
    )
