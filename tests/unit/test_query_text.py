"""How texts, phones and e-mails compare."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.query import digits, fold, match_key, phone_key, spellings


@given(st.text())
def test_folding_twice_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text())
def test_the_unicode_form_makes_no_difference_to_folding(text: str) -> None:
    assert fold(unicodedata.normalize("NFC", text)) == fold(unicodedata.normalize("NFD", text))


@given(st.text(), st.text())
def test_a_part_of_a_text_is_a_part_of_the_folded_text(text: str, rest: str) -> None:
    assert fold(text) in fold(rest + text + rest)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Zoë MÜLLER", "zoe muller"),
        ("Straße", "strasse"),
        ("ΟΔΟΣ", "οδοσ"),
        ("οδός", "οδοσ"),
        ("İzmir", "izmir"),
        ("\u0131\u015f\u0131k", "\u0131s\u0131k"),
        ("Søren", "søren"),
        ("\uff34okyo", "tokyo"),
        ("", ""),
    ],
)
def test_case_and_accents_fold_as_documented(text: str, folded: str) -> None:
    assert fold(text) == folded


def test_digits_are_those_of_any_script() -> None:
    assert digits("+39 (06) 123-x4") == "39061234"
    assert digits("٠١٢") == "012"
    assert digits("²") == ""


def test_a_phone_without_digits_compares_as_text() -> None:
    assert phone_key("On Request") == "on request"
    assert phone_key("0 1") == "01"


@given(st.text())
def test_the_key_of_a_key_is_itself(text: str) -> None:
    key = match_key(text)
    assert match_key(key) == key


@given(st.from_regex(r"[ -~à-ž]{1,8}@[a-zà-žß.-]{1,20}", fullmatch=True))
def test_every_spelling_to_ask_for_has_the_same_key(address: str) -> None:
    assert {match_key(spelling) for spelling in spellings(address)} == {match_key(address)}


@pytest.mark.parametrize(
    ("address", "key"),
    [
        ("  Anna@Example.COM ", "anna@example.com"),
        ("anna@München.de", "anna@xn--mnchen-3ya.de"),
        ("anna@XN--MNCHEN-3YA.de", "anna@xn--mnchen-3ya.de"),
        ("E\u0301va@x.hu", "\u00e9va@x.hu"),
        ("J\u030c@x.de", "\u01f0@x.de"),
        ("groß@x.de", "groß@x.de"),
        ("a@faß.de", "a@xn--fa-hia.de"),
        ("a@ü..de", "a@ü..de"),
        ("no address", "no address"),
        ('"a@b"@x.de', '"a@b"@x.de'),
        ("   ", None),
        ("", None),
        (None, None),
    ],
)
def test_match_keys_are_trimmed_normal_lower_case_and_idna(address: str | None, key: str | None) -> None:
    assert match_key(address) == key


def test_an_international_domain_is_asked_for_in_all_its_forms() -> None:
    forms = ("anna@xn--mnchen-3ya.de", "anna@m\u00fcnchen.de", "anna@mu\u0308nchen.de")
    assert spellings("Anna@MÜNCHEN.de") == forms
    assert spellings("anna@xn--mnchen-3ya.de") == forms
    assert spellings("anna@x.de") == ("anna@x.de",)
    assert spellings(" ") == ()
