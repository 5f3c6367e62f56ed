"""The folder of a run: one process at a time, parts whole or not there, and what is done."""

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import fields
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from potholes.bulk.tables import (
    PART_NAME,
    SUMMARY_FILE,
    WORK_FOLDER,
    PartRecord,
    RunKey,
    Summary,
)
from potholes.files.checksum import file_sha256
from potholes.files.documents import read_document, write_document
from potholes.files.tensors import read_tensors, write_tensors
from potholes.prediction.tables import Predictions, write_predictions_table

log = logging.getLogger(__name__)

CSV_FILE, SHEET_FILE = "predictions.csv", "sample.png"
_LOCK, _KEY, _PARTIAL = "lock", "run.json", ".partial"
_WHAT = {
    "format_version": "release of potholes",
    "model": "model",
    "threshold": "--threshold",
    "top_k": "--top-k",
    "photo_sha256": "--sha256",
    "part_size": "size of the parts",
    "batch": "--batch-size or device, which change the last digits of a float model",
}


class Mirror(Protocol):
    """Another place where the files of an output are kept."""

    def put(self, path: Path) -> None:
        """Keep a file of the output as it is now."""
        ...

    def remove(self, path: Path) -> None:
        """Keep it no longer."""
        ...


class Output:
    """An output folder that this process alone writes into; made by `open_output`.

    What is written or removed there, `mirror` repeats elsewhere.
    """

    def __init__(self, folder: Path, mirror: Mirror | None = None) -> None:
        self.folder, self.work, self.mirror = folder, folder / WORK_FOLDER, mirror

    def record(self, index: int) -> PartRecord | None:
        """That of a part which is there with the bytes it was written with."""
        path = self._record_file(index)
        if not path.exists():
            return None
        try:
            record = read_document(path, PartRecord)
        except ValueError as error:
            log.warning("%s; its photos are predicted again", error)
            return None
        files = {".parquet": self._part_file(index), ".safetensors": self._features_file(index)}
        whole = all(
            file.exists() and file_sha256(file) == record.sha256.get(ending)
            for ending, file in files.items()
        )
        return record if whole else None

    def commit(
        self,
        record: PartRecord,
        table: Predictions,
        sample: dict[str, NDArray[np.generic]],
        *,
        top_k: int | None,
        photo_sha256: list[str | None] | None,
    ) -> PartRecord:
        """Write a part, its sampled features and, last, its record, to which checksums are added.

        After a kill or a power cut at any moment each file is there as a whole or not at all.
        """
        part, features = self._part_file(record.index), self._features_file(record.index)
        self.discard_results()
        with self._whole(part) as partial:
            write_predictions_table(partial, table, top_k=top_k, sha256=photo_sha256)
            part_sha256 = file_sha256(partial)
        with self._whole(features) as partial:
            write_tensors(partial, sample, {})
            features_sha256 = file_sha256(partial)
        sums = {".parquet": part_sha256, ".safetensors": features_sha256}
        whole = PartRecord(**{**vars(record), "sha256": sums})
        with self._whole(self._record_file(record.index)) as partial:
            write_document(partial, whole)
        return whole

    def records(self, parts: int) -> Iterator[PartRecord]:
        """Those of all parts, one at a time."""
        for index in range(parts):
            yield read_document(self._record_file(index), PartRecord)

    def sample(self, index: int) -> dict[str, NDArray[np.generic]]:
        """The sampled features of a part."""
        tensors, _ = read_tensors(self._features_file(index))
        return tensors

    def discard_results(self) -> None:
        """Remove what was made of all parts together, for it is no longer true."""
        for name in (SUMMARY_FILE, CSV_FILE, SHEET_FILE):
            self._remove(self.folder / name)

    def drop_parts_from(self, index: int) -> None:
        """Remove parts of photos that are no longer there."""
        while self._part_file(index).exists() or self._record_file(index).exists():
            self.discard_results()
            for path in (self._record_file, self._part_file, self._features_file):
                self._remove(path(index))
            index += 1

    def finish(self, summary: Summary) -> None:
        """Write summary.json, which says that the output is complete."""
        with self._whole(self.folder / SUMMARY_FILE) as partial:
            write_document(partial, summary)

    def _part_file(self, index: int) -> Path:
        return self.folder / f"{PART_NAME.format(index)}.parquet"

    def _features_file(self, index: int) -> Path:
        return self.work / f"{PART_NAME.format(index)}.safetensors"

    def _record_file(self, index: int) -> Path:
        return self.work / f"{PART_NAME.format(index)}.json"

    @contextmanager
    def _whole(self, path: Path) -> Iterator[Path]:
        """Yield where to write a file that then takes the place of `path`, safely on the disk."""
        partial = self.work / f"{path.name}{_PARTIAL}"
        try:
            yield partial
            _flush(partial)
            partial.replace(path)
            _flush(path.parent)
        except OSError as error:
            cause = error.strerror or error
            raise OSError(
                f"{path}: cannot be written ({cause}); make room, then go on with --resume"
            ) from None
        finally:
            partial.unlink(missing_ok=True)
        self.written(path)

    def written(self, path: Path) -> None:
        """A file of the folder is complete."""
        if self.mirror:
            self.mirror.put(path)

    def _remove(self, path: Path) -> None:
        if path.exists():
            path.unlink()
            if self.mirror:
                self.mirror.remove(path)


@contextmanager
def open_output(
    folder: Path, key: RunKey, *, resume: bool, mirror: Mirror | None = None
) -> Iterator[Output]:
    """The output `folder`, made where it is missing and locked until the block or process ends.

    Raises ValueError where it is not empty (with `resume`: where it holds something else than an
    output of the same `key`), or where another process writes into it.
    """
    _check(folder, resume=resume)
    output = Output(folder, mirror)
    try:
        output.work.mkdir(parents=True, exist_ok=True)
        lock = (output.work / _LOCK).open("a")
    except OSError as error:
        raise ValueError(f"--out: {folder} cannot be written ({error.strerror})") from None
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ValueError(
                f"--out: another process is writing into {folder}; wait until it has ended"
            ) from None
        for rest in output.work.glob(f"*{_PARTIAL}"):
            rest.unlink()
        path = output.work / _KEY
        if path.exists():
            _compare(folder, read_document(path, RunKey), key)
        else:
            with output._whole(path) as partial:
                write_document(partial, key)
        yield output


def _check(folder: Path, *, resume: bool) -> None:
    if not folder.exists():
        return
    if not folder.is_dir():
        raise ValueError(f"--out: {folder} is a file; name a folder")
    names = {path.name for path in folder.iterdir()}
    if names and not resume:
        cure = (
            "add --resume to go on with it, or name another one"
            if WORK_FOLDER in names
            else ("name another one")
        )
        raise ValueError(f"--out: {folder} is not a new or empty folder; {cure}")
    if names and WORK_FOLDER not in names:
        raise ValueError(f"--out: {folder} is no output of `potholes predict`; name another one")


def _compare(folder: Path, before: RunKey, now: RunKey) -> None:
    other = [
        _WHAT[field.name]
        for field in fields(RunKey)
        if getattr(before, field.name) != getattr(now, field.name)
    ]
    if other:
        raise ValueError(
            f"--resume: {folder} was begun with another {', '.join(other)}; "
            "use the same, or name another --out"
        )


def _flush(path: Path) -> None:
    """Have the system write a file, or the names in a folder, to the disk."""
    with suppress(PermissionError):  # of a folder that may be written but not read
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
