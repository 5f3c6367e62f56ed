"""The colours of the page and of every figure, light and dark, and the rules that use them."""

from collections.abc import Callable

# Okabe & Ito, Color Universal Design (2008), made darker or lighter where the paper needs it
LIGHT = {
    "paper": "#ffffff",
    "ink": "#1d1f21",
    "faint": "#5c6166",
    "rule": "#d9dcdf",
    "bad": "#b03a00",
    "s0": "#0072b2",
    "s1": "#d55e00",
    "s2": "#009e73",
    "s3": "#cc79a7",
    "s4": "#a86f00",
    "s5": "#3a93c4",
    "s6": "#000000",
}
DARK = {
    "paper": "#15181b",
    "ink": "#e8eaec",
    "faint": "#a3abb2",
    "rule": "#3a4147",
    "bad": "#ff9a5c",
    "s0": "#56b4e9",
    "s1": "#f08a3c",
    "s2": "#2cc79a",
    "s3": "#dd9cc0",
    "s4": "#e69f00",
    "s5": "#f0e442",
    "s6": "#ffffff",
}
COLOURS = 7  # s0 to s6
DASHES = 4  # dash0, which is solid, to dash3

_RULES = """\
.t { font-size: 11px; fill: {ink}; }
.axis { fill: {faint}; }
.note, .strong { font-weight: 700; }
.note, .halo { paint-order: stroke; stroke: {paper}; stroke-width: 3px; }
.grid { stroke: {rule}; stroke-width: 1; }
.tick { stroke: {faint}; stroke-width: 1; }
.chance { stroke: {faint}; stroke-width: 1.2; stroke-dasharray: 2 4; }
.upright { stroke: {ink}; stroke-width: 1; stroke-dasharray: 4 3; }
.curve { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
.dash1 { stroke-dasharray: 6 4; }
.dash2 { stroke-dasharray: 2 3; }
.dash3 { stroke-dasharray: 9 3 2 3; }
.curve.thick { stroke-width: 4; }
.whisker { stroke-width: 2; }
.band { fill-opacity: .14; stroke-opacity: .6; stroke-width: 1; stroke-dasharray: 3 3; }
.fill { stroke: {paper}; stroke-width: 1; }
.hollow { fill: {paper}; stroke-width: 2.2; }
"""
_SERIES_RULES = """\
.N.curve, .N.whisker, .N.hollow { stroke: {N}; }
.N.fill { fill: {N}; }
.N.band { fill: {N}; stroke: {N}; }
"""
_VARIABLES = ("heat", "s0"), ("miss", "s1")  # r, g, b of shades: right and wrong answers


def variables(colours: dict[str, str]) -> str:
    """The colours as CSS variables, and r, g, b of those that are laid on in shades."""
    plain = [f"--{name}: {colour};" for name, colour in colours.items()]
    shades = [f"--{name}: {_parts(colours[source])};" for name, source in _VARIABLES]
    return " ".join([*plain, *shades])


def page_rules() -> str:
    """CSS of figures on the page; the colours are variables, so that they follow the theme."""
    return _rules(lambda name: f"var(--{name})")


def picture_rules() -> str:
    """CSS of figures as PNG: the light colours themselves, for renderers without variables."""
    return _rules(lambda name: LIGHT[name])


def _rules(colour: Callable[[str], str]) -> str:
    series = "".join(_SERIES_RULES.replace("N", f"s{index}") for index in range(COLOURS))
    text = _RULES + series
    for name in LIGHT:
        text = text.replace(f"{{{name}}}", colour(name))
    return text


def _parts(colour: str) -> str:
    return ", ".join(str(int(colour[start : start + 2], 16)) for start in (1, 3, 5))
