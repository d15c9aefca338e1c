"""What the index holds of a record: ids, times and a keyed digest. No person can be read from it."""

from __future__ import annotations

import hmac
from datetime import UTC, datetime, timedelta

from gateway.customer import CustomerRecord, Value
from gateway.query import match_key

DIGEST_SIZE = 16
"""Bytes that are kept of an HMAC-SHA-256 (RFC 2104 §5 allows half): a million keys meet by chance never."""

_EPOCH = datetime.fromtimestamp(0, UTC)
_MICROSECOND = timedelta(microseconds=1)
_BEHIND_NUMBERS = "~"
_LONGEST_NUMBER = 40


class Entry(Value, frozen=True, kw_only=True):
    """One record. `digest` is None where nobody else can be the same person: no e-mail, or deleted."""

    vendor_id: str
    digest: bytes | None
    created_at: datetime | None
    updated_at: datetime | None
    is_deleted: bool = False

    @property
    def changed_at(self) -> datetime | None:
        """Where the record stands in the order of updates."""
        return self.updated_at or self.created_at


class Hasher:
    """Match keys as digests, which only the holder of the secret can make."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()

    def digest(self, key: str) -> bytes:
        """The digest of a match key."""
        return hmac.digest(self._secret, key.encode(), "sha256")[:DIGEST_SIZE]

    def fingerprint(self, text: str) -> str:
        """Tells whether a store was filled under this secret, and for the same account."""
        return hmac.digest(self._secret, b"store of " + text.encode(), "sha256")[:8].hex()

    def entry(self, record: CustomerRecord) -> Entry:
        """What is kept of a record."""
        key = None if record.deleted_at else match_key(record.email)
        return Entry(
            vendor_id=record.vendor_id,
            digest=None if key is None else self.digest(key),
            created_at=record.created_at,
            updated_at=record.updated_at,
            is_deleted=record.deleted_at is not None,
        )


def micros(time: datetime | None) -> int | None:
    """Microseconds since 1970, which every database sorts alike."""
    return None if time is None else (time - _EPOCH) // _MICROSECOND


def moment(value: int | None) -> datetime | None:
    """The other way."""
    return None if value is None else _EPOCH + value * _MICROSECOND


def encode_id(vendor_id: str, *, numeric: bool) -> str:
    """A text that sorts by code points as vendor ids compare: numbers by their length first."""
    if not numeric:
        return vendor_id
    if vendor_id.isascii() and vendor_id.isdigit() and len(vendor_id) <= _LONGEST_NUMBER:
        return chr(ord("0") + len(vendor_id)) + vendor_id
    return _BEHIND_NUMBERS + vendor_id


def decode_id(text: str, *, numeric: bool) -> str:
    """The other way."""
    return text[1:] if numeric else text
