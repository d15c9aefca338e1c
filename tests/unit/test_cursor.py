"""Cursors: what is written is read again, and nothing else is, whoever wrote it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from itsdangerous import Signer
from itsdangerous.encoding import base64_decode, base64_encode

from gateway.errors import InvalidInput
from gateway.planner.cursor import VERSION, CursorCodec, Place

CODEC = CursorCodec("a secret of at least sixteen letters")
BINDING = {"filter": "TRUE", "order": "CREATED_AT DESC", "sources": "a,b"}
PLACE = Place(datetime(2026, 7, 1, tzinfo=UTC), "a-source", "42", {"a-source+": 40})

TEXTS = st.text(max_size=40)
TIMES = st.datetimes(datetime(1900, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
VALUES = (
    st.none()
    | TIMES
    | TEXTS
    | st.integers(-(2**63), 2**64 - 1)
    | st.decimals(allow_nan=False, allow_infinity=False)
)
PLACES = st.builds(Place, VALUES, TEXTS, TEXTS, st.dictionaries(TEXTS, st.integers(0, 2**40), max_size=4))


def decode(cursor: str, binding: dict[str, str] | None = None, codec: CursorCodec = CODEC) -> Place:
    return codec.decode(cursor, BINDING if binding is None else binding, argument="after")


@given(PLACES, st.dictionaries(TEXTS, TEXTS, max_size=4))
@example(Place(datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC), "a", "1"), {})
@example(Place(datetime(2026, 7, 1, 0, 0, 0, 1, tzinfo=UTC), "a", "1"), {})
def test_a_cursor_gives_back_what_was_written(place: Place, binding: dict[str, str]) -> None:
    assert decode(CODEC.encode(place, binding), binding) == place


@pytest.mark.parametrize("year", [1, 2243, 9999])
def test_far_times_keep_their_microseconds(year: int) -> None:
    place = Place(datetime(year, 1, 2, 3, 4, 5, 1, tzinfo=UTC), "a", "1")
    assert decode(CODEC.encode(place, {}), {}) == place


@given(PLACES)
def test_a_cursor_can_stand_in_an_address(place: Place) -> None:
    cursor = CODEC.encode(place, BINDING)
    assert all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in cursor)


@given(st.data())
def test_a_change_of_a_letter_never_leads_elsewhere(data: st.DataObject) -> None:
    """Letters that base64 passes over change nothing; all others are refused."""
    cursor = CODEC.encode(PLACE, BINDING)
    at = data.draw(st.integers(0, len(cursor) - 1))
    letter = data.draw(
        st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_ .=é\0")
    )
    try:
        read = decode(cursor[:at] + letter + cursor[at + 1 :])
    except InvalidInput:
        return
    assert read == PLACE


@given(st.data())
def test_any_change_of_a_byte_is_refused(data: st.DataObject) -> None:
    signed = bytearray(base64_decode(CODEC.encode(PLACE, BINDING)))
    at = data.draw(st.integers(0, len(signed) - 1))
    signed[at] ^= data.draw(st.integers(1, 255))
    with pytest.raises(InvalidInput):
        decode(base64_encode(bytes(signed)).decode())


@given(st.integers(0, 200))
def test_a_part_of_a_cursor_is_refused(length: int) -> None:
    cursor = CODEC.encode(PLACE, BINDING)
    if length < len(cursor):
        with pytest.raises(InvalidInput):
            decode(cursor[:length])


@given(st.text())
@example("")
@example("=")
@example("\ud800")
@example("é" * 9)
@example("x" * 100_000)
@example("YXJyYXljb25uZWN0aW9uOjU=")
def test_no_text_is_anything_but_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="`after`"):
        decode(text)


@given(st.binary())
def test_no_bytes_are_anything_but_refused(content: bytes) -> None:
    for text in (content, VERSION.encode() + content, VERSION.encode() + content + b"." + content):
        with pytest.raises(InvalidInput, match="`after`"):
            decode(base64_encode(text).decode())


def test_a_text_that_is_no_cursor_is_told_so() -> None:
    with pytest.raises(InvalidInput, match="`after` is not a cursor of this API"):
        decode("42")


def test_a_changed_cursor_is_told_so() -> None:
    signed = base64_decode(CODEC.encode(PLACE, BINDING))
    with pytest.raises(InvalidInput, match="was changed, or made under another secret"):
        decode(base64_encode(signed[:-1] + bytes([signed[-1] ^ 1])).decode())


def test_a_cursor_of_another_secret_is_told_so() -> None:
    cursor = CursorCodec("another secret").encode(PLACE, BINDING)
    with pytest.raises(InvalidInput, match="made under another secret"):
        decode(cursor)


def test_a_cursor_of_another_version_is_told_so() -> None:
    signed = base64_decode(CODEC.encode(PLACE, BINDING))
    assert signed.startswith(VERSION.encode())
    with pytest.raises(InvalidInput, match="made by another version of this API"):
        decode(base64_encode(b"9" + signed[1:]).decode())


@pytest.mark.parametrize("aspect", BINDING)
def test_a_cursor_of_another_question_is_told_which_part_differs(aspect: str) -> None:
    with pytest.raises(InvalidInput, match=f"`after` belongs to another {aspect}"):
        decode(CODEC.encode(PLACE, BINDING), {**BINDING, aspect: "another"})


def test_the_argument_is_named_as_the_caller_gave_it() -> None:
    with pytest.raises(InvalidInput, match="`before`"):
        CODEC.decode("42", BINDING, argument="before")


def test_a_signature_for_another_purpose_is_none_for_a_cursor() -> None:
    """The same secret signs cursors alone, since the salt is theirs."""
    signed = base64_decode(CODEC.encode(PLACE, BINDING))
    text = signed.rpartition(b".")[0]
    forged = Signer("a secret of at least sixteen letters", salt="something else").sign(text)
    with pytest.raises(InvalidInput):
        decode(base64_encode(forged).decode())


def test_a_cursor_is_the_same_on_every_replica() -> None:
    other = CursorCodec("a secret of at least sixteen letters")
    assert other.encode(PLACE, BINDING) == CODEC.encode(PLACE, BINDING)
    assert decode(CODEC.encode(PLACE, BINDING), codec=other) == PLACE


def test_what_a_cursor_is_bound_to_cannot_be_read_from_it() -> None:
    """A filter may hold an address, and a cursor ends in logs and browser histories."""
    cursor = CODEC.encode(PLACE, {**BINDING, "filter": "email = ada@example.com"})
    assert b"ada" not in base64_decode(base64_decode(cursor).partition(b".")[0][len(VERSION) :])


@pytest.mark.parametrize("value", [Decimal("1E+3"), Decimal("0.10"), Decimal("-0"), 2**63])
def test_numbers_keep_their_kind(value: Decimal | int) -> None:
    read = decode(CODEC.encode(Place(value, "a", "1"), BINDING)).value
    assert (type(read), str(read)) == (type(value), str(value))
