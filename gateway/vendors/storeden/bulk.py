"""Storeden's batch endpoints for tags, which name customers by e-mail, and what a store of its can write at all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import msgspec

from gateway.call import Call
from gateway.change import BulkTags, BulkVerb
from gateway.transport import Response
from gateway.vendors.storeden import tagging, write
from gateway.vendors.storeden.row import StoredenCustomer
from gateway.vendors.storeden.rule import PARTS, TEXTS, check, ignores
from gateway.write import Tally, Writes

_METHODS: Final = {BulkVerb.ADD: "PUT", BulkVerb.REPLACE: "POST"}
_MOST: Final = 500
"""Addresses in one request: no limit is documented, so one far from any form's size."""
_EVERYBODY: Final = (("email", "*"),)


class _Receipt(msgspec.Struct, frozen=True, rename={"modified": "nModified"}):
    modified: int | None = None


def _tally(response: Response) -> Tally:
    """`n` is 1 for any number of customers in the document's samples: only the modified ones are told."""
    return Tally(modified=msgspec.json.decode(response.body, type=_Receipt).modified)


def bulk(tags: BulkTags, rows: Sequence[StoredenCustomer]) -> Sequence[Call[Tally]]:
    """For customers with an address; a star in the place of one could mean everybody, and is left out."""
    emails = [row.email for row in rows if row.email is not None and tagging.is_address(row.email)]
    chunks = [emails[at : at + _MOST] for at in range(0, len(emails), _MOST)]
    return [
        call
        for chunk in chunks
        for call in _calls(tags, [("email[]", email) for email in chunk], _singles(rows, chunk))
    ]


def bulk_all(tags: BulkTags) -> Sequence[Call[Tally]]:
    """For every customer: only where the caller has said so, never from a value."""
    return list(_calls(tags, _EVERYBODY, None))


def _singles(rows: Sequence[StoredenCustomer], emails: Sequence[str]) -> Sequence[str]:
    return [row.id for row in rows if row.email in emails]


def _calls(tags: BulkTags, whom: tagging.Pairs, ids: Sequence[str] | None) -> Iterator[Call[Tally]]:
    if tags.verb is not BulkVerb.REMOVE:
        yield _call(_METHODS[tags.verb], [*whom, ("tags", ",".join(tags.tags))])
        return
    for tag in tags.tags:
        if not tag.endswith("*"):
            yield _call("DELETE", [*whom, ("tag", tag)])
        elif ids is not None:
            # As the end of a batch's tag a star would be a wildcard; the single endpoint has none.
            for vendor_id in ids:
                yield _single(vendor_id, tag)
    for prefix in tags.prefixes:
        yield _call("DELETE", [*whom, ("tag", f"{prefix}*")])


def _call(method: str, pairs: tagging.Pairs) -> Call[Tally]:
    return Call(request=tagging.form(method, tagging.BATCH, pairs).request, read=_tally)


def _single(vendor_id: str, tag: str) -> Call[Tally]:
    return Call(request=tagging.tagging("DELETE", [tag]).write(vendor_id).request, read=_tally)


WRITES: Final[Writes[StoredenCustomer]] = Writes(
    creates=TEXTS | PARTS | {"email", "mobile", "website"},
    updates=TEXTS | PARTS,
    address=frozenset({"line1", "city", "postal_code"}),
    own="storeden",
    own_creates=frozenset({"tax_number", "country_uid", "state_uid", "sdi", "pec"}),
    own_updates=frozenset({"tax_number", "country_uid", "state_uid"}),
    reasons={
        "restore": "deletes for good",
        "address_delete": "holds one address without an id: update it with nulls instead",
        "authenticate": "has no such call",
        "update.email": "cannot change an e-mail address",
        "update.mobile": "takes it only when creating",
        "update.website": "takes it only when creating",
    },
    check=check,
    ignores=ignores,
    create=write.create,
    update=write.update,
    delete=write.delete,
    address_create=write.address_create,
    address_update=write.address_update,
    tags_add=lambda tags, _: [tagging.tagging("PUT", tags)],
    tags_remove=tagging.tags_remove,
    bulk=bulk,
    bulk_all=bulk_all,
)
"""What any Storeden source with a key for writing can write."""
