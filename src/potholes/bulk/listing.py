"""Where photos come from: folders, globs, lists of paths and single photos."""

import os
import re
from collections.abc import Collection, Iterator, Sequence
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Protocol

from potholes.photos.naming import is_utf8, printable
from potholes.photos.scanning import is_photo_name
from potholes.photos.walking import Listed, PhotoWalk

_WILD = re.compile(r"[*?[]")
_NO_FILE = "no such file"


class Source(Protocol):
    """Photos by their path; `name` tells sources apart where there are several."""

    name: str

    @property
    def ignored(self) -> int:
        """Once listed: how many files are no photos by their names, or linked folders."""
        ...

    def photos(self) -> Iterator[Listed]:
        """The photos in order of path, while the listing goes on; each time from the first on."""
        ...

    def version(self, path: str) -> str:
        """What is another text once the bytes of a photo have changed; empty if it is gone."""
        ...

    def read(self, path: str) -> bytes:
        """The bytes of a photo; raises OSError where it cannot be read."""
        ...


class _Local:
    """Photos on this machine's disks, below `root`."""

    def __init__(self, root: Path) -> None:
        self.root, self.name = root, Path(os.path.realpath(root)).name
        self.ignored = 0

    def version(self, path: str) -> str:
        """Size and time of the last change."""
        try:
            facts = (self.root / path).stat()
        except OSError:
            return ""
        return f"{facts.st_size} {facts.st_mtime_ns}"

    def read(self, path: str) -> bytes:
        """The file's bytes."""
        return (self.root / path).read_bytes()


class Folder(_Local):
    """The photos below a folder, all sub-folders included, without those in `leave_out`."""

    def __init__(self, root: Path, leave_out: Collection[str] = ()) -> None:
        super().__init__(root)
        self.leave_out = leave_out
        PhotoWalk(root)  # refuses what is no folder now, and not only when the listing begins

    def photos(self) -> Iterator[Listed]:
        """All of them."""
        walk = PhotoWalk(self.root, leave_out=self.leave_out)
        yield from walk
        self.ignored = walk.ignored


class Glob(Folder):
    """Photos that a pattern finds, and those in the folders that it finds.

    `*` is any name, `**` any number of folders; paths begin behind the last part without a
    wildcard.
    """

    def __init__(self, pattern: str, leave_out: Collection[str] = ()) -> None:
        parts = Path(pattern).parts
        fixed = next(index for index, part in enumerate(parts) if _WILD.search(part))
        super().__init__(Path(*parts[:fixed]), leave_out)
        self.pattern = parts[fixed:]

    def photos(self) -> Iterator[Listed]:
        """Those that the pattern finds."""
        for photo in super().photos():
            if _finds(self.pattern, photo.path.split("/")):
                yield photo


class Files(_Local):
    """Single photos below `root`, given by their paths."""

    def __init__(self, root: Path, paths: Sequence[str]) -> None:
        super().__init__(root)
        self.paths = sorted(set(paths))

    def photos(self) -> Iterator[Listed]:
        """All of them; one that is gone with that problem."""
        for path in self.paths:
            if not is_utf8(path):
                yield Listed(printable(path), "its name is not UTF-8; rename it")
            else:
                yield Listed(path, None if (self.root / path).is_file() else _NO_FILE)


class Several:
    """Sources in order of name; a photo's path begins with that of its source."""

    name = "photos"

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources: dict[str, Source] = {}
        for source in sorted(sources, key=lambda one: f"{one.name}/"):
            if source.name in self.sources:
                raise ValueError(
                    f"SOURCE: two are called {source.name!r}, so their photos could not be told "
                    "apart; name the folder above them, or predict them one after the other"
                )
            self.sources[source.name] = source

    @property
    def ignored(self) -> int:
        """Of all sources."""
        return sum(source.ignored for source in self.sources.values())

    def photos(self) -> Iterator[Listed]:
        """Those of one source after the other."""
        for name, source in self.sources.items():
            for photo in source.photos():
                yield Listed(f"{name}/{photo.path}", photo.problem)

    def version(self, path: str) -> str:
        """As its source tells it."""
        name, _, inside = path.partition("/")
        return self.sources[name].version(inside)

    def read(self, path: str) -> bytes:
        """From its source."""
        name, _, inside = path.partition("/")
        return self.sources[name].read(inside)


def open_sources(arguments: Sequence[str], *, leave_out: Collection[str] = ()) -> Source:
    """The source that the command line names; the (real) folders `leave_out` are not searched.

    Raises ValueError naming an argument that is nothing to predict.
    """
    sources, single = list[Source](), list[str]()
    for text in arguments:
        path = Path(text)
        if path.is_dir():
            sources.append(Folder(path, leave_out))
        elif path.is_file() and _is_photo(path):
            single.append(os.path.abspath(path))  # noqa: PTH100, which keeps links as they are
        elif path.is_file():
            sources.append(_listed_in(path))
        elif _WILD.search(text):
            sources.append(Glob(text, leave_out))
        else:
            raise ValueError(
                f"{text}: no such folder or file; expected a folder of photos, a photo, a glob or "
                "a text file with one path a line"
            )
    if single:
        sources.append(_below_one(single))
    return sources[0] if len(sources) == 1 else Several(sources)


def _is_photo(path: Path) -> bool:
    if is_photo_name(path.name):
        return True
    with path.open("rb") as file:
        return b"\0" in file.read(4096)  # no text: reading it as a photo says what it is


def _listed_in(path: Path) -> Source:
    """A text file of paths, which are relative to its folder."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise ValueError(f"{path}: is no UTF-8 text ({error.reason}); save it as UTF-8") from None
    folder = os.path.abspath(path.parent)  # noqa: PTH100
    paths = [os.path.normpath(os.path.join(folder, line)) for line in lines if line.strip()]  # noqa: PTH118
    if not paths:
        raise ValueError(f"{path}: names no photo; expected one path a line")
    inside = all(one.startswith(f"{folder}/") for one in paths)
    return _below_one(paths, Path(folder) if inside else None)


def _below_one(paths: Sequence[str], root: Path | None = None) -> Files:
    """Photos by absolute paths, told by where they are below `root` or their common folder."""
    root = root or Path(os.path.commonpath([os.path.dirname(one) for one in paths]))  # noqa: PTH120
    return Files(root, [os.path.relpath(one, root) for one in paths])


def _finds(pattern: Sequence[str], parts: Sequence[str]) -> bool:
    """Whether the parts of a path, or of a folder that it is in, match those of a glob."""
    if not pattern:
        return True
    if pattern[0] == "**":
        return _finds(pattern[1:], parts) or (bool(parts) and _finds(pattern, parts[1:]))
    return bool(parts) and fnmatchcase(parts[0], pattern[0]) and _finds(pattern[1:], parts[1:])
