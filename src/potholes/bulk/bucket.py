"""Photos below an address that fsspec knows: S3, Google Cloud, Azure, HDFS and others."""

from collections.abc import Iterator
from typing import Any

from potholes.bulk.addresses import connect, lasting_errors
from potholes.photos.scanning import is_hidden, is_photo_name
from potholes.photos.walking import Listed

_VERSION = ("ETag", "etag", "mtime", "LastModified", "last_modified", "created")


class Bucket:
    """The photos below `address`, all folders included; sent to another process, it connects anew.

    Raises ValueError where nothing is there.
    """

    def __init__(self, address: str) -> None:
        self.address, self.ignored = address, 0
        self.system, self.root = connect(address)
        self.name = self.root.rpartition("/")[2]
        with lasting_errors(address):
            if not self.system.isdir(self.root):
                raise ValueError(f"{address}: no such folder; expected one with photos to predict")

    def __reduce__(self) -> tuple[type["Bucket"], tuple[str]]:
        """Connections cannot be sent."""
        return Bucket, (self.address,)

    def photos(self) -> Iterator[Listed]:
        """All of them in order of path, one folder's names in memory at a time."""
        self.ignored = 0
        on_the_way = [self._entries("")]
        while on_the_way:
            if not on_the_way[-1]:
                on_the_way.pop()
                continue
            path, version = on_the_way[-1].pop()
            if path.endswith("/"):
                on_the_way.append(self._entries(path))
            else:
                yield Listed(path, version=version)

    def _entries(self, inside: str) -> list[tuple[str, str]]:
        """Photos and sub-folders (with a / at their end) in reverse order, with their version."""
        folder = f"{self.root}/{inside}".rstrip("/")
        with lasting_errors(self.address):
            found = self.system.ls(folder, detail=True)
        entries = []
        for entry in found:
            place = str(entry["name"]).rstrip("/")
            name = place.rpartition("/")[2]
            if is_hidden(name) or place == folder:
                continue
            if entry["type"] == "directory":
                entries.append((f"{inside}{name}/", ""))
            elif is_photo_name(name):
                entries.append((f"{inside}{name}", _version_of(entry)))
            else:
                self.ignored += 1
        return sorted(entries, reverse=True)

    def version(self, path: str) -> str:
        """Size and checksum or time, as the place tells them."""
        try:
            with lasting_errors(self.address):
                return _version_of(self.system.info(f"{self.root}/{path}"))
        except FileNotFoundError:
            return ""

    def read(self, path: str) -> bytes:
        """The file's bytes."""
        with lasting_errors(self.address):
            return bytes(self.system.cat_file(f"{self.root}/{path}"))


def _version_of(entry: dict[str, Any]) -> str:
    told = next((entry[key] for key in _VERSION if entry.get(key)), "")
    return f"{entry.get('size')} {told}"
