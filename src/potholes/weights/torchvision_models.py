"""torchvision.models without torch's compiler, which makes its import half as long.

torchvision.ops, which comes along, asks the compiler (torch._dynamo, with sympy) one question when
it is imported: 4 of 7 seconds. Region pooling, for which it asks, is not used here.
"""

import importlib
import sys
from types import ModuleType
from typing import Any

import torch  # noqa: F401  (first: it must not find the stand-in below)

_COMPILER = "torch._dynamo.utils"


def _without_compiler() -> ModuleType:
    """torchvision.models, the compiler being answered for while they are imported."""
    answer: Any = ModuleType(_COMPILER)
    answer.is_compile_supported = lambda device: False
    answer.__getattr__ = _real
    sys.modules.setdefault(_COMPILER, answer)
    from torchvision import models as found

    if sys.modules.get(_COMPILER) is answer:
        del sys.modules[_COMPILER]
    return found  # type: ignore[no-any-return]


def _real(name: str) -> Any:
    """Whatever else is asked of the compiler: its own answer, at the price of its import."""
    if name.startswith("__"):  # the import system's own questions
        raise AttributeError(name)
    sys.modules.pop(_COMPILER, None)
    return getattr(importlib.import_module(_COMPILER), name)


models: Any = _without_compiler()
