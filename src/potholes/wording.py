"""Words that figures, printed tables and pages share."""


def weights_note(origin: str) -> str:
    """Whose weights a result rests on: `imagenet`, `folder` or `random` as a sentence part."""
    notes = {
        "imagenet": "weights: ImageNet",
        "folder": "weights: from your folder",
        "random": "weights: random STAND-IN, not ImageNet",
    }
    return notes.get(origin, f"weights: {origin}")


def plural(count: int, noun: str) -> str:
    """`1 photo`, `2 photos`, `2 copies`, `2 classes`."""
    if count == 1:
        return f"1 {noun}"
    if noun.endswith("y"):
        return f"{count:,} {noun[:-1]}ies"
    return f"{count:,} {noun}{'es' if noun.endswith('s') else 's'}"


def with_limits(difference: float, low: float, high: float) -> str:
    """`+0.027 (-0.012 to +0.066)`; a limit that 0.000 would hide has a fourth decimal."""
    limits = [
        f"{end:+.3f}" if abs(end) >= 0.0005 or not end else f"{end:+.4f}" for end in (low, high)
    ]
    return f"{difference:+.3f} ({' to '.join(limits)})"


def megabytes(size: int) -> str:
    """Bytes as MB (10^6), three significant digits: `11.4`, `230`, `0.05`."""
    value = size / 1e6
    if value >= 99.95:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 9.995 else f"{value:.2f}"
