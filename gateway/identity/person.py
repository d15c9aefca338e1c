"""Who is the same person: the one place where records are told to belong together."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

from gateway.customer import CustomerRecord
from gateway.query import match_key


class MatchField(StrEnum):
    """What `identity.match` may name."""

    EMAIL = "email"


def key_of(record: CustomerRecord, match: Iterable[MatchField]) -> str | None:
    """The key that all records of one person share, from any source or the same one.

    None where the record stands alone: it is deleted, it has no e-mail, or nothing is matched.
    """
    if record.deleted_at is not None or MatchField.EMAIL not in match:
        return None
    return match_key(record.email)
