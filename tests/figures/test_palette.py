import re

from potholes.figures.palette import COLOURS, DARK, LIGHT, page_rules, picture_rules, variables


def contrast(one: str, other: str) -> float:
    """As WCAG 2 defines it, of #rrggbb."""

    def light(colour: str) -> float:
        parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_both_themes_have_the_same_colours_that_can_be_seen_and_read() -> None:
    assert LIGHT.keys() == DARK.keys()
    for colours in (LIGHT, DARK):
        series = [colours[f"s{index}"] for index in range(COLOURS)]
        assert len(set(series)) == COLOURS
        assert all(contrast(colour, colours["paper"]) >= 2.9 for colour in series)
        for name in ("ink", "faint", "bad"):
            assert contrast(colours[name], colours["paper"]) >= 4.5, name


def test_the_page_takes_variables_and_a_picture_colours() -> None:
    page, picture = page_rules(), picture_rules()
    assert "#" not in page
    assert "var(" not in picture
    assert re.sub(r"var\(--\w+\)", "C", page) == re.sub("#[0-9a-f]{6}", "C", picture)
    assert "{ink}" not in page
    assert set(re.findall(r"--(\w+)\)", page)) <= LIGHT.keys()


def test_shades_are_made_of_the_colours_of_right_and_wrong() -> None:
    assert "--heat: 0, 114, 178;" in variables(LIGHT)
    assert "--miss: 240, 138, 60;" in variables(DARK)
