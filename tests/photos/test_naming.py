import os
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from potholes.photos.naming import picture_name, printable

NAMES = st.text(st.characters(blacklist_categories=("Cs",), blacklist_characters="\0/"), min_size=1)


@given(st.builds("class/{}.jpg".format, NAMES))
def test_a_picture_name_is_short_and_safe_anywhere(sample_id: str) -> None:
    name = picture_name(sample_id)
    assert name.isascii()
    assert len(name) <= 55
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
    assert name[0] not in "-."


@given(st.lists(NAMES, unique=True, max_size=30))
def test_no_two_photos_share_a_picture_name(names: list[str]) -> None:
    ids = [f"class/{name}.jpg" for name in names]
    assert len({picture_name(sample_id) for sample_id in ids}) == len(ids)


def test_the_stem_stays_readable() -> None:
    assert picture_name("pothole/IMG 0001 (2).jpg").startswith("img-0001-2-")
    assert picture_name("pothole/Straße.jpg").startswith("strae-")
    assert picture_name("pothole/🕳️.jpg").endswith(".png")


def test_unicode_forms_of_a_name_get_different_pictures() -> None:
    composed = picture_name("a/é.jpg")
    assert composed != picture_name(unicodedata.normalize("NFD", "a/é.jpg"))
    assert picture_name("a/X.jpg") != picture_name("a/x.jpg")


def test_printable_is_one_line() -> None:
    assert printable("a\nb\x1b[31m é 🕳") == "a\\nb\\x1b[31m é 🕳"
    assert printable(os.fsdecode(b"caf\xe9")) == "caf\\xe9"
