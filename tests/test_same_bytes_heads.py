"""Heads, probabilities and tables have the same bytes on every processor.

A processor is made to compute like another by settings that OpenBLAS, NumPy and the C library
read when they are loaded.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from numpy._core._multiarray_umath import (  # type: ignore[attr-defined]
    __cpu_dispatch__,
    __cpu_features__,
)

from tests.heads_on_files import write_inputs

ROOT = Path(__file__).parents[1]
SETTINGS = {  # what stands in for a processor, and the instructions that this one must have
    "Nehalem": ({"OPENBLAS_CORETYPE": "Nehalem"}, "SSE42"),
    "Haswell": ({"OPENBLAS_CORETYPE": "Haswell"}, "AVX2"),
    "SkylakeX": ({"OPENBLAS_CORETYPE": "SkylakeX"}, "AVX512F"),
    "NumPy without vectors": (
        {"NPY_DISABLE_CPU_FEATURES": " ".join(f for f in __cpu_dispatch__ if __cpu_features__[f])},
        "SSE42",
    ),
    "C library without vectors": (
        {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4,-AVX512F,-AVX2_Usable,-FMA_Usable"},
        "SSE42",
    ),
    "one core": ({"OPENBLAS_NUM_THREADS": "1"}, None),
}


def hashes(folder: Path) -> dict[str, str]:
    """sha256 of every file but the one that says how long it took."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.name != "timing.json"]
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def run(folder: Path, settings: dict[str, str]) -> dict[str, str]:
    """The hashes of what the stages write into `folder` under these settings."""
    environment = {key: value for key, value in os.environ.items() if key not in ALL}
    command = [sys.executable, "-m", "tests.heads_on_files", str(folder)]
    done = subprocess.run(
        command, cwd=ROOT, env=environment | settings, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return hashes(folder)


ALL = {key for settings, _ in SETTINGS.values() for key in settings}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """The hashes by setting; `as it is` without any."""
    inputs = tmp_path_factory.mktemp("inputs") / "project"
    write_inputs(inputs)
    chosen = {"as it is": dict[str, str]()}
    chosen |= {name: own for name, (own, needed) in SETTINGS.items() if _has(needed)}
    folders = [inputs.with_name(name) for name in chosen]
    for folder in folders:
        shutil.copytree(inputs, folder)
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(chosen, pool.map(run, folders, chosen.values()), strict=True))


def _has(instructions: str | None) -> bool:
    return instructions is None or __cpu_features__.get(instructions, False)


@pytest.mark.parametrize("name", SETTINGS)
def test_every_file_has_the_same_bytes(found, name):
    needed = SETTINGS[name][1]
    if not _has(needed):
        pytest.skip(f"this processor has no {needed}")
    different = {path for path, digest in found["as it is"].items() if found[name][path] != digest}
    assert not different
    assert len(found[name]) > 30
