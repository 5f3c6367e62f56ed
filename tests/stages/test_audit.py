from dataclasses import replace
from pathlib import Path

import pytest

from potholes.audit.tables import (
    ALARMS_FILE,
    GROUPS_FILE,
    SUGGESTION_FILE,
    Alarm,
    GroupErrors,
    SuggestedGroup,
)
from potholes.crossvalidation.tables import (
    LookAlike,
    Undeclared,
    read_cross_validation,
    write_cross_validation,
)
from potholes.dataset.tables import read_manifest, write_manifest
from potholes.files.rows import read_rows
from potholes.params_file import load_params
from potholes.weights.tables import Origin, write_origin
from stages.audit import main
from tests.factories import write_project


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Six photos: two of a drive, the last one predicted wrongly."""
    write_project(tmp_path)
    write_origin(tmp_path / "models/weights/resnet18", Origin("imagenet", "torchvision", ""))
    standardised = tmp_path / "data/standardised"
    samples = read_manifest(standardised)
    named = [replace(sample, group="drive 1") for sample in samples[4:]]
    write_manifest(standardised, [*samples[:4], *named])
    return tmp_path


def run(root: Path) -> Path:
    reports = root / "reports"
    folders = [root / "data/standardised", root / "models/weights"]
    folders += [reports / name for name in ("crossvalidate", "evaluate", "select", "audit")]
    params = load_params()
    main(params.evaluate, params.train, *folders)
    return reports / "audit"


def test_errors_of_named_groups_are_written(project: Path) -> None:
    (row,) = read_rows(run(project) / GROUPS_FILE, GroupErrors)
    assert (row.group, row.photos, row.errors, row.rate) == ("drive 1", 2, 1.0, 0.5)


def test_without_look_alikes_the_suggestion_is_a_header(project: Path) -> None:
    assert (run(project) / SUGGESTION_FILE).read_text() == "path,group\n"


def test_look_alikes_are_an_alarm_and_a_suggestion(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = project / "reports/crossvalidate/resnet18"
    found = read_cross_validation(folder)
    undeclared = Undeclared(1.0, 1.0, 0.0, True, 1, 3, 2.0, None, None, None, None)
    alike = [LookAlike(f"photo {number}.jpg", "photo 0.jpg") for number in range(3)]
    summary = replace(found.summary, undeclared=undeclared)
    write_cross_validation(folder, replace(found, summary=summary, look_alikes=alike))
    audited = run(project)
    assert "look-alikes" in [alarm.what for alarm in read_rows(audited / ALARMS_FILE, Alarm)]
    assert "Alarm, look-alikes: 3 of 6 photos" in capsys.readouterr().out
    lines = read_rows(audited / SUGGESTION_FILE, SuggestedGroup)
    assert [line.group for line in lines] == ["alike-001"] * 3 + ["drive 1"] * 2
