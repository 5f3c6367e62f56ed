"""README's results are what a reader gets: compared with the run that lies in the project."""

import re
import subprocess
import sys

import pytest
import yaml

from tests.clone import ROOT

# The two columns that a clock fills, and where the table's lines end
TIME = re.compile(r"\d+\.\d \+ \d+\.\d+")


def shown() -> list[str]:
    """Lines of README's block that begins with `$ potholes show`."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"^```\n\$ potholes show\n(.*?)^```", text, re.M | re.S)
    return [TIME.sub("-", line).split() for line in block.splitlines()]


def test_the_table_is_what_potholes_show_prints() -> None:
    params = subprocess.run(
        ["git", "show", "HEAD:params.yaml"], cwd=ROOT, capture_output=True, check=False
    ).stdout
    lock = ROOT / "dvc.lock"
    if not lock.exists():
        pytest.skip("no run in the project: `make repro` first")
    if (ROOT / "params.yaml").read_bytes() != params:
        pytest.skip("params.yaml is not the one that README's run had")
    origins = yaml.safe_load((ROOT / "reports/select/selection.json").read_text())["origin"]
    if origins != "random":
        pytest.skip("ImageNet's weights could be downloaded; README's run had the stand-in")
    command = [sys.executable, "-c", "from potholes.cli import main; main(['show'])"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert [TIME.sub("-", line).split() for line in done.stdout.splitlines()] == shown()
