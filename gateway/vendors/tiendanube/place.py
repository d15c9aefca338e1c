"""Addresses as Tiendanube takes them: objects beside a set of flat billing texts, with the same parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from msgspec import UNSET

from gateway.change import AddressDraft, Draft
from gateway.customer import AddressKind
from gateway.errors import Unsupported
from gateway.vendors.tiendanube.row import TiendanubeAddress, TiendanubeCustomer

Parts = Mapping[str, str | None]

_PARTS: Final = {
    "name": "name",
    "street": "address",
    "number": "number",
    "floor": "floor",
    "locality": "locality",
    "city": "city",
    "province": "province",
    "postal_code": "zipcode",
    "country_code": "country",
    "phone": "phone",
}
HELD: Final = frozenset({*_PARTS, "line1", "line2", "kinds"})
"""The parts that an address of the vendor has; a whole line is its street without a number."""


def parts(address: AddressDraft) -> Parts:
    """What was given, by the vendor's names."""
    found: dict[str, str | None] = {}
    if address.line1 is not UNSET:
        found |= {"address": address.line1, "number": None}
    if address.line2 is not UNSET:
        found["floor"] = address.line2
    for name, own in _PARTS.items():
        value = getattr(address, name)
        if value is not UNSET:
            found[own] = value.upper() if own == "country" and value else value
    return found


def is_billing(address: AddressDraft) -> bool:
    """Whether an address goes to the billing texts."""
    return address.kinds is not UNSET and address.kinds is not None and AddressKind.BILLING in address.kinds


def billing(given: Parts) -> dict[str, str | None]:
    """The parts as billing texts."""
    return {f"billing_{name}": value for name, value in given.items()}


def no_billing() -> dict[str, str | None]:
    """Every billing text empty."""
    return billing(dict.fromkeys(_PARTS.values()))


def billing_of(draft: Draft) -> dict[str, str | None]:
    """The billing texts of a draft: its billing address, else the one among its addresses."""
    if draft.billing_address is None:
        return no_billing()
    if draft.billing_address is not UNSET:
        return billing(parts(draft.billing_address))
    listed = [one for one in draft.addresses or () if is_billing(one)]
    return {**no_billing(), **billing(parts(listed[0]))} if listed else {}


def shipping_of(draft: Draft, row: TiendanubeCustomer | None) -> list[dict[str, str | int | None]] | None:
    """The addresses to send, those there are with their ids; None where none were given.

    Raises `Unsupported` where fewer were given than there are: the vendor removes none.
    """
    if draft.addresses is UNSET:
        return None
    given = [one for one in draft.addresses or () if not is_billing(one)]
    known = list(() if row is None else row.addresses or ())
    if len(given) < len(known):
        raise Unsupported(
            f"Tiendanube removes no address: the customer has {len(known)}, so give as many, or more."
        )
    empty = dict.fromkeys(_PARTS.values()) if known else {}
    return [
        {**_with_id(known, at), **(empty if at < len(known) else {}), **parts(one)}
        for at, one in enumerate(given)
    ]


def _with_id(known: Sequence[TiendanubeAddress], at: int) -> dict[str, int]:
    number = known[at].id if at < len(known) else None
    return {} if number is None else {"id": number}


def shows(row: TiendanubeCustomer, sent: Sequence[Mapping[str, str | int | None]]) -> bool:
    """Whether every address that was sent is among the customer's."""
    return all(any(_is(address, one) for address in row.addresses or ()) for one in sent)


def _is(address: TiendanubeAddress, sent: Mapping[str, str | int | None]) -> bool:
    return all((getattr(address, name) or None) == (value or None) for name, value in sent.items())


def former(
    row: TiendanubeCustomer, sent: Sequence[Mapping[str, str | int | None]]
) -> list[dict[str, str | int | None]] | None:
    """The addresses as they were; None where one of those that were sent is new, since none can be removed."""
    known = {address.id: address for address in row.addresses or () if address.id is not None}
    if any(one.get("id") not in known for one in sent):
        return None
    return [{name: getattr(known[one["id"]], name) for name in one} for one in sent]  # type: ignore[index]  # ids are numbers


def find(row: TiendanubeCustomer, address_id: str) -> TiendanubeAddress | None:
    """The address of that id."""
    return next((one for one in row.addresses or () if str(one.id) == address_id), None)
