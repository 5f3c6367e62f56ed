"""`reports/mlflow.json`: where a state of the pipeline is to be found in MLflow."""

from dataclasses import dataclass
from pathlib import Path

from potholes.files.documents import write_document


@dataclass(frozen=True)
class Receipt:
    """The runs of a state; without them where the store could not be reached, and why."""

    tracking_uri: str  # without user and password
    experiment: str
    experiment_id: str | None
    fingerprint: str
    logged: bool
    reason: str  # why it is not logged; else empty
    parent_run_id: str | None
    child_run_ids: dict[str, str]  # by backbone
    registry: str  # which version of the model the state is, or why it is none


def write_receipt(path: Path, receipt: Receipt) -> None:
    """Write one file in one step: DVC may have linked the old one into its cache."""
    partial = path.with_name(f"{path.name}.partial")
    write_document(partial, receipt)
    partial.replace(path)
