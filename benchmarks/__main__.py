"""README's performance figures: python -m benchmarks [LABELLED [OUT.json]].

Engine, extraction, compiling, heads and decoding in turn (median of three rounds);
cross-validation beside busy processes; the whole study against the usual loop; growth. The study
takes the generated roads unless LABELLED is given.
`benchmarks.alternatives` and `benchmarks.quality` are run by themselves.
"""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import jobs
from benchmarks.busy import busy
from benchmarks.growth import growth
from benchmarks.measuring import Row, machine
from benchmarks.study import study
from potholes.params_file import load_params


def main(labelled: Path | None, out: Path) -> None:
    params, rows = load_params(), list[Row]()
    print(", ".join(f"{key}: {value}" for key, value in machine().items()))
    with TemporaryDirectory() as folder:
        for name in params.backbones:
            rows += jobs.backbone(name, params, Path(folder))
    rows += jobs.heads(params)
    rows += busy(params)
    rows += jobs.decoding(params)
    rows += study(labelled, params)
    rows += growth()
    print("\n| what | measured |\n|---|---|", *rows, sep="\n")
    out.parent.mkdir(parents=True, exist_ok=True)
    figures = {"machine": machine(), "figures": [vars(row) for row in rows]}
    out.write_text(json.dumps(figures, indent=2) + "\n")
    print(f"\n{out}")


if __name__ == "__main__":
    labelled, out, *_ = [*sys.argv[1:], *["", "build/benchmarks.json"][len(sys.argv) - 1 :]]
    main(Path(labelled).resolve() if labelled else None, Path(out))
