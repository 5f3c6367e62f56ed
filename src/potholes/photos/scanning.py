"""A labelled folder, one sub-folder a class: which photos are there, and what else."""

import logging
import os
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from potholes.photos.naming import is_utf8, printable
from potholes.photos.tables import Rejected

log = logging.getLogger(__name__)

# HEIC and AVIF are refused when read, with the cure: better than to pass over them.
PHOTO_SUFFIXES = frozenset(
    {".avif", ".bmp", ".dib", ".gif", ".heic", ".heif", ".jfif", ".jpe", ".jpeg", ".jpg"}
    | {".png", ".tif", ".tiff", ".webp"}
)
LAYOUT = (
    "expected at least two sub-folders, one for each class, with its photos inside: "
    "{root}/normal/*.jpg, {root}/pothole/*.jpg"
)

# Where `dvc config cache.type symlink` is set, the photos of a DVC folder are links to the cache.
_DVC_OBJECT = re.compile(r"/files/md5/[0-9a-f]{2}/[0-9a-f]{30}$")


@dataclass(frozen=True)
class Found:
    """A file that, by its name, is a photo."""

    sample_id: str  # its path inside the labelled folder, parts joined by /
    label: str
    file: Path


@dataclass(frozen=True)
class Scan:
    """What a labelled folder holds, each list in order of name."""

    classes: list[str]
    photos: list[Found]
    others: list[str]  # paths of files that are no photos, for the log
    rejected: list[Rejected]  # photos, links and folders that cannot be read by their name


def scan_labelled(root: Path) -> Scan:
    """Every photo below the class folders of `root`, nested folders included.

    Hidden files and folders are passed over. Raises ValueError where `root` is missing, holds no
    two classes, two whose names are told apart only by case or Unicode form, or an empty one.
    """
    if not root.is_dir():
        raise ValueError(f"{root}: no such folder; {LAYOUT.format(root=root)}")
    found = _Findings(Path(os.path.realpath(root)))
    entries = found.sorted_entries(root, "")
    folders = [entry for entry in entries if entry.is_dir(follow_symlinks=False)]
    for entry in entries:
        if entry not in folders and entry.name != "photos.csv":
            found.others.append(entry.name)
    classes = [entry.name for entry in folders]
    _check_classes(root, classes, [entry.name for entry in entries if _is_link_to_folder(entry)])
    for entry in folders:
        found.search(Path(entry.path), entry.name)
    photos = sorted(found.photos, key=lambda photo: photo.sample_id)
    filled = {photo.label for photo in photos} | {bad.path.split("/")[0] for bad in found.rejected}
    empty = [name for name in classes if name not in filled]
    if empty:
        names = ", ".join(printable(name) for name in empty)
        raise ValueError(f"{root}: no photos in {names}; add some or remove the folder")
    return Scan(classes, photos, sorted(found.others), found.rejected)


class _Findings:
    """Collects what a walk over the class folders comes across."""

    def __init__(self, real_root: Path) -> None:
        self.real_root = real_root
        self.photos: list[Found] = []
        self.others: list[str] = []
        self.rejected: list[Rejected] = []

    def sorted_entries(self, folder: Path, inside: str) -> list[os.DirEntry[str]]:
        """Entries of `folder` by name, without hidden ones; names not in UTF-8 are rejected."""
        with os.scandir(folder) as listing:
            entries = [entry for entry in listing if not is_hidden(entry.name)]
        for entry in entries:
            if not is_utf8(entry.name):
                path = printable(inside + entry.name)
                self.rejected.append(Rejected(path, "name is not UTF-8; rename it"))
        return sorted((entry for entry in entries if is_utf8(entry.name)), key=lambda e: e.name)

    def search(self, folder: Path, label: str) -> None:
        """Collect the files below a class folder."""
        waiting = [(folder, f"{label}/")]
        while waiting:
            folder, inside = waiting.pop()
            for entry in self.sorted_entries(folder, inside):
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((Path(entry.path), f"{inside}{entry.name}/"))
                else:
                    self._file(entry, inside + entry.name, label)

    def _file(self, entry: os.DirEntry[str], path: str, label: str) -> None:
        link = entry.is_symlink()
        problem = problem_of_link(Path(entry.path), self.real_root) if link else None
        is_photo = is_photo_name(entry.name)
        if problem and (is_photo or _is_link_to_folder(entry)):
            self.rejected.append(Rejected(path, problem))
        elif is_photo and entry.is_file():
            self.photos.append(Found(path, label, Path(entry.path)))
        else:
            self.others.append(path)


def problem_of_link(link: Path, real_root: Path) -> str | None:
    """Why the photo that `link` leads to is not read: it must be a file below `real_root`."""
    try:
        target = Path(os.path.realpath(link, strict=True))
    except FileNotFoundError:
        return "broken link; remove it or restore its target"
    except OSError:
        return "circular link; remove it"
    if not target.is_relative_to(real_root):
        from_cache = target.is_file() and _DVC_OBJECT.search(target.as_posix())
        return None if from_cache else "link to a file outside its folder; copy the file here"
    return None


def is_photo_name(name: str) -> bool:
    """Whether a file of this name is to be read as a photo."""
    return os.path.splitext(name)[1].lower() in PHOTO_SUFFIXES  # noqa: PTH122, Path is ten times slower


def is_hidden(name: str) -> bool:
    """Whether files and folders of this name are passed over."""
    return name.startswith(".") or name == "__MACOSX"


def _is_link_to_folder(entry: os.DirEntry[str]) -> bool:
    return entry.is_symlink() and Path(entry.path).is_dir()  # entry.is_dir() raises on a circle


def _check_classes(root: Path, classes: list[str], links: list[str]) -> None:
    if links:
        names = ", ".join(printable(name) for name in links)
        raise ValueError(
            f"{root}: links to folders are not followed: {names}; copy the folders here"
        )
    if len(classes) < 2:
        have = f"only one class, {printable(classes[0])}" if classes else "no class folder"
        raise ValueError(f"{root}: {have}; {LAYOUT.format(root=root)}")
    for first, second in _twins(classes):
        raise ValueError(
            f"{root}: the classes {printable(first)} and {printable(second)} differ only in case "
            "or Unicode form; merge the folders or rename one"
        )


def _twins(names: list[str]) -> Iterator[tuple[str, str]]:
    seen: dict[str, str] = {}
    for name in names:
        key = unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold()).strip()
        if key in seen:
            yield seen[key], name
        seen[key] = name
