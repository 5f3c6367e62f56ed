"""An output at an address: written into a folder of this machine first, then file by file there."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from potholes.bulk.addresses import connect, lasting_errors
from potholes.bulk.tables import WORK_FOLDER

_KEPT = (".parquet", ".json", ".safetensors", ".csv", ".png")


class Copies:
    """The files of `folder`, kept at an address too; each appears there as a whole."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address, self.folder = address, folder
        self.system, self.root = connect(address)

    def put(self, path: Path) -> None:
        """Send a file."""
        with lasting_errors(self.address):
            self.system.pipe_file(self._there(path), path.read_bytes())

    def remove(self, path: Path) -> None:
        """Remove what was sent."""
        with lasting_errors(self.address):
            if self.system.exists(self._there(path)):
                self.system.rm_file(self._there(path))

    def fetch(self) -> None:
        """Bring what an earlier run left; raises ValueError where it is no output."""
        with lasting_errors(self.address):
            names = self._files("")
            if names and not self._files(WORK_FOLDER):
                raise ValueError(
                    f"--out: {self.address} is no output of `potholes predict`; name another one"
                )
            for inside in ("", f"{WORK_FOLDER}/"):
                for name in self._files(inside.rstrip("/")):
                    if name.endswith(_KEPT):
                        target = self.folder / inside / name
                        target.parent.mkdir(exist_ok=True)
                        target.write_bytes(self.system.cat_file(f"{self.root}/{inside}{name}"))

    @property
    def empty(self) -> bool:
        """Whether nothing is there."""
        with lasting_errors(self.address):
            return not self.system.exists(self.root) or not self.system.find(self.root)

    def _files(self, inside: str) -> list[str]:
        """Names of the files in a folder there."""
        place = f"{self.root}/{inside}".rstrip("/")
        if not self.system.exists(place):
            return []
        found = self.system.ls(place, detail=True)
        return sorted(
            str(entry["name"]).rpartition("/")[2] for entry in found if entry["type"] == "file"
        )

    def _there(self, path: Path) -> str:
        return f"{self.root}/{path.relative_to(self.folder).as_posix()}"


@contextmanager
def mirrored(address: str, *, resume: bool) -> Iterator[tuple[Path, Copies]]:
    """A temporary folder for an output at `address`, with what is there already.

    Raises ValueError where something is there and `resume` is not asked for. Whether another
    process writes to the same address cannot be seen.
    """
    with TemporaryDirectory(prefix="potholes-") as temporary:
        folder = Path(temporary)
        copies = Copies(address, folder)
        if not copies.empty:
            if not resume:
                raise ValueError(
                    f"--out: {address} is not empty; add --resume to go on with it, "
                    "or name another one"
                )
            copies.fetch()
        yield folder, copies
