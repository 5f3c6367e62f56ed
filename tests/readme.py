"""The commands that README and docs show."""

import re
from pathlib import Path
from textwrap import dedent

from tests.clone import ROOT

# What sets up or tests the whole project, and servers that do not end.
NOT_HERE = (
    r"make (repro|test|check|setup|ui|register|serve|bench)|mlflow (ui|server|models serve)|"
    r"git clone|cd "
)


def blocks(page: Path = ROOT / "README.md") -> list[str]:
    """A page's shell blocks, less lines that are not run here, prompts and shown output."""
    text = page.read_text(encoding="utf-8") if page.exists() else ""
    found = re.findall(r"^ *```(?:bash|sh|shell|console)\n(.*?)^ *```", text, re.M | re.S)
    return [commands for block in found if (commands := runnable(block))]


def runnable(block: str) -> str:
    shown = dedent(re.sub(r"\\\n\s*", "", block)).splitlines()
    prompted = any(line.startswith("$ ") for line in shown)
    lines = [line.removeprefix("$ ") for line in shown if line.startswith("$ ") or not prompted]
    return "\n".join(line for line in lines if not re.match(rf"\s*(#|$|{NOT_HERE})", line))
