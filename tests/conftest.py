"""Fixtures that several test files share, and where the real photos lie if they do."""

from collections.abc import Callable
from pathlib import Path

import pytest

from potholes.params import Params
from potholes.params_file import load_params

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"  # real photos and weights, not part of the project


def needs_shared(*names: str) -> pytest.MarkDecorator:
    """Skip where the folders `names` of real photos or weights are not beside the project."""
    missing = [name for name in names if not (SHARED / name).is_dir()]
    reason = f"no {', '.join(missing)} folder in ../shared beside the project"
    return pytest.mark.skipif(bool(missing), reason=reason)


@pytest.fixture(scope="session")
def params() -> Params:
    """The project's own params.yaml."""
    return load_params(ROOT / "params.yaml")


@pytest.fixture
def params_file(tmp_path: Path) -> Callable[[str, str], Path]:
    """A copy of params.yaml in which one text has been replaced by another."""

    def write(old: str, new: str) -> Path:
        text = (ROOT / "params.yaml").read_text(encoding="utf-8")
        assert old in text
        path = tmp_path / "params.yaml"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return path

    return write
