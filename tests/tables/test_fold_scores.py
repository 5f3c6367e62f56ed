from pathlib import Path

from potholes.tables.fold_scores import FoldScore, read_fold_scores, write_fold_scores


def test_fold_scores_come_back_as_written(tmp_path: Path) -> None:
    scores = [FoldScore(0, 0, 90, 30, 7, 0.9, 0.95, 0.3), FoldScore(0, 1, 90, 30, 8, 1, None, 0.1)]
    write_fold_scores(tmp_path / "folds.csv", scores)
    assert read_fold_scores(tmp_path / "folds.csv") == scores
