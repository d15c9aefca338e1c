"""Cursors: opaque to clients, versioned, signed, and bound to the question that they belong to. No state is kept."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from itsdangerous import BadData, BadSignature, Signer
from itsdangerous.encoding import base64_decode, base64_encode

from gateway.customer import Value
from gateway.errors import InvalidInput
from gateway.query import OrderValue

VERSION = "1"

_EPOCH = datetime.fromtimestamp(0, UTC)
_MICROSECOND = timedelta(microseconds=1)


class Place(Value, frozen=True):
    """A position in a list: the order's value (None is last), the source and the vendor id that decide between ties.

    `hints` are what the vendors' own positions were; they save calls and are never trusted.
    """

    value: OrderValue | None
    source_name: str
    vendor_id: str
    hints: Mapping[str, int] = {}


BEGINNING = Place(value=None, source_name="", vendor_id="beginning")
"""Before everything: where a page goes on that ended before it came to anything."""


class CursorCodec:
    """Turns places into cursors and back. Every replica that has the secret reads what another wrote."""

    def __init__(self, secret: str) -> None:
        self._signer = Signer(
            secret, salt="customer-gateway cursor", key_derivation="hmac", digest_method=hashlib.sha256
        )

    def encode(self, place: Place, binding: Mapping[str, str]) -> str:
        """The cursor of a place. `binding` names what it may be used with: aspect → its exact description."""
        body = (
            _tagged(place.value),
            place.source_name,
            place.vendor_id,
            dict(place.hints),
            _digests(binding),
        )
        text = VERSION.encode() + base64_encode(msgspec.msgpack.encode(body))
        return base64_encode(self._signer.sign(text)).decode("ascii")

    def decode(self, cursor: str, binding: Mapping[str, str], *, argument: str) -> Place:
        """The place of a cursor; raises `InvalidInput` that names the argument and what is wrong with it."""
        body = self._verified(cursor, argument)
        value, source_name, vendor_id, hints, digests = msgspec.msgpack.decode(body)
        expected = _digests(binding)
        for aspect, digest in expected.items():
            if digests.get(aspect) != digest:
                raise InvalidInput(
                    f"`{argument}` belongs to another {aspect}; a cursor goes on with its own question only."
                )
        return Place(value=_untagged(value), source_name=source_name, vendor_id=vendor_id, hints=hints)

    def _verified(self, cursor: str, argument: str) -> bytes:
        try:
            signed = base64_decode(cursor)
        except BadData as error:
            raise InvalidInput(f"`{argument}` is not a cursor of this API.") from error
        if b"." not in signed:
            raise InvalidInput(f"`{argument}` is not a cursor of this API.")
        if not signed.startswith(VERSION.encode()) and signed[:1].isdigit():
            raise InvalidInput(
                f"`{argument}` was made by another version of this API; begin again without it."
            )
        try:
            text = self._signer.unsign(signed)
        except BadSignature as error:
            raise InvalidInput(
                f"`{argument}` was changed, or made under another secret; begin again without it."
            ) from error
        return base64_decode(text[len(VERSION) :])


def _digests(binding: Mapping[str, str]) -> dict[str, bytes]:
    """Short fingerprints: they only tell one's own questions apart, the signature keeps others out."""
    return {aspect: hashlib.sha256(text.encode()).digest()[:6] for aspect, text in binding.items()}


def _tagged(value: OrderValue | None) -> list[Any]:
    match value:
        case None:
            return ["n"]
        case datetime():
            return ["t", (value - _EPOCH) // _MICROSECOND]
        case Decimal():
            return ["d", str(value)]
        case _:
            return ["v", value]


def _untagged(tagged: list[Any]) -> OrderValue | None:
    match tagged:
        case ["t", micros]:
            return _EPOCH + timedelta(microseconds=micros)
        case ["d", text]:
            return Decimal(text)
        case ["v", value]:
            plain: OrderValue = value
            return plain
        case _:
            return None
