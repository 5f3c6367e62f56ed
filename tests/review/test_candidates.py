"""The shortlist: from the parts of a table, in one pass, the same whatever its parts."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from potholes.review import candidates
from potholes.review.candidates import shortlist


def table(names: list[str], second: list[float | None], **more: list[object]) -> pa.Table:
    """Photos by name with the probability of the second class; None: it could not be read."""
    labels = [None if p is None else "pothole" if p >= 0.5 else "normal" for p in second]
    columns = {
        "path": names,
        "label": labels,
        "probability_normal": [None if p is None else 1 - p for p in second],
        "probability_pothole": second,
        **more,
        "error": [None if p is not None else "truncated" for p in second],
    }
    return pa.table(columns)


def write(folder: Path, *parts: pa.Table) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for number, part in enumerate(parts):
        pq.write_table(part, folder / f"part-{number:05d}.parquet")
    (folder / "summary.json").write_text("{}")
    return folder


def many(count: int) -> pa.Table:
    values = np.random.default_rng(0).random(count).tolist()
    return table([f"{n:05d}.jpg" for n in range(count)], values)


def test_photos_that_could_not_be_read_are_no_candidates(tmp_path: Path) -> None:
    out = write(tmp_path, table(["a", "b", "c"], [0.9, None, 0.4], unlike=[0.25, None, None]))
    short = shortlist(out, "resnet18", most=10, seed=0)
    assert short.candidates.paths == ["a", "c"]
    assert short.candidates.predicted == ["pothole", "normal"]
    assert short.candidates.classes == ["normal", "pothole"]
    assert short.candidates.uncertainty == pytest.approx([0.2, 0.8])
    assert short.candidates.unlike == pytest.approx([0.25, 0])
    assert (short.photos, short.disagreed) == (2, 0)


def test_the_draw_does_not_depend_on_how_the_table_is_cut(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = many(500)
    one = shortlist(write(tmp_path / "1", whole), "", most=40, seed=3).candidates
    parts = [whole.slice(0, 130), whole.slice(130, 370)]
    monkeypatch.setattr(candidates, "_ROWS", 64)
    other = shortlist(write(tmp_path / "2", *parts), "", most=40, seed=3).candidates
    assert len(one.paths) == 40
    assert one.paths == sorted(one.paths) == other.paths
    assert np.array_equal(one.probabilities, other.probabilities)
    assert shortlist(tmp_path / "1", "", most=40, seed=4).candidates.paths != one.paths


def test_uncertain_photos_are_drawn_in_proportion(tmp_path: Path) -> None:
    """100 undecided photos (score 1.2) and 600 of which the head is sure (0.2): the chances of a
    draw of one are 120 to 120, so of 400 draws 200 with a standard deviation of 10."""
    names = [f"{n:04d}" for n in range(700)]
    out = write(tmp_path, table(names, [0.5] * 100 + [1.0] * 600))
    first = [shortlist(out, "", most=1, seed=seed).candidates.paths[0] for seed in range(400)]
    assert 160 < sum(name < "0100" for name in first) < 240


def test_unlike_photos_are_worth_up_to_half_as_much_again(tmp_path: Path) -> None:
    out = write(tmp_path, table(["a", "b"], [1.0, 0.5], unlike=[1.0, None]))
    assert shortlist(out, "", most=2, seed=0).weights == pytest.approx([0.2 * 1.5, 1.2])


def test_the_weights_of_a_draw_stand_for_the_table(tmp_path: Path) -> None:
    """Whole or drawn, they sum to the scores of the whole table: of a draw on average."""
    out = write(tmp_path, many(300))
    whole = shortlist(out, "", most=300, seed=0)
    assert whole.weights == pytest.approx(whole.candidates.scores)
    sums = [shortlist(out, "", most=40, seed=seed).weights.sum() for seed in range(200)]
    assert np.mean(sums) == pytest.approx(whole.weights.sum(), rel=0.03)


def test_photos_on_which_the_backbones_disagree_count_as_uncertain(tmp_path: Path) -> None:
    for name, second in (("resnet18", [0.9, 0.1, 0.8]), ("resnet50", [0.9, 0.6, 0.7])):
        (tmp_path / name).mkdir()
        pq.write_table(table(["a", "b", "c"], second), tmp_path / name / "predictions.parquet")
    short = shortlist(tmp_path, "resnet18", most=10, seed=0)
    assert short.disagreed == 1
    assert short.candidates.uncertainty == pytest.approx([0.2, 1.0, 0.4])
    assert short.candidates.predicted == ["pothole", "normal", "pothole"]


def test_tables_of_different_photos_are_refused(tmp_path: Path) -> None:
    for name, paths in (("resnet18", ["a", "b"]), ("resnet50", ["a", "c"])):
        (tmp_path / name).mkdir()
        pq.write_table(table(paths, [0.9, 0.1]), tmp_path / name / "predictions.parquet")
    with pytest.raises(ValueError, match="different photos; predict again"):
        shortlist(tmp_path, "resnet18", most=10, seed=0)


def test_a_folder_that_is_none_empty_or_unfinished_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no such folder"):
        shortlist(tmp_path / "none", "", most=10, seed=0)
    with pytest.raises(ValueError, match=r"no part-\*.parquet"):
        shortlist(tmp_path, "resnet18", most=10, seed=0)
    out = write(tmp_path / "out", table(["a"], [None]))
    with pytest.raises(ValueError, match="no photo that could be read"):
        shortlist(out, "", most=10, seed=0)
    (out / "summary.json").unlink()
    with pytest.raises(ValueError, match="not finished"):
        shortlist(out, "", most=10, seed=0)
    pq.write_table(pa.table({"path": ["a"], "label": ["x"]}), out / "part-00000.parquet")
    (out / "summary.json").write_text("{}")
    with pytest.raises(ValueError, match="predict without --top-k"):
        shortlist(out, "", most=10, seed=0)
