"""The page as one self-contained file: parts into templates, style and script inside."""

import base64
import hashlib
from dataclasses import asdict
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from potholes.figures.palette import DARK, LIGHT, page_rules, variables
from potholes.figures.phrases import sentence, shown, tied
from potholes.figures.picture import sign
from potholes.page.inputs import Inputs
from potholes.page.part_answer import answer
from potholes.page.part_comparison import comparison
from potholes.page.part_data import data
from potholes.page.part_next import what_next
from potholes.page.part_photos import photos
from potholes.page.part_test import test_part
from potholes.page.part_training import training
from potholes.page.threshold import answers

SCRIPTS = ("page.js", "gallery.js", "enlarge.js")  # inside the page one after the other
_TEMPLATES = Path(__file__).parent / "templates"


def write_page(path: Path, inputs: Inputs) -> None:
    """Write the page in one step: DVC may have linked the old one into its cache."""
    partial = path.with_name(f"{path.name}.partial")
    partial.write_bytes(build_page(inputs).encode())
    partial.replace(path)


def build_page(inputs: Inputs) -> str:
    """The page as HTML; what comes from outside (names of files and classes) is escaped."""
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["shown"] = shown
    environment.filters["sentence"] = sentence
    environment.filters["tied"] = tied
    environment.globals["sign"] = sign
    style = _style(environment)
    script = "".join((_TEMPLATES / name).read_text(encoding="utf-8") for name in SCRIPTS)
    return environment.get_template("index.html").render(
        style=style,
        script=script,
        policy=policy(style, script),
        inputs=inputs,
        answer=answer(inputs),
        comparison=comparison(inputs),
        training=training(inputs),
        test=test_part(inputs),
        photos=photos(inputs),
        next=what_next(inputs),
        data=data(inputs),
        answers=asdict(answers(inputs)),
    )


def _style(environment: Environment) -> str:
    """The page's CSS with the colours and the rules that every figure shares."""
    return environment.get_template("page.css").render(
        light=variables(LIGHT), dark=variables(DARK), figures=page_rules()
    )


def policy(style: str, script: str) -> str:
    """A Content-Security-Policy that allows this style and script and data pictures."""
    hashes = [
        base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        for text in (style, script)
    ]
    return (
        f"default-src 'none'; img-src data:; style-src 'sha256-{hashes[0]}'; "
        f"script-src 'sha256-{hashes[1]}'; base-uri 'none'; form-action 'none'"
    )
