"""The pipeline writes the same bytes on every processor, which one processor can show.

Torch, oneDNN, MKL, OpenBLAS and NumPy take other kernels on other processors. Settings hold them
to the kernels of older ones.
"""

import os
import subprocess
import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from potholes.parallel import cores

ROOT = Path(__file__).resolve().parents[1]
PROCESSORS = {  # name -> the flag that a processor needs to act as one, and the settings
    "sse": (
        "sse4_2",
        {
            "ATEN_CPU_CAPABILITY": "default",
            "ONEDNN_MAX_CPU_ISA": "SSE41",
            "MKL_CBWR": "COMPATIBLE",
            "OPENBLAS_CORETYPE": "Nehalem",
            # NumPy's names before 2.4, and since; it takes those that it knows
            "NPY_DISABLE_CPU_FEATURES": "AVX2 FMA3 AVX512F AVX512CD AVX512_SKX "
            "X86_V3 X86_V4 AVX512_ICL",
        },
    ),
    "avx2": (
        "avx2",
        {
            "ATEN_CPU_CAPABILITY": "avx2",
            "ONEDNN_MAX_CPU_ISA": "AVX2",
            "MKL_CBWR": "AVX2",
            "OPENBLAS_CORETYPE": "Haswell",
            "NPY_DISABLE_CPU_FEATURES": "AVX512F AVX512CD AVX512_SKX X86_V4 AVX512_ICL",
        },
    ),
    "avx512": ("avx512bw", {"OPENBLAS_CORETYPE": "SkylakeX"}),
    "this one": ("sse4_2", {}),
}
TELL = """
import hashlib
def tell(label, content):
    print("TOLD", label, hashlib.sha256(content).hexdigest())
"""


def assert_same_bytes(snippet: str) -> None:
    """Run `snippet` as each of PROCESSORS; what it tells must have the same bytes everywhere.

    The snippet is Python that calls tell(label, content) with a word and bytes. A warning says
    which processors this one cannot act as.
    """
    flags = _processor_flags()
    able = {}
    for name, (flag, settings) in PROCESSORS.items():
        if flag in flags:
            able[name] = settings
        else:
            warnings.warn(f"{name} left out: this processor has no {flag}", stacklevel=2)
    with ThreadPoolExecutor(cores()) as pool:
        told = dict(
            zip(able, pool.map(lambda env: _told(snippet, env), able.values()), strict=True)
        )
    expected = told["this one"]
    assert expected
    assert told == dict.fromkeys(able, expected)


def _told(snippet: str, settings: dict[str, str]) -> dict[str, str]:
    """label -> sha256 of what the snippet tells in a process with these settings."""
    known = {name for _, others in PROCESSORS.values() for name in others}
    clean = {name: value for name, value in os.environ.items() if name not in known}
    process = subprocess.run(
        [sys.executable, "-c", TELL + snippet],
        cwd=ROOT,
        env=clean | settings,
        capture_output=True,
        text=True,
    )
    assert process.returncode == 0, process.stderr
    lines = [line.split() for line in process.stdout.splitlines() if line.startswith("TOLD ")]
    return {label: digest for _, label, digest in lines}


def _processor_flags() -> set[str]:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        text = ""
    flags = next((line for line in text.splitlines() if line.startswith("flags")), "").split()
    if "sse4_2" not in flags:
        pytest.skip("needs Linux on x86-64, whose libraries can act as other processors")
    return set(flags)


def test_weights_and_graphs() -> None:
    assert_same_bytes("""
from potholes.weights import stand_in
from potholes.weights.family import body_state
from potholes.compilation import compiler
from potholes.params import BackboneParams

stand_in.CALIBRATION_PICTURES = 2  # few, for speed
compiler.CHECK_PICTURES = 1
for name in ("resnet18", "resnet50"):
    model = stand_in.random_backbone(name, seed=0)
    tell(f"{name}-weights", b"".join(array.tobytes() for array in body_state(model).values()))
    params = BackboneParams(precision="int8", calibration_images=2)
    compiled = compiler.compile_backbone(name, model, params)
    tell(f"{name}-graph", compiled.graph)
    tell(f"{name}-facts", repr(compiled.facts).encode())
""")


def test_augmented_copies() -> None:
    assert_same_bytes("""
from pathlib import Path
from potholes.augmentation.operations import AUGMENTATIONS, augment_copy
from potholes.weights.pink_noise import pink_noise
from potholes.params_file import load_params

params = load_params(Path("params.yaml")).augment
pictures = pink_noise(8, seed=5)
tell("pictures", pictures.tobytes())
for name in AUGMENTATIONS:
    chances = {other: {"p": float(other == name)} for other in AUGMENTATIONS}
    tree = {key: value | chances.get(key, {}) if isinstance(value, dict) else value
            for key, value in params.model_dump().items()}
    only = type(params).model_validate(tree)
    copies = [augment_copy(picture, only, str(index), 1) for index, picture in enumerate(pictures)]
    tell(name, b"".join(copy.tobytes() for copy in copies))
""")
