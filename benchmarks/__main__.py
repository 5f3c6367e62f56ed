"""README's performance figures: python -m benchmarks [OUT.json]. Median of three rounds in turn."""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import jobs
from benchmarks.measuring import machine
from potholes.params_file import load_params


def main(out: Path) -> None:
    params, rows = load_params(), []
    print(", ".join(f"{key}: {value}" for key, value in machine().items()))
    with TemporaryDirectory() as folder:
        for name in params.backbones:
            rows += jobs.backbone(name, params, Path(folder))
    rows += jobs.heads(params)
    rows += jobs.decoding(params)
    print("\n| what | measured |\n|---|---|")
    for what, value, unit in rows:
        print(f"| {what} | {value:.3g} {unit} |")
    figures = {what: {"value": value, "unit": unit} for what, value, unit in rows}
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps({"machine": machine(), "figures": figures}, indent=2) + "\n")
    print(f"\n{out}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/benchmarks.json"))
