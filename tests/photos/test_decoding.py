import contextlib
import io
import struct
import warnings

import numpy as np
import pytest
from PIL import Image

from potholes.photos.decoding import Photo, decode
from potholes.photos.sniffing import BadImage
from tests.photo_files import encoded, image_params, scene

PARAMS = image_params(fit="stretch")
FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF")
JPEG = encoded(scene(1), quality=90)


def difference(one: Photo, other: Photo) -> float:
    return float(np.abs(one.pixels.astype(int) - other.pixels).mean())


def reason(data: bytes, **changes: object) -> str:
    with pytest.raises(BadImage) as error:
        decode(data, image_params(**changes))
    return str(error.value)


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_becomes_224_by_224_rgb(format: str) -> None:
    photo = decode(encoded(scene(1), format), PARAMS)
    assert photo.pixels.shape == (224, 224, 3)
    assert photo.pixels.dtype == np.uint8
    assert (photo.width, photo.height, photo.format) == (64, 48, format)
    assert difference(photo, decode(encoded(scene(1), "PNG"), PARAMS)) < 8


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("fit", ["crop", "pad", "stretch"])
@pytest.mark.parametrize(
    ("orientation", "stored"),
    [
        (2, Image.Transpose.FLIP_LEFT_RIGHT),
        (3, Image.Transpose.ROTATE_180),
        (4, Image.Transpose.FLIP_TOP_BOTTOM),
        (5, Image.Transpose.TRANSPOSE),
        (6, Image.Transpose.ROTATE_90),
        (7, Image.Transpose.TRANSVERSE),
        (8, Image.Transpose.ROTATE_270),
    ],
)
def test_exif_orientation_is_applied(
    format: str, fit: str, orientation: int, stored: Image.Transpose
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    options = {"quality": 95} if format in ("JPEG", "WEBP") else {}
    turned = encoded(scene(3).transpose(stored), format, exif=exif, **options)
    photo = decode(turned, image_params(fit=fit))
    assert (photo.width, photo.height) == (64, 48)
    assert difference(photo, decode(encoded(scene(3), "PNG"), image_params(fit=fit))) < 4


def test_a_turned_photo_that_is_nearly_square_keeps_its_own_width_and_height() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    photo = decode(encoded(scene(3, 897, 896), exif=exif), PARAMS)
    assert (photo.width, photo.height) == (896, 897)


def test_a_jpeg_many_times_too_large_is_decoded_small_and_looks_the_same() -> None:
    large = scene(4, 1200, 900)
    photo = decode(encoded(large, quality=95), PARAMS)
    assert (photo.width, photo.height) == (1200, 900)
    assert difference(photo, decode(encoded(large, "PNG"), PARAMS)) < 1.5


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("kept", [0.5, 0.9, -50, -2, -1])
def test_a_truncated_jpeg_is_refused(progressive: bool, kept: float) -> None:
    data = encoded(scene(1, 300, 200), quality=90, progressive=progressive)
    cut = int(len(data) * kept) if kept > 0 else int(kept)
    assert "truncated JPEG" in reason(data[:cut])


def cut(data: bytes, kept: float) -> bytes:
    """The JPEG with this share of what follows its first scan header, and an end marker."""
    scan = data.index(b"\xff\xda")
    pixels = scan + 2 + int.from_bytes(data[scan + 2 : scan + 4])
    return data[: pixels + int((len(data) - 2 - pixels) * kept)] + b"\xff\xd9"


@pytest.mark.parametrize("kept", [0, 0.25, 0.5, 0.75, 0.95])
@pytest.mark.parametrize(
    "options",
    [
        {"quality": 88},
        {"quality": 100, "subsampling": 0},
        {"quality": 20, "optimize": True},
        {"restart_marker_blocks": 5},
        {"restart_marker_rows": 1},
    ],
)
def test_a_jpeg_cut_before_its_end_marker_is_refused(
    options: dict[str, object], kept: float
) -> None:
    for image in (
        scene(1, 300, 200),
        scene(1, 300, 200).convert("L"),
        Image.new("RGB", (300, 200)),
    ):
        assert "truncated JPEG" in reason(cut(encoded(image, **options), kept))


@pytest.mark.parametrize("kept", [0, 0.25, 0.5, 0.75, 0.95])
def test_a_cut_is_seen_where_a_jpeg_is_decoded_at_an_eighth_of_its_size(kept: float) -> None:
    assert "truncated JPEG" in reason(cut(encoded(scene(1, 3600, 3600), quality=30), kept))


@pytest.mark.parametrize("kept", [0, 0.05, 0.25, 0.5])
def test_a_progressive_jpeg_without_its_last_scan_is_refused(kept: float) -> None:
    whole = encoded(scene(1, 300, 200), quality=90, progressive=True)
    assert "truncated JPEG" in reason(cut(whole, kept))
    start = whole.rindex(b"\xff\xda")
    assert "truncated JPEG" in reason(whole[:start] + b"\xff\xd9")


def test_a_jpeg_without_its_end_marker_is_refused_even_where_all_pixels_are_there() -> None:
    decoded_anyway = []
    for seed in range(40):
        data = encoded(scene(seed))[:-2]
        try:
            Image.open(io.BytesIO(data)).load()
            decoded_anyway.append(seed)
        except OSError:
            pass
        assert "truncated JPEG" in reason(data)
    assert decoded_anyway, (
        "Pillow noticed each of them by itself: the marker need not be looked for"
    )


def test_bytes_after_the_end_of_a_jpeg_are_no_fault() -> None:
    assert difference(decode(JPEG + b"\x00" * 100, PARAMS), decode(JPEG, PARAMS)) == 0


@pytest.mark.parametrize("format", ["PNG", "WEBP", "BMP", "GIF", "TIFF"])
def test_half_a_file_is_refused_in_every_format(format: str) -> None:
    data = encoded(scene(1), format)
    assert reason(data[: len(data) // 2]).startswith(("truncated", "damaged", "not a photo"))


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty file"),
        (b"<!DOCTYPE html><html>not found</html>", "web page"),
        (b"\n <html></html>", "web page"),
        (JPEG[:4], "truncated JPEG"),
        (JPEG[:200], "truncated JPEG"),
        (encoded(scene(1), "PNG")[:40], "PNG"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", "HEIC is not supported; convert it to JPEG"),
        (b"\x00\x00\x00\x18ftypavif\x00\x00\x00\x00", "AVIF is not supported; convert it to JPEG"),
        (b"\x00\x00\x00\x18ftypisom\x00\x00\x00\x00", "video is not supported"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n", "PostScript is not supported"),
        (b"hello", "not a photo"),
    ],
)
def test_what_is_no_photo_is_refused_with_what_it_is(data: bytes, words: str) -> None:
    assert words in reason(data)


def test_real_eps_is_not_even_opened() -> None:
    assert "PostScript" in reason(encoded(scene(1), "EPS"))


def bomb(width: int, height: int) -> bytes:
    """A GIF that claims a size: its pixels would take gigabytes."""
    return (
        b"GIF89a"
        + struct.pack("<HHBBB", width, height, 0xF0, 0, 0)
        + b"\0" * 6
        + (b"," + struct.pack("<HHHHB", 0, 0, width, height, 0) + b"\x02\x02\x44\x01\x00;")
    )


def test_a_decompression_bomb_is_refused_by_its_header_without_a_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert "at most 50 megapixels (image.max_megapixels)" in reason(bomb(60_000, 60_000))


def test_the_megapixel_limit_is_the_parameter_not_pillows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for fit in ("crop", "pad", "stretch"):
            assert decode(JPEG, image_params(fit=fit, max_megapixels=0.0031)).width == 64
    assert "64 x 48" in reason(JPEG, max_megapixels=0.003)


def test_photos_outside_the_limits_are_refused_with_the_parameter() -> None:
    assert "1 x 1 pixels" in reason(encoded(Image.new("RGB", (1, 1))))
    assert "image.min_side" in reason(encoded(Image.new("RGB", (31, 64)), "PNG"))
    assert "image.max_aspect" in reason(encoded(Image.new("RGB", (20_000, 40)), "PNG"))
    assert decode(encoded(Image.new("RGB", (256, 32)), "PNG"), PARAMS).width == 256


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_frame_is_used_and_noted(format: str) -> None:
    frames = {"save_all": True, "append_images": [scene(2), scene(3)]}
    photo = decode(encoded(scene(1), format, **frames), PARAMS)
    assert photo.notes == ("animated: only the first frame is used",)
    assert difference(photo, decode(encoded(scene(1), format), PARAMS)) < 8


def test_of_several_pages_the_first_is_used_and_noted() -> None:
    pages = encoded(scene(1), "TIFF", save_all=True, append_images=[scene(2)])
    assert decode(pages, PARAMS).notes == ("several pages: only the first is used",)


def test_the_quality_is_a_jpegs_alone() -> None:
    assert decode(JPEG, PARAMS).quality == 90
    assert decode(encoded(scene(1), "WEBP", quality=90), PARAMS).quality is None


@pytest.mark.filterwarnings("ignore::UserWarning")  # Pillow's, of damaged TIFF tags
@pytest.mark.parametrize("format", FORMATS)
def test_flipped_bytes_are_decoded_or_refused_but_never_raise_anything_else(format: str) -> None:
    rng = np.random.default_rng(0)
    data = encoded(scene(1), format)
    for _ in range(60):
        changed = np.frombuffer(data, np.uint8).copy()
        bytes_at = rng.integers(0, rng.choice([40, len(data)]), size=4)
        changed[bytes_at] = rng.integers(0, 256, size=4)
        with contextlib.suppress(BadImage):
            assert decode(changed.tobytes(), PARAMS).pixels.shape == (224, 224, 3)
