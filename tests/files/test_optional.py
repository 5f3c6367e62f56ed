import importlib
import subprocess
import sys

import pytest

from potholes.files.optional import without


def test_a_package_is_missing_inside_only():
    with without("wave"), pytest.raises(ImportError):
        import wave
    import wave

    with without("wave"):
        assert importlib.import_module("wave") is wave  # what is loaded stays


def test_a_table_is_written_without_pandas(tmp_path):
    program = """
import sys
from pathlib import Path
import numpy as np
from potholes.prediction.tables import write_unlabelled
from tests.factories import unlabelled
table = unlabelled(np.array([[0.7, 0.3]]), ["a"], ["a", "b"])
write_unlabelled(Path(sys.argv[1]), table)
assert "pyarrow" in sys.modules and "pandas" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", program, str(tmp_path)], check=True)
