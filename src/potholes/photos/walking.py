"""Unlabelled photos below a folder, in order of path, while the folders are being read."""

import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from potholes.photos.naming import is_utf8, printable
from potholes.photos.scanning import is_hidden, is_photo_name, problem_of_link

_LINK = "\0"  # after the name of a link: in no name, and before every other character


@dataclass(frozen=True, slots=True)
class Listed:
    """A file that, by its name, is a photo, and why it cannot be read where that shows already."""

    path: str  # inside the folder, parts joined by /
    problem: str | None = None


class PhotoWalk:
    """The photos below `root` in order of path, without the (real) folders `leave_out`.

    Hidden files and folders are passed over, linked folders not followed; a broken link, or one
    to a file outside `root`, is listed with its problem. Only the names in the folders on the way
    to the present photo are held. `ignored` counts other files and linked folders met so far.
    Raises ValueError where `root` is no folder.
    """

    def __init__(self, root: Path, *, leave_out: Collection[str] = ()) -> None:
        if not root.is_dir():
            raise ValueError(f"{root}: no such folder; expected one with photos to predict")
        self.root, self.leave_out, self.ignored = root, leave_out, 0
        self._real_root = Path(os.path.realpath(root))

    def __iter__(self) -> Iterator[Listed]:
        """The photos, from the first one on."""
        self.ignored = 0
        # names still to come, the next one last, of each folder on the way; folders end in /
        on_the_way = [("", self._names(""))]
        while on_the_way:
            inside, names = on_the_way[-1]
            if not names:
                on_the_way.pop()
                continue
            path = inside + names.pop()
            if path.endswith("/"):
                on_the_way.append((path, self._names(path)))
            else:
                yield self._listed(path.removesuffix(_LINK), link=path.endswith(_LINK))

    def _names(self, inside: str) -> list[str]:
        """Photos and sub-folders in reverse order.

        With its / a folder takes the place that the paths of its photos have among the others.
        """
        folder = self.root / inside
        if self.leave_out and os.path.realpath(folder) in self.leave_out:
            return []
        names = []
        with os.scandir(folder) as entries:
            for entry in entries:
                if is_hidden(entry.name):
                    continue
                if entry.is_dir(follow_symlinks=False):
                    names.append(f"{entry.name}/")
                elif is_photo_name(entry.name):
                    names.append(entry.name + _LINK * entry.is_symlink())
                else:
                    self.ignored += 1
        return sorted(names, reverse=True)

    def _listed(self, path: str, *, link: bool) -> Listed:
        if not is_utf8(path):
            return Listed(printable(path), "its name is not UTF-8; rename it")
        return Listed(path, problem_of_link(self.root / path, self._real_root) if link else None)
