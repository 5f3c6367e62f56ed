from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from potholes.files.rows import as_written, read_rows, write_rows


@dataclass(frozen=True)
class Row:
    name: str
    count: int
    share: float
    quality: int | None


texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


@given(
    st.lists(
        st.builds(
            Row,
            texts,
            st.integers(-(2**40), 2**40),
            st.floats(allow_nan=False, allow_infinity=False).map(as_written),
            st.none() | st.integers(0, 100),
        )
    )
)
def test_rows_come_back_as_they_were(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("rows") / "table.csv"
    write_rows(path, Row, rows)
    assert read_rows(path, Row) == rows


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "'"])
def test_a_spreadsheet_does_not_run_a_name(tmp_path, start):
    path = tmp_path / "table.csv"
    write_rows(path, Row, [Row(f"{start}1+1", -1, -0.5, None)])
    assert path.read_text() == f"name,count,share,quality\n'{start}1+1,-1,-0.5,\n"


def test_a_wrong_cell_is_named(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text("name,count,share,quality\na,1,0.5,\nb,many,0.5,\n")
    with pytest.raises(ValueError, match=r"table.csv: line 3, column count: got 'many'"):
        read_rows(path, Row)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "empty"),
        ("name,count\n", "columns are"),
        ("name,count,share,quality\na,1\n", "line 2 has 2 cells, not 4"),
    ],
)
def test_another_shape_is_refused(tmp_path, text, complaint):
    path = tmp_path / "table.csv"
    path.write_text(text)
    with pytest.raises(ValueError, match=complaint):
        read_rows(path, Row)


def test_a_missing_table_says_what_makes_it(tmp_path):
    with pytest.raises(ValueError, match=r"gone.csv: not found; run `dvc repro`"):
        read_rows(tmp_path / "gone.csv", Row)


@pytest.mark.parametrize(
    ("value", "text"),
    [(1 / 3, "0.3333333"), (0.1 * 0.1, "0.01"), (2e-9 / 3, "6.666667e-10"), (256.0, "256.0")],
)
def test_floats_have_seven_digits_wherever_they_are(tmp_path, value, text):
    write_rows(tmp_path / "table.csv", Row, [Row("a", 1, value, None)])
    assert (tmp_path / "table.csv").read_text().endswith(f"\na,1,{text},\n")
    assert repr(as_written(value)) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_what_is_written_is_written_so_again(value):
    assert as_written(as_written(value)) == as_written(value)
