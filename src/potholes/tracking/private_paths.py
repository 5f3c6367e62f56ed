"""Paths of the user's machine, which nobody else who opens the store has any use for."""

import html
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from urllib.parse import quote


@dataclass(frozen=True)
class PrivatePaths:
    """Absolute paths and what stands for them in everything that is logged."""

    instead: Mapping[str, str] = field(default_factory=dict)

    def hide(self, text: str) -> str:
        """`text` without the paths, whether written plainly, in JSON, in HTML or in an address."""
        for path in sorted(self.instead, key=len, reverse=True):
            for written in dict.fromkeys(_spellings(path)):
                if written in text:
                    whole = rf"{re.escape(written)}(?![\w.-])"
                    text = self.instead[path].join(re.split(whole, text))
        return text


def private_paths(
    project: Path, environ: Mapping[str, str], settings: Iterable[str]
) -> PrivatePaths:
    """Of the project, of DVC's and the user's folders, and the absolute ones among `settings`.

    `settings` are values of params.yaml, such as the folder of the photos: `…/roads` is left.
    """
    folders = [(environ.get("HOME", ""), "~"), (str(project), "."), (str(project.resolve()), ".")]
    folders += [(root, ".") for root in [environ.get("DVC_ROOT", "")] if root]
    own = [(path, f"…/{PurePath(path).name}") for path in settings if PurePath(path).is_absolute()]
    return PrivatePaths({path.rstrip("/"): name for path, name in own + folders if len(path) > 1})


def _spellings(path: str) -> list[str]:
    return [path, json.dumps(path)[1:-1], html.escape(path), quote(path)]
