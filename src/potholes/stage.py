"""What every stage does around its work: check the params, log, fail in one line, write whole."""

import logging
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from potholes.files.documents import write_document
from potholes.files.timing import Timing
from potholes.params import Params
from potholes.params_file import check_folders, load_params


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
    """Write to `path` the seconds that the block took for `count` photos or epochs."""
    start = time.perf_counter()
    yield
    write_document(path, Timing(seconds=round(time.perf_counter() - start, 3), count=count))
