"""What every input has to be, whoever it is for: checked before any vendor is called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from gateway.change import (
    AddressCreate,
    AddressDelete,
    AddressDraft,
    AddressUpdate,
    Change,
    Create,
    Draft,
    TagsAdd,
    TagsRemove,
    Update,
    given,
)
from gateway.errors import ErrorCode
from gateway.spelling import camel
from gateway.write import Fault, Writes
from gateway.writes.fit import Owns, fitted
from gateway.writes.outcome import Complaint

LONGEST = 10_000
"""Characters of a text: beyond any field that a vendor publishes a length of."""
MOST = 250
"""Elements of a list."""
LONGEST_EMAIL = 254
"""RFC 5321 §4.5.3.1.3, less the angle brackets."""

_EMAIL = re.compile(r"[^\s@,;<>*]+@[^\s@,;<>*]+")
_COUNTRY = re.compile(r"[A-Za-z]{2}")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


def faults(change: Change) -> Iterator[Fault]:
    """Everything that is wrong with a change, in the order of its fields."""
    match change:
        case Create(draft=draft) | Update(draft=draft):
            yield from _placed(change, _draft(draft))
        case AddressCreate(address=address) | AddressUpdate(address=address):
            yield from _address(address, ("address",))
            if not given(address):
                yield Fault(path=("address",), message="The address is empty.")
        case AddressDelete(address_id=address_id):
            yield from _text(address_id, ("addressId",))
        case TagsAdd(tags=tags) | TagsRemove(tags=tags):
            yield from _tags(tags, ("tags",))
            if not tags and not getattr(change, "prefixes", ()):
                yield Fault(path=("tags",), message="No tag is named.")
    if isinstance(change, TagsRemove):
        yield from _tags(change.prefixes, ("tagPrefixes",))


def vendor_complaints(
    change: Change, writes: Writes[Any], owns: Owns, source_name: str
) -> tuple[Complaint, ...]:
    """The vendor's published rules that what it would be sent breaks."""
    left = fitted(change, writes, owns).change
    return () if left is None else told(_placed(change, writes.check(left)), source_name)


def _placed(change: Change, found: Iterable[Fault]) -> Iterator[Fault]:
    """Mutations of one field have it beside the id, not within `customer`."""
    is_alone = isinstance(change, Update) and bool(change.needed)
    for fault in found:
        path = fault.path[1:] if is_alone and fault.path[:1] == ("customer",) else fault.path
        yield Fault(path=path, message=fault.message)


def told(found: Iterable[Fault], source_name: str | None = None) -> tuple[Complaint, ...]:
    """Faults as complaints."""
    return tuple(
        Complaint(
            code=ErrorCode.INVALID_INPUT, message=fault.message, path=fault.path, source_name=source_name
        )
        for fault in found
    )


def _draft(draft: Draft) -> Iterator[Fault]:
    for name in given(draft):
        value, path = getattr(draft, name), ("customer", camel(name))
        if isinstance(value, str):
            yield from _text(value, path)
        elif isinstance(value, AddressDraft):
            yield from _address(value, path)
        elif isinstance(value, tuple) and len(value) > MOST:
            yield Fault(path=path, message=f"A list has at most {MOST} elements.")
    if isinstance(draft.email, str):
        yield from email_faults(draft.email, ("customer", "email"))
    yield from _tags(draft.tags or (), ("customer", "tags"))
    yield from _elements(draft)


def _elements(draft: Draft) -> Iterator[Fault]:
    for at, address in enumerate(draft.addresses or ()):
        yield from _address(address, ("customer", "addresses", str(at)))
    for at, tax_id in enumerate(draft.tax_ids or ()):
        if not tax_id.value.strip():
            yield Fault(path=("customer", "taxIds", str(at), "value"), message="A tax number is a text.")
    for at, key in enumerate(draft.custom_fields or {}):
        if not key.strip() or _CONTROL.search(key):
            yield Fault(path=("customer", "customFields", str(at), "key"), message="A key is a text.")


def _text(value: str, path: tuple[str, ...]) -> Iterator[Fault]:
    if len(value) > LONGEST:
        yield Fault(path=path, message=f"A text has at most {LONGEST} characters.")
    if _CONTROL.search(value):
        yield Fault(path=path, message="A text holds no control characters and no half characters.")


def email_faults(value: str, path: tuple[str, ...]) -> Iterator[Fault]:
    """What is wrong with an e-mail address."""
    if len(value) > LONGEST_EMAIL or not _EMAIL.fullmatch(value):
        yield Fault(path=path, message="This is no e-mail address.")


def _address(address: AddressDraft, path: tuple[str, ...]) -> Iterator[Fault]:
    for name in given(address):
        if isinstance(value := getattr(address, name), str):
            yield from _text(value, (*path, camel(name)))
    if isinstance(address.country_code, str) and not _COUNTRY.fullmatch(address.country_code):
        yield Fault(
            path=(*path, "countryCode"), message="A country's code has two letters (ISO 3166-1 alpha-2)."
        )
    for name, bound in (("latitude", 90.0), ("longitude", 180.0)):
        degrees = getattr(address, name)
        if isinstance(degrees, float) and not -bound <= degrees <= bound:
            yield Fault(path=(*path, name), message=f"Degrees are between -{bound:g} and {bound:g}.")
    if isinstance(address.email, str):
        yield from email_faults(address.email, (*path, "email"))


def _tags(tags: Iterable[str], path: tuple[str, ...]) -> Iterator[Fault]:
    for at, tag in enumerate(tags):
        if not tag.strip():
            yield Fault(path=(*path, str(at)), message="A tag is not empty.")
        yield from _text(tag, (*path, str(at)))
        if at == MOST:
            yield Fault(path=path, message=f"A list has at most {MOST} elements.")
            return
