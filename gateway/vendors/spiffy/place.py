"""Spiffy's writes to addresses, which are a resource of their own and the only place of a phone number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from msgspec import UNSET

from gateway.call import Call
from gateway.change import AddressDraft, Draft
from gateway.customer import Json
from gateway.errors import ErrorCode, InvalidInput, Unsupported, WriteRefused
from gateway.replacement import replacement
from gateway.vendors.spiffy.body import (
    CUSTOMERS,
    Body,
    address_body,
    address_shows,
    former_address,
    json_call,
    read_address_id,
    whole_address,
)
from gateway.vendors.spiffy.row import SpiffyAddress, SpiffyCustomer
from gateway.vendors.spiffy.rule import default_of, names_of
from gateway.write import Step

SpiffyStep = Step[SpiffyCustomer]


def address_create(address: AddressDraft, row: SpiffyCustomer) -> Sequence[SpiffyStep]:
    """One more address."""
    return [adding(address_body(address), row)]


def address_update(
    address_id: str | None, address: AddressDraft, row: SpiffyCustomer
) -> Sequence[SpiffyStep]:
    """The parts that are given; without an id the customer's only address."""
    return list(_changing(_named(address_id, row), address_body(address), row))


def address_delete(address_id: str, row: SpiffyCustomer) -> Sequence[SpiffyStep]:
    """For good: made again it would have another id."""
    return [_removing(_named(address_id, row))]


def _named(address_id: str | None, row: SpiffyCustomer) -> SpiffyAddress:
    addresses = row.addresses or ()
    if address_id is None:
        if len(addresses) != 1:
            message = "Spiffy's addresses have ids, and this customer has not just one: name it."
            raise InvalidInput(message, path=("addressId",))
        return addresses[0]
    found = next((one for one in addresses if str(one.id) == address_id), None)
    if found is None:
        message = "Spiffy has no such address of this customer."
        raise WriteRefused(message, code=ErrorCode.NOT_FOUND, path=("addressId",))
    return found


def places(draft: Draft, row: SpiffyCustomer | None) -> Iterator[SpiffyStep]:
    """The steps of a draft's addresses and phone number."""
    if draft.addresses is not UNSET:
        yield from _replacing(_wanted(draft), row)
    elif draft.phone is not UNSET:
        yield from _calling(draft, row)


def _wanted(draft: Draft) -> list[dict[str, Json]]:
    """All addresses as they are to be, the default one with the phone number unless it has its own."""
    if not draft.addresses:
        return [{**names_of(draft), "phone": draft.phone}] if draft.phone else []
    default = default_of(draft.addresses)
    bodies = [address_body(address) for address in draft.addresses]
    if isinstance(draft.phone, str) and not isinstance(default.phone, str):
        bodies[draft.addresses.index(default)]["phone"] = draft.phone
    return bodies


def _replacing(wanted: Sequence[Body], row: SpiffyCustomer | None) -> Iterator[SpiffyStep]:
    former = () if row is None else row.addresses or ()
    plan = replacement(former, wanted, lambda one, body: address_shows(one, whole_address(body)))
    for one, body in plan.changed:
        yield from _changing(one, whole_address(body), row)
    for body in plan.added:
        yield adding(body, row)
    for one in plan.removed:
        yield _removing(one)


def _calling(draft: Draft, row: SpiffyCustomer | None) -> Iterator[SpiffyStep]:
    """The phone number alone: in the default address, or in one made for it."""
    default = None if row is None else default_address(row)
    body: dict[str, Json] = {"phone": draft.phone or ""}
    if default is not None:
        yield from _changing(default, body, row)
    elif draft.phone:
        yield adding({**_former_names(row), **names_of(draft), **body}, row)


def _former_names(row: SpiffyCustomer | None) -> dict[str, Json]:
    if row is None:
        return {}
    told = {name: getattr(row, name) for name in ("title", "first_name", "last_name")}
    return {name: value for name, value in told.items() if value}


def default_address(row: SpiffyCustomer) -> SpiffyAddress | None:
    """As the list of addresses marks it, else as the customer repeats it."""
    marked = (one for one in row.addresses or () if one.default)
    return next(marked, row.default_address)


def adding(body: Body, row: SpiffyCustomer | None) -> SpiffyStep:
    """A new address. One that takes the default from another cannot give it back by its end alone."""
    takes_default = row is not None and bool(body.get("default")) and default_address(row) is not None

    def write(vendor_id: str) -> Call[Any]:
        request = json_call("POST", f"{_addresses(vendor_id)}.json", {"address": body}).request
        return Call(request=request, read=read_address_id)

    def undo(vendor_id: str, address_id: str | None) -> Call[Any]:
        if address_id is None:
            raise Unsupported("Spiffy did not tell the new address's id, without which it cannot be removed.")
        return json_call("DELETE", _path(vendor_id, address_id))

    return Step(
        fields=("addresses",),
        write=write,
        undo=None if takes_default else undo,
        holds=lambda now: any(address_shows(one, body) for one in now.addresses or ()),
    )


def _changing(one: SpiffyAddress, body: Body, row: SpiffyCustomer | None) -> Iterator[SpiffyStep]:
    """The values in one request; becoming the default in another, which is taken back at the former default."""
    values = {name: value for name, value in body.items() if name != "default"}
    if values and not address_shows(one, values):
        yield _putting(one, values, {**former_address(one, values)}, one)
    if body.get("default") and not one.default:
        former = None if row is None else default_address(row)
        yield _putting(one, {"default": True}, {"default": True}, former)


def _putting(one: SpiffyAddress, body: Body, former: Body, back: SpiffyAddress | None) -> SpiffyStep:
    """`back` is the address that is sent `former` to take the step back."""

    def holds(now: SpiffyCustomer) -> bool:
        return any(each.id == one.id and address_shows(each, body) for each in now.addresses or ())

    return Step(
        fields=("addresses",),
        write=lambda vendor_id: _put(vendor_id, one, body),
        undo=None if back is None else lambda vendor_id, _: _put(vendor_id, back, former),
        holds=holds,
    )


def _put(vendor_id: str, one: SpiffyAddress, body: Body) -> Call[Any]:
    return json_call("PUT", _path(vendor_id, str(one.id)), {"address": {"id": one.id, **body}})


def _removing(one: SpiffyAddress) -> SpiffyStep:
    return Step(
        fields=("addresses",),
        write=lambda vendor_id: json_call("DELETE", _path(vendor_id, str(one.id))),
        undo=None,
        holds=lambda now: all(each.id != one.id for each in now.addresses or ()),
    )


def _addresses(vendor_id: str) -> str:
    return f"{CUSTOMERS}/{quote(vendor_id, safe='')}/addresses"


def _path(vendor_id: str, address_id: str) -> str:
    return f"{_addresses(vendor_id)}/{quote(address_id, safe='')}.json"
