"""`params.yaml` as typed, frozen models: the one place where a parameter's range is written.

There are no defaults here: what is not in the file is an error that names the key. Every stage
loads the whole file, so the first one that runs finds a mistake anywhere in it.
"""

import re
from collections.abc import Hashable
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, Self

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

Probability = Annotated[float, Field(ge=0, le=1)]
Strength = Annotated[float, Field(ge=0, le=1)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]
Byte = Annotated[int, Field(ge=0, le=255)]


class Section(BaseModel):
    """Strict, frozen, no unknown keys, no NaN or infinity."""

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)


class DataParams(Section):
    """Where the photos are and what a bad one does; paths relative to the project's folder."""

    labelled: Annotated[str, Field(min_length=1)]
    unlabelled: Annotated[str, Field(min_length=1)]
    on_bad_image: Literal["fail", "skip"]


class SyntheticParams(Section):
    """The generated photos: counts, difficulty 0..1, seed."""

    labelled: Annotated[int, Field(ge=20, multiple_of=2)]
    unlabelled: Annotated[int, Field(ge=0)]
    difficulty: Probability
    seed: Seed


class ImageParams(Section):
    """How any photo becomes 224 x 224 RGB, for training and prediction alike."""

    fit: Literal["crop", "pad", "stretch"]
    background: Annotated[list[Byte], Field(min_length=3, max_length=3)]
    max_megapixels: Annotated[float, Field(gt=0, le=1000)]
    min_side: Annotated[int, Field(ge=1)]
    max_aspect: Annotated[float, Field(ge=1)]


class SplitParams(Section):
    """Shares of train, val and test, and what counts as a near-duplicate (bits of 64)."""

    train: Annotated[float, Field(gt=0, lt=1)]
    val: Annotated[float, Field(gt=0, lt=1)]
    test: Annotated[float, Field(gt=0, lt=1)]
    duplicate_distance: Annotated[int, Field(ge=0, le=16)]
    seed: Seed

    @model_validator(mode="after")
    def _sums_to_one(self) -> Self:
        total = self.train + self.val + self.test
        if abs(total - 1) > 1e-9:
            raise ValueError(f"train + val + test must be 1, got {total:g}")
        return self


class RotateParams(Section):
    """Rotation by up to +- degrees."""

    p: Probability
    degrees: Annotated[float, Field(ge=0, le=180)]


class ChanceParams(Section):
    """An operation without strength."""

    p: Probability


class ZoomParams(Section):
    """Zoom by up to factor."""

    p: Probability
    factor: Annotated[float, Field(ge=1, le=4)]


class CropParams(Section):
    """A random window that keeps at least this share of the area."""

    p: Probability
    area: Annotated[float, Field(ge=0.05, le=1)]


class StrengthParams(Section):
    """A factor drawn from 1 +- strength."""

    p: Probability
    strength: Strength


class HueParams(Section):
    """A shift of the hue by up to +- strength of the colour circle."""

    p: Probability
    strength: Annotated[float, Field(ge=0, le=0.5)]


class AugmentParams(Section):
    """Number of changed copies of a training photo and what may happen to one."""

    copies: Annotated[int, Field(ge=0, le=100)]
    seed: Seed
    rotate: RotateParams
    flip: ChanceParams
    zoom_in: ZoomParams
    zoom_out: ZoomParams
    crop: CropParams
    brightness: StrengthParams
    contrast: StrengthParams
    saturation: StrengthParams
    hue: HueParams
    grayscale: ChanceParams


class WeightsParams(Section):
    """Where the pretrained weights come from."""

    source: Annotated[str, Field(min_length=1)]
    seed: Seed
    timeout: Annotated[float, Field(gt=0, le=3600)]


class BackboneParams(Section):
    """How a backbone is compiled."""

    precision: Literal["int8", "float32", "float16"]
    calibration_images: Annotated[int, Field(ge=1, le=256)]


class FeaturesParams(Section):
    """How a backbone is run."""

    device: Literal["auto", "cpu", "cuda"]
    batch_size: Annotated[int, Field(ge=1, le=4096)]
    threads: Annotated[int, Field(ge=0, le=1024)]


