"""Texts that look alike are the same text, or one of them is refused (hazard I7)."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from habilis.texts import MAX_LENGTH, flaw, shown

REFUSED = {
    "empty": "",
    "blank": "   ",
    "too long": "x" * (MAX_LENGTH + 1),
    "leading space": " u1",
    "trailing space": "u1 ",
    "trailing no-break space": "u1\u00a0",
    "trailing line end": "u1\n",
    "tab within": "u\t1",
    "NUL": "u1\x00",
    "escape": "u\x1b[31m1",
    "delete": "u1\x7f",
    "C1 control": "u\x851",
    "no-break space within": "u\u00a01",
    "ideographic space within": "u\u30001",
    "line separator": "u\u20281",
    "zero-width space": "u\u200b1",
    "zero-width joiner": "u\u200d1",
    "word joiner": "u\u20601",
    "byte order mark": "\ufeffu1",
    "soft hyphen": "u\u00ad1",
    "combining grapheme joiner": "u\u034f1",
    "Hangul filler": "u\u31641",
    "Braille blank": "u\u28001",
    "variation selector": "u\ufe0f1",
    "variation selector supplement": "u\U000e01001",
    "tag character": "u\U000e00411",
    "right-to-left override": "u\u202e1",
    "left-to-right isolate": "u\u20661",
    "Arabic letter mark": "u\u061c1",
    "NFD": "zoe\u0301",
    "NFD in the middle": "e\u0301cole",
    "Angstrom sign": "\u212b",
    "lone surrogate": "u\ud8001",
    "byte that is not UTF-8": b"u\xe91".decode("utf-8", "surrogateescape"),
    "private use": "u\ue0001",
    "not a character": "u\ufffe1",
    "not assigned": "u\u03781",
}

TAKEN = [
    "u1",
    "17340430200015",
    "RECCHOR034",
    "Services de l'État",
    "zoé",
    "FR WF",
    "日本",
    "Διος",
    "x" * MAX_LENGTH,
]

# Alike to the eye or to some database; to us two names, on both sides of every comparison.
KEPT_APART = {
    "case": ("RECCHOR034", "recchor034"),
    "sharp s": ("straße", "strasse"),
    "capital sharp s": ("STRASSE", "STRAẞE"),
    "Turkish dotless i": ("i", "\u0131"),
    "Turkish dotted capital i": ("I", "\u0130"),
    "accent": ("etat", "état"),
    "full-width digits": ("123", "\uff11\uff12\uff13"),
    "full-width letters": ("ABC", "\uff21\uff22\uff23"),
    "Cyrillic a": ("a", "\u0430"),
    "Greek omicron": ("o", "\u03bf"),
    "ligature": ("fi", "\ufb01"),
    "Arabic-Indic digit": ("1", "\u0661"),
    "superscript": ("2", "²"),
    "leading zero": ("7", "07"),
}


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_a_text_that_hides_something_is_refused(text: str) -> None:
    assert flaw(text)


@pytest.mark.parametrize("text", TAKEN)
def test_a_plain_text_is_taken(text: str) -> None:
    assert flaw(text) is None


@pytest.mark.parametrize(("one", "other"), KEPT_APART.values(), ids=KEPT_APART)
def test_two_names_stay_two(one: str, other: str) -> None:
    assert flaw(one) is None
    assert flaw(other) is None
    assert one != other


@given(st.text(max_size=20))
def test_no_form_of_a_taken_text_is_taken_beside_it(text: str) -> None:
    """Whatever Unicode holds to be the same text as one that is taken is refused."""
    for form in ("NFC", "NFD"):
        twin = unicodedata.normalize(form, text)
        if twin != text:
            assert flaw(text) or flaw(twin)


@given(st.text(max_size=200))
def test_what_is_shown_hides_nothing_and_stays_on_its_line(text: str) -> None:
    assert shown(text).isprintable()
    assert len(shown(text)) <= 62 * len("<U+10FFFF>")
