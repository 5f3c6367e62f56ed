from pathlib import Path

from potholes.crossvalidation.tables import FoldScore
from potholes.files.rows import read_rows, write_rows


def test_fold_scores_come_back_as_written(tmp_path: Path) -> None:
    scores = [FoldScore(0, 0, 90, 30, 7, 0.9, 0.95, 0.3), FoldScore(0, 1, 90, 30, 8, 1, None, 0.1)]
    write_rows(tmp_path / "folds.csv", FoldScore, scores)
    assert read_rows(tmp_path / "folds.csv", FoldScore) == scores
