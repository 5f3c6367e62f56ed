"""Numbers, names and sentences as figures and the page write them."""

import re
import unicodedata

_TIED = re.compile(r"\(?[+-]?\d[\d.,]* to [+-]?\d[\d.,]*\)?|\d (?:ms|s|min)\b")


def score(value: float) -> str:
    """`0.938`."""
    return f"{value:.3f}"


def interval(low: float | None, high: float | None) -> str:
    """`0.850 to 0.978`; scores beyond 1 do not exist."""
    return "–" if low is None or high is None else f"{low:.3f} to {min(high, 1):.3f}"


def scored(value: float | None, low: float | None, high: float | None) -> str:
    """`0.938 (0.850 to 0.978)`."""
    return "–" if value is None else f"{value:.3f} ({interval(low, high)})"


def tied(text: str) -> str:
    """`text` in which no line break parts `(0.850 to 0.978)` or `40 ms`."""
    return _TIED.sub(lambda found: found[0].replace(" ", "\N{NO-BREAK SPACE}"), text)


def percent(value: float) -> str:
    """`93.8%`."""
    return f"{value:.1%}"


def seconds(value: float) -> str:
    """`44.0 s`, `40 ms`, `12 min`."""
    if value < 1:
        return f"{value * 1000:.0f} ms"
    return f"{value:.1f} s" if value < 300 else f"{value / 60:.0f} min"


def listed(names: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return " and ".join([*([", ".join(names[:-1])] if names[:-1] else []), *names[-1:]])


def sentence(text: str) -> str:
    """`text` with a capital first letter and a full stop."""
    return f"{text[:1].upper()}{text[1:].rstrip('.')}."


def shown(text: str) -> str:
    """A name that may be empty or hold what no document can, as text that can be shown."""
    plain = "".join("�" if _unshowable(sign) else sign for sign in text)
    return plain or "(empty)"


def _unshowable(sign: str) -> bool:
    """Control characters, halves of surrogate pairs, and what XML forbids."""
    return unicodedata.category(sign) in ("Cc", "Cs") or ord(sign) & 0xFFFE == 0xFFFE
