"""What a run is called in a list of fifty, and which params make it differ from the last state."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

LEARNING_RATE = "train.lr"  # named where nothing differs
_NAMED = 2  # params that a name has room for
_LONGEST = 24  # letters of a value in a name
_DOT = " · "


@dataclass(frozen=True)
class Change:
    """A param of this state and its value in the last one; None where it was not there."""

    key: str
    before: str | None
    now: str | None

    def __str__(self) -> str:
        return f"{self.key} {_absent(self.before)} → {_absent(self.now)}"


def changes(now: Mapping[str, str], before: Mapping[str, str]) -> list[Change]:
    """The params that differ, in the order of params.yaml; those that are gone last."""
    keys = [*now, *(key for key in before if key not in now)]
    return [
        Change(key, before.get(key), now.get(key))
        for key in keys
        if before.get(key) != now.get(key)
    ]


def run_name(head: str, params: Mapping[str, str], changed: Sequence[Change]) -> str:
    """`resnet152 · cv 0.885 · lr 0.01`: `head`, then the params that differ (else lr)."""
    present = [change.key for change in changed if change.key in params] or [LEARNING_RATE]
    named = [f"{short(key, params)} {_cut(params[key])}" for key in present[:_NAMED]]
    more = len(present) - len(named)
    return _DOT.join([head, ", ".join(named) + (f" +{more}" if more else "")])


def short(key: str, params: Mapping[str, str]) -> str:
    """The shortest end of `key` that no other param shares: `lr`, but `split.seed`."""
    parts = key.split(".")
    for start in reversed(range(len(parts))):
        end = ".".join(parts[start:])
        if sum(other == end or other.endswith(f".{end}") for other in params) == 1:
            return end
    return key


def _cut(value: str) -> str:
    plain = value.translate(str.maketrans("", "", '[]"'))
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"


def _absent(value: str | None) -> str:
    return "(none)" if value is None else value
