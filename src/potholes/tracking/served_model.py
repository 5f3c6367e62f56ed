"""The model that MLflow serves: this file's text travels inside the model and is run to load it.

Nobody imports it. Beside it in the model's folder lie the classifier (graph, head, classifier.json)
and the library's files that inference needs (servable.py).
"""

import base64
import binascii
from pathlib import Path
from typing import Any

import pandas as pd
from mlflow.exceptions import MlflowException
from mlflow.models import set_model
from mlflow.protos.databricks_pb2 import INVALID_PARAMETER_VALUE
from mlflow.pyfunc.model import PythonModel, PythonModelContext

from potholes.files.rows import PROBABILITY
from potholes.prediction.classifier import Classifier

MAX_ROWS = 256  # a request
MAX_BYTES = 64_000_000  # of all pictures of a request, as they are sent


class RoadModel(PythonModel):  # type: ignore[misc]
    """Pictures in, labels and probabilities out."""

    def load_context(self, context: PythonModelContext) -> None:
        """Read the classifier; raises ValueError where a file is not the one that was logged."""
        self.classifier = Classifier.load(Path(context.artifacts["classifier"]))

    def predict(
        self,
        context: PythonModelContext,
        model_input: pd.DataFrame,
        params: dict[str, Any] | None = None,
    ) -> pd.DataFrame:
        """A row for each picture of the column `image`: label, probability_<class>…, error.

        A picture is the bytes of its file, or base64 of them. One that cannot be read is a row
        with its error, all else None. Raises MlflowException (HTTP 400) above the two limits.
        """
        del context, params
        images = model_input["image"].tolist()
        _check_size(images)
        photos = [_photo(image) for image in images]
        table = self.classifier.predict([p for p in photos if isinstance(p, bytes)], name=None)
        good = zip(table.labels, table.probabilities.tolist(), table.errors, strict=True)
        empty = [None] * len(table.classes)
        rows = []
        for photo in photos:
            label, probabilities, error = (
                (None, empty, photo) if isinstance(photo, str) else next(good)
            )
            rows.append([label, *(empty if error else probabilities), error])
        columns = ["label", *(PROBABILITY + name for name in table.classes), "error"]
        # JSON has no NaN: a number that is missing must stay None
        return pd.DataFrame(rows, columns=columns, dtype=object)


def _check_size(images: list[Any]) -> None:
    size = sum(len(image) for image in images if isinstance(image, str | bytes))
    if len(images) > MAX_ROWS:
        got, most = f"{len(images)} pictures", f"{MAX_ROWS}"
    elif size > MAX_BYTES:
        got, most = f"{size / 1e6:.0f} MB of pictures", f"{MAX_BYTES / 1e6:.0f} MB"
    else:
        return
    raise MlflowException(
        f"got {got}, a request may have {most}; send several requests",
        error_code=INVALID_PARAMETER_VALUE,
    )


def _photo(image: Any) -> bytes | str:
    """A picture's file, or why there is none."""
    if isinstance(image, bytes | bytearray | memoryview):
        return bytes(image)
    if not isinstance(image, str):
        return f"got {type(image).__name__}, expected base64 of a picture's file, or its bytes"
    try:
        return base64.b64decode("".join(image.split()), validate=True)
    except (binascii.Error, ValueError) as error:
        return f"not base64 ({error}); send the base64 of a picture's file"


set_model(RoadModel())
