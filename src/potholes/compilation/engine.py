"""The one way a backbone is run: an ONNX Runtime session from pixels to features and maps."""

import logging
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from potholes.compilation.tables import GRAPH_FILE, read_compiled
from potholes.parallel import cores
from potholes.params import FeaturesParams

log = logging.getLogger(__name__)

CUDA = "CUDAExecutionProvider"
_REFUSALS = (  # what ONNX Runtime says of a graph that it does not run
    ort_errors.Fail,
    ort_errors.InvalidArgument,
    ort_errors.InvalidGraph,
    ort_errors.InvalidProtobuf,
    ort_errors.NotImplemented,
    ort_errors.RuntimeException,
)


@dataclass(frozen=True)
class Engine:
    """A loaded backbone on `device` (cpu or cuda); features do not depend on the batch size."""

    session: ort.InferenceSession
    device: str

    @property
    def width(self) -> int:
        """D, the number of features."""
        return int(self.session.get_outputs()[0].shape[1])

    def features(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Features [N, D] of pixels [N, 224, 224, 3]; raises ValueError unless they are finite."""
        if self.device == "cuda":
            return _finite(run_bound(self.session, pixels, self.device))
        (features,) = self.session.run(["features"], {"pixels": pixels})
        return _finite(np.asarray(features))

    def features_and_maps(
        self, pixels: NDArray[np.uint8]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Features [N, D], and the last maps [N, D, 7, 7] that they are the means of."""
        features, maps = self.session.run(["features", "maps"], {"pixels": pixels})
        return np.asarray(features), np.asarray(maps)


def _finite(features: NDArray[np.float32]) -> NDArray[np.float32]:
    if not np.isfinite(features).all():
        raise ValueError(
            "the backbone's features are not finite: its weights are damaged, or too large for its "
            "precision; compile it with backbone.precision: float32"
        )
    return features


def run_bound(
    session: ort.InferenceSession, pixels: NDArray[np.uint8], device: str
) -> NDArray[np.float32]:
    """Features [N, D] of pixels [N, 224, 224, 3] that are put on `device` once, before the pass.

    ONNX Runtime's IO binding: only the features come back to the host.
    """
    binding = session.io_binding()
    binding.bind_ortvalue_input("pixels", ort.OrtValue.ortvalue_from_numpy(pixels, device, 0))
    binding.bind_output("features", "cpu")
    session.run_with_iobinding(binding)
    (features,) = binding.copy_outputs_to_cpu()
    return np.asarray(features)


def load_backbone(folder: Path, params: FeaturesParams) -> Engine:
    """The compiled backbone in `folder`, run as `params` says; raises ValueError as load_engine."""
    return load_engine(
        folder / GRAPH_FILE,
        device=params.device,
        precision=read_compiled(folder).precision,
        threads=params.threads,
    )


def load_engine(
    graph: Path | bytes, *, device: str = "auto", precision: str = "int8", threads: int = 0
) -> Engine:
    """A session for the graph (a file or its bytes) on `device`: auto, cpu or cuda.

    auto takes CUDA where onnxruntime-gpu offers it and `precision` is a float; threads 0 means
    one a core. The graph is this pipeline's own, or `graph_check` has found no fault in it. Raises
    ValueError where cuda is asked for and not available, the graph is missing, or ONNX Runtime
    refuses it.
    """
    if isinstance(graph, Path) and not graph.exists():
        raise ValueError(f"{graph}: not found; run `dvc repro` to regenerate it")
    chosen = _choose_device(device, precision, ort.get_available_providers())
    options = ort.SessionOptions()
    options.intra_op_num_threads = threads or cores()
    # threads that spin while they wait take the core of whoever else computes (decision 15)
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    providers = [CUDA] if chosen == "cuda" else []
    source = str(graph) if isinstance(graph, Path) else graph
    try:
        session = ort.InferenceSession(source, options, [*providers, "CPUExecutionProvider"])
    except _REFUSALS as error:
        told = " ".join(str(error).split())
        name = graph if isinstance(graph, Path) else GRAPH_FILE
        raise ValueError(
            f"{name}: ONNX Runtime refuses it ({told:.200}); run `dvc repro` to regenerate it"
        ) from None
    if chosen == "cuda" and CUDA not in session.get_providers():
        raise ValueError("features.device: got cuda, but ONNX Runtime could not start it; use cpu")
    return Engine(session, chosen)


def _choose_device(device: str, precision: str, available: list[str]) -> str:
    possible = CUDA in available and precision != "int8"
    if device == "cuda" and not possible:
        if precision == "int8":
            cure = "set backbone.precision to float16 or float32"
        else:
            cure = "install the extra `gpu`, or use cpu"
        raise ValueError(f"features.device: got cuda, which is not available; {cure}")
    chosen = "cuda" if device != "cpu" and possible else "cpu"
    log.info("backbone runs on %s%s", chosen, " (auto)" if device == "auto" else "")
    return chosen