class TrainParams(Section):
    """SGD with StepLR on the head."""

    epochs: Annotated[int, Field(ge=1, le=10_000)]
    lr: Annotated[float, Field(gt=0)]
    momentum: Annotated[float, Field(ge=0, lt=1)]
    step_size: Annotated[int, Field(ge=1)]
    gamma: Annotated[float, Field(gt=0, le=1)]
    batch_size: Annotated[int, Field(ge=1)]
    weight_decay: Annotated[float, Field(ge=0)]
    seed: Seed


class EvaluateParams(Section):
    """How probabilities become labels."""

    threshold: Annotated[float, Field(gt=0, lt=1)]


class SelectParams(Section):
    """By which rule a backbone is chosen."""

    rule: Literal["fit_accuracy_auc"]
    max_stability_loss: Annotated[float, Field(gt=0)]


class PredictParams(Section):
    """Which backbones predict the unlabelled photos, and the contact sheets."""

    backbones: Literal["selected", "all"]
    sheet: Annotated[int, Field(ge=1, le=64)]
    seed: Seed


class TrackParams(Section):
    """Where runs are logged."""

    experiment: Annotated[str, Field(min_length=1)]


BackboneName = Annotated[str, Field(pattern=r"^[a-z0-9_]+$")]


class Params(Section):
    """The whole file."""

    backbones: Annotated[list[BackboneName], Field(min_length=1)]
    data: DataParams
    synthetic: SyntheticParams
    image: ImageParams
    split: SplitParams
    augment: AugmentParams
    weights: WeightsParams
    backbone: BackboneParams
    features: FeaturesParams
    train: TrainParams
    evaluate: EvaluateParams
    select: SelectParams
    predict: PredictParams
    track: TrackParams

    @model_validator(mode="after")
    def _no_backbone_twice(self) -> Self:
        twice = sorted({name for name in self.backbones if self.backbones.count(name) > 1})
        if twice:
            raise ValueError(f"backbones: {', '.join(twice)} listed more than once")
        return self


class _Loader(yaml.SafeLoader):
    """YAML as DVC reads it: `1e-3` is a number, and a key that stands twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = sorted({str(key) for key in keys if keys.count(key) > 1})
        if twice:
            line = node.start_mark.line + 1
            raise ValueError(f"key {', '.join(twice)} stands twice (mapping from line {line})")
        return super().construct_mapping(node, deep)


_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)$"),
    list("-+0123456789."),
)


def load_params(path: Path = Path("params.yaml")) -> Params:
    """The checked contents of `path`.

    Raises ValueError naming the file, and for every wrong key what was got and expected.
    """
    try:
        tree = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)
    except FileNotFoundError:
        raise ValueError(f"{path}: not found; run from the project's folder") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError(f"{path}: not readable as YAML: {_one_line(error)}") from None
    except ValueError as error:
        raise ValueError(f"{path}: {error}") from None
    if not isinstance(tree, dict):
        raise ValueError(f"{path}: expected sections such as `train:`, got {type(tree).__name__}")
    try:
        return Params.model_validate(tree)
    except ValidationError as error:
        lines = [_complaint(detail) for detail in error.errors(include_url=False)]
        raise ValueError("\n".join(f"{path}: {line}" for line in lines)) from None


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _complaint(detail: Any) -> str:
    key = ".".join(str(part) for part in detail["loc"])
    message = detail["msg"].removeprefix("Value error, ")
    message = (message[:1].lower() + message[1:]).removeprefix("input should be ")
    if detail["type"] == "missing":
        return f"{key}: missing; add it"
    if detail["type"] == "extra_forbidden":
        close = get_close_matches(str(detail["loc"][-1]), _known_keys(detail["loc"][:-1]), n=1)
        return f"{key}: unknown key" + (f"; did you mean {close[0]}?" if close else "; remove it")
    if not key:
        return message
    return f"{key}: got {detail['input']!r}, expected: {message}"


def _known_keys(path: tuple[str | int, ...]) -> list[str]:
    model: Any = Params
    for part in path:
        model = model.model_fields[part].annotation
    return list(model.model_fields)
