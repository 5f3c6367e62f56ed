import os
import platform
import subprocess
import sys

import numpy
import pytest

from potholes.files.documents import read_document
from potholes.files.timing import Machine, Timing
from potholes.parallel import cores
from potholes.stage import output_folder, processor_name, timed


def test_a_failed_stage_leaves_the_earlier_output(tmp_path):
    out = tmp_path / "out"
    with output_folder(out) as folder:
        (folder / "good").write_text("1")

    def fail() -> None:
        with output_folder(out) as folder:
            (folder / "bad").write_text("2")
            raise ValueError("broken")

    with pytest.raises(ValueError, match="broken"):
        fail()
    assert [path.name for path in out.iterdir()] == ["good"]


def test_an_output_holds_nothing_of_the_one_before(tmp_path):
    for name in ("first", "second"):
        with output_folder(tmp_path / "out") as folder:
            (folder / name).write_text("")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["second"]
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_time_is_written_with_its_count(tmp_path):
    with timed(tmp_path / "a" / "t.json", count=3):
        pass
    timing = read_document(tmp_path / "a" / "t.json", Timing)
    assert timing.count == 3
    assert 0 <= timing.seconds < 5


def test_what_did_the_work_is_written_beside_its_time(tmp_path):
    with timed(tmp_path / "t.json", count=3):
        pass
    machine = read_document(tmp_path / "t.machine.json", Machine)
    assert machine.processor
    assert machine.cores == cores()
    assert machine.versions["Python"] == platform.python_version()
    assert machine.versions["numpy"] == numpy.__version__


def test_the_processor_is_named_as_linux_tells_it(tmp_path):
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("processor\t: 0\nmodel name\t: Example 9000 @ 3 GHz\n\nmodel name\t: x\n")
    assert processor_name(cpuinfo) == "Example 9000 @ 3 GHz"
    cpuinfo.write_text("processor\t: 0\n")  # an ARM board
    assert processor_name(cpuinfo) == processor_name(tmp_path / "none") != ""


@pytest.mark.parametrize("error", ["ValueError('x.csv: bad')", "OSError(28, 'No space left')"])
def test_a_users_mistake_ends_in_one_line_without_traceback(params_file, error):
    path = params_file("  epochs: 20", "  epochs: 2")
    code = f"from potholes.stage import stage\nwith stage(): raise {error}"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=path.parent, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1


def test_a_wrong_param_stops_any_stage(params_file):
    path = params_file("  epochs: 20", "  epochs: none")
    code = "from potholes.stage import stage\nwith stage(): print('ran')"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=path.parent, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "params.yaml: train.epochs: got 'none'" in done.stderr
    assert os.linesep in done.stderr


def test_a_missing_folder_stops_any_stage_but_one_that_reads_none(params_file):
    path = params_file("unlabelled: data/synthetic/unlabelled", "unlabelled: data/raw/unlabelled")
    for options, code, printed in (("", 1, ""), ("reads_folders=False", 0, "ran\n")):
        script = f"from potholes.stage import stage\nwith stage({options}): print('ran')"
        command = [sys.executable, "-c", script]
        done = subprocess.run(command, cwd=path.parent, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (code, printed)
        assert ("mkdir -p data/raw/unlabelled" in done.stderr) == bool(code)
