"""`params.yaml` as typed, frozen models: the one place where a parameter's range is written."""

from difflib import get_close_matches
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

# torchvision's ResNet family, as far as it is needed without torch; the rest is `weights.family`
BACKBONE_NAMES = (
    *("resnet18", "resnet34", "resnet50", "resnet101", "resnet152"),
    *("resnext50_32x4d", "resnext101_32x8d", "resnext101_64x4d"),
    *("wide_resnet50_2", "wide_resnet101_2"),
)
HEAD = "fc"  # their last layer

Share = Annotated[float, Field(ge=0, le=1)]
Seed = Annotated[int, Field(ge=0, lt=2**32)]
Byte = Annotated[int, Field(ge=0, le=255)]


class Section(BaseModel):
    """Strict, frozen, no defaults, no unknown keys, no NaN or infinity."""

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
    difficulty: Share
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


class ChanceParams(Section):
    """An operation that is done with probability p."""

    p: Share


class RotateParams(ChanceParams):
    """Rotation by up to +- degrees."""

    degrees: Annotated[float, Field(ge=0, le=180)]


class ZoomParams(ChanceParams):
    """Zoom by up to factor."""

    factor: Annotated[float, Field(ge=1, le=4)]


class CropParams(ChanceParams):
    """A random window that keeps at least this share of the area."""

    area: Annotated[float, Field(ge=0.05, le=1)]


class StrengthParams(ChanceParams):
    """A factor drawn from 1 +- strength."""

    strength: Share


class HueParams(ChanceParams):
    """A shift of the hue by up to +- strength of the colour circle."""

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
    cuda_batch_size: Annotated[int, Field(ge=1, le=4096)]
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


class CrossvalidateParams(Section):
    """Into how many folds the photos of train and val are dealt out, and how often."""

    folds: Annotated[int, Field(ge=3, le=20)]
    repeats: Annotated[int, Field(ge=1, le=100)]
    seed: Seed


class EvaluateParams(Section):
    """How probabilities become labels, and how sure what is reported must be."""

    level: Annotated[float, Field(ge=0.5, lt=1)]
    calibrate: bool
    miss_cost: Annotated[float, Field(gt=0)]
    false_alarm_cost: Annotated[float, Field(gt=0)]
    shortcut_auc: Annotated[float, Field(ge=0.5, le=1)]
    seed: Seed


class SelectParams(Section):
    """By which rule a backbone is chosen, and which difference in accuracy would matter."""

    rule: Literal[
        "best_crossvalidated",
        "best_converged",
        "one_standard_error",
        "fit_accuracy_auc",
        "best_validation",
    ]
    max_stability_loss: Annotated[float, Field(gt=0)]
    difference: Annotated[float, Field(gt=0, lt=1)]


class PredictParams(Section):
    """Which backbones predict the unlabelled photos, and the contact sheets."""

    backbones: Literal["selected", "all"]
    sheet: Annotated[int, Field(ge=1, le=64)]
    seed: Seed


class ReportParams(Section):
    """How many test photos the report shows."""

    max_photos: Annotated[int, Field(ge=0, le=1000)]


class TrackParams(Section):
    """Where runs are logged."""

    experiment: Annotated[str, Field(min_length=1)]


def _known_backbone(name: str) -> str:
    if name not in BACKBONE_NAMES:
        hints = [f"; did you mean {near}?" for near in get_close_matches(name, BACKBONE_NAMES, n=1)]
        raise ValueError("".join([f"one of {', '.join(BACKBONE_NAMES)}", *hints]))
    return name


BackboneName = Annotated[str, AfterValidator(_known_backbone)]


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
    crossvalidate: CrossvalidateParams
    evaluate: EvaluateParams
    select: SelectParams
    predict: PredictParams
    report: ReportParams
    track: TrackParams

    @model_validator(mode="after")
    def _no_backbone_twice(self) -> Self:
        twice = sorted({name for name in self.backbones if self.backbones.count(name) > 1})
        if twice:
            raise ValueError(f"backbones: {', '.join(twice)} listed twice; remove one")
        return self
