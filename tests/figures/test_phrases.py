from potholes.figures.phrases import tied

GAP = "\N{NO-BREAK SPACE}"


def test_no_line_break_parts_an_interval_or_a_number_and_its_unit() -> None:
    assert tied("0.9 (0.85 to 0.978)") == f"0.9 (0.85{GAP}to{GAP}0.978)"
    assert tied("-0.1 (-0.2 to +0.1), b") == f"-0.1 (-0.2{GAP}to{GAP}+0.1), b"
    assert tied("8,400 to 21,000") == f"8,400{GAP}to{GAP}21,000"
    assert tied("2.9 s + 31 ms") == f"2.9{GAP}s + 31{GAP}ms"


def test_other_words_are_left_alone() -> None:
    for text in ("from 1 on", "go to 3", "7 snakes", "road to nowhere (a to b)"):
        assert tied(text) == text
