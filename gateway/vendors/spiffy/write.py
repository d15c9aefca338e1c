"""Spiffy's writes: a root key around changed values, tags as one text, addresses beside the customer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from gateway.call import Call
from gateway.change import Draft
from gateway.vendors.spiffy.body import (
    ADDRESS_FIELDS,
    CUSTOMERS,
    FIELDS,
    Body,
    carried,
    customer_body,
    customer_path,
    former_body,
    json_call,
    read_customer_id,
    shows,
    tags_of,
)
from gateway.vendors.spiffy.place import (
    SpiffyStep,
    address_create,
    address_delete,
    address_update,
    places,
)
from gateway.vendors.spiffy.row import SpiffyCustomer
from gateway.vendors.spiffy.rule import check, ignores
from gateway.write import Step, Writes

_OWN: Final = frozenset({"accounting_id", "pos_id"})


def create(draft: Draft) -> Sequence[SpiffyStep]:
    """The customer, then each address: whether those inside a new customer are heeded is not documented."""
    body = {name: value for name, value in customer_body(draft).items() if value is not None}
    request = json_call("POST", f"{CUSTOMERS}.json", {"customer": body}).request
    first: SpiffyStep = Step(
        fields=carried(draft),
        write=lambda _: Call(request=request, read=read_customer_id),
        undo=lambda vendor_id, _: json_call("DELETE", customer_path(vendor_id)),
        holds=None,
        creates=True,
    )
    return [first, *places(draft, None)]


def update(draft: Draft, row: SpiffyCustomer) -> Sequence[SpiffyStep]:
    """The changed values in one request, then what addresses hold."""
    body = customer_body(draft)
    steps = [_changing(carried(draft), body, row)] if body else []
    return [*steps, *places(draft, row)]


def _changing(fields: tuple[str, ...], body: Body, row: SpiffyCustomer) -> SpiffyStep:
    def call(vendor_id: str, values: Body) -> Call[None]:
        return json_call("PUT", customer_path(vendor_id), {"customer": {"id": row.id, **values}})

    return Step(
        fields=fields,
        write=lambda vendor_id: call(vendor_id, body),
        undo=lambda vendor_id, _: call(vendor_id, former_body(row, body)),
        holds=lambda now: shows(now, body),
    )


def delete(row: SpiffyCustomer) -> Sequence[SpiffyStep]:  # noqa: ARG001  # a vendor's signature
    """For good, with the addresses."""
    step: SpiffyStep = Step(
        fields=(),
        write=lambda vendor_id: json_call("DELETE", customer_path(vendor_id)),
        undo=None,
        holds=None,
        removes=True,
    )
    return [step]


def tags_add(tags: tuple[str, ...], row: SpiffyCustomer) -> Sequence[SpiffyStep]:
    """The text as it was just read, with what is not in it yet."""
    former = tags_of(row.tags)
    added = [tag for tag in tags if tag not in former]
    return [_tagging((*former, *added), row)] if added else []


def tags_remove(
    tags: tuple[str, ...], prefixes: tuple[str, ...], row: SpiffyCustomer
) -> Sequence[SpiffyStep]:
    """The text as it was just read, less what is named or begins with a prefix."""
    former = tags_of(row.tags)
    kept = [tag for tag in former if tag not in tags and not tag.startswith(prefixes)]
    return [_tagging(kept, row)] if len(kept) < len(former) else []


def _tagging(tags: Sequence[str], row: SpiffyCustomer) -> SpiffyStep:
    return _changing(("tags",), {"tags": ",".join(tags)}, row)


WRITES: Final[Writes[SpiffyCustomer]] = Writes(
    creates=FIELDS,
    updates=FIELDS,
    address=ADDRESS_FIELDS,
    own="spiffy",
    own_creates=_OWN,
    own_updates=_OWN,
    reasons={
        "restore": "deletes for good",
        "authenticate": "has no such call",
        "update.name": "makes it of title, first and last name",
        "update.group_id": "has no customer groups",
        "update.custom_fields": "has no field for them in its customers",
    },
    check=check,
    ignores=ignores,
    create=create,
    update=update,
    delete=delete,
    address_create=address_create,
    address_update=address_update,
    address_delete=address_delete,
    tags_add=tags_add,
    tags_remove=tags_remove,
)
"""What any Spiffy store can write."""
