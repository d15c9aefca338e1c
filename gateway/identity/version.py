"""The version of a customer: a digest by which a later writer sees that its records have changed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from hashlib import blake2b

import msgspec

from gateway.customer import CustomerRecord

_ALWAYS = datetime.fromtimestamp(0, UTC)


def version(records: Iterable[CustomerRecord]) -> str:
    """32 hexadecimal digits of all that the records say, `details` included, in whatever order they came.

    The records have to be loaded whole, whatever was selected: a field that was not loaded looks like a
    cleared one. When they were fetched, and the raw answer, make no difference.
    """
    digest = blake2b(digest_size=16)
    for encoded in sorted(map(_encoded, records)):
        digest.update(len(encoded).to_bytes(8) + encoded)
    return digest.hexdigest()


def _encoded(record: CustomerRecord) -> bytes:
    lasting = msgspec.structs.replace(record, raw=None, fetched_at=_ALWAYS)
    return msgspec.json.encode(lasting, order="deterministic")
