"""What every stage does around its work: check the params, log, fail in one line, write whole."""

import logging
import platform
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib import metadata
from pathlib import Path

from potholes.files.documents import write_document
from potholes.files.timing import Machine, Timing, machine_file
from potholes.parallel import cores
from potholes.params import Params
from potholes.params_file import check_folders, load_params

# onnxruntime-gpu may stand in for onnxruntime
_PACKAGES = ("torch", "torchvision", "onnxruntime", "onnxruntime-gpu", "numpy", "dvc", "mlflow")


@contextmanager
def stage(*, reads_folders: bool = True) -> Iterator[Params]:
    """Yield the checked params; a user's mistake ends the process with its message, no traceback.

    A folder of the params that is missing is such a mistake, too, in any stage: else it would end
    the run only minutes later, in the stage that reads it. `reads_folders=False` goes on without.
    ValueError and OSError are printed to stderr and exit with 1; Ctrl-C and SIGTERM exit with 130.
    """
    logging.basicConfig(level=logging.INFO, format="%(message)s", stream=sys.stderr)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        params = load_params()
        if reads_folders:
            check_folders(params)
        yield params
    except KeyboardInterrupt:
        sys.exit(130)
    except (ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(1)


@contextmanager
def output_folder(folder: Path) -> Iterator[Path]:
    """Yield an empty folder that takes the place of `folder` only when the block has ended well."""
    partial = folder.with_name(f"{folder.name}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    yield partial
    shutil.rmtree(folder, ignore_errors=True)
    partial.replace(folder)


@contextmanager
def timed(path: Path, count: int) -> Iterator[None]:
    """Write to `path` the seconds that the block took for `count` photos or epochs.

    And beside it, to `machine_file(path)`, what did the work.
    """
    start = time.perf_counter()
    yield
    write_document(path, Timing(seconds=round(time.perf_counter() - start, 3), count=count))
    write_document(machine_file(path), this_machine())


def this_machine() -> Machine:
    """The processor, its cores and the versions of what is installed; nothing is imported."""
    versions = {"Python": platform.python_version()}
    for name in _PACKAGES:
        with suppress(metadata.PackageNotFoundError):
            versions[name] = metadata.version(name)
    return Machine(processor=processor_name(), cores=cores(), versions=versions)


def processor_name(cpuinfo: Path = Path("/proc/cpuinfo")) -> str:
    """As Linux tells it; elsewhere what Python knows, if only the architecture."""
    known = platform.processor() or platform.machine() or "unknown"
    if not cpuinfo.is_file():
        return known
    lines = cpuinfo.read_text(encoding="utf-8", errors="replace").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return next(filter(None, names), known)
