"""Which frozen ImageNet backbone to deploy, and the model that it becomes.

    from pathlib import Path
    from potholes import Classifier

    classifier = Classifier.load(Path("models/selected"))
    table = classifier.predict([Path("a.jpg"), Path("b.jpg")])
    print(table.labels, table.probabilities)

docs/elsewhere.md has the rest.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from potholes.prediction.classifier import Classifier

__all__ = ["Classifier"]


def __getattr__(name: str) -> Any:
    """`Classifier`, imported when it is asked for: every stage imports this package."""
    if name == "Classifier":
        from potholes.prediction.classifier import Classifier

        return Classifier
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
