"""Foodics' writes to addresses, a resource of their own that names its customer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import quote

from msgspec import UNSET

from gateway.call import Call
from gateway.change import AddressDraft, Draft
from gateway.errors import ErrorCode, InvalidInput, Unsupported, WriteRefused
from gateway.replacement import replacement
from gateway.vendors.foodics.body import (
    WRITE,
    Body,
    address_body,
    address_shows,
    former_address,
    json_call,
    read_id,
    whole_address,
)
from gateway.vendors.foodics.row import FoodicsAddress, FoodicsCustomer
from gateway.write import Step

FoodicsStep = Step[FoodicsCustomer]


def address_create(address: AddressDraft, row: FoodicsCustomer) -> Sequence[FoodicsStep]:
    """One more address; without a name of its own it has the customer's."""
    return [_adding(address_body(address, row.name))]


def address_update(
    address_id: str | None, address: AddressDraft, row: FoodicsCustomer
) -> Sequence[FoodicsStep]:
    """The parts that are given; without an id the customer's only address."""
    return [_changing(_named(address_id, row), address_body(address, None))]


def address_delete(address_id: str, row: FoodicsCustomer) -> Sequence[FoodicsStep]:
    """No way to restore an address is known."""
    return [_removing(_named(address_id, row))]


def _living(row: FoodicsCustomer) -> list[FoodicsAddress]:
    return [one for one in row.addresses or () if one.deleted_at is None]


def _named(address_id: str | None, row: FoodicsCustomer) -> FoodicsAddress:
    addresses = _living(row)
    if address_id is None:
        if len(addresses) != 1:
            message = "Foodics' addresses have ids, and this customer has not just one: name it."
            raise InvalidInput(message, path=("addressId",))
        return addresses[0]
    found = next((one for one in addresses if one.id == address_id), None)
    if found is None:
        message = "Foodics has no such address of this customer."
        raise WriteRefused(message, code=ErrorCode.NOT_FOUND, path=("addressId",))
    return found


def places(draft: Draft, row: FoodicsCustomer | None, customer: str | None) -> Iterator[FoodicsStep]:
    """The steps that make the addresses those of the draft; `customer` names those without a name."""
    if draft.addresses is UNSET:
        return
    wanted = [address_body(address, None) for address in draft.addresses or ()]
    former = [] if row is None else _living(row)
    plan = replacement(former, wanted, lambda one, body: address_shows(one, whole_address(body)))
    for one, body in plan.changed:
        yield _changing(one, whole_address(body))
    for body in plan.added:
        yield _adding({"name": customer, **body} if customer else body)
    for one in plan.removed:
        yield _removing(one)


def _adding(body: Body) -> FoodicsStep:
    def write(vendor_id: str) -> Call[Any]:
        request = json_call("POST", "/addresses", WRITE, {"customer_id": vendor_id, **body}).request
        return Call(request=request, read=read_id, scope=WRITE)

    def undo(_: str, address_id: str | None) -> Call[Any]:
        if address_id is None:
            raise Unsupported(
                "Foodics did not tell the new address's id, without which it cannot be removed."
            )
        return json_call("DELETE", _path(address_id), WRITE)

    return Step(
        fields=("addresses",),
        write=write,
        undo=undo,
        holds=lambda now: any(address_shows(one, body) for one in _living(now)),
    )


def _changing(one: FoodicsAddress, body: Body) -> FoodicsStep:
    kept = {"name": one.name} if one.name else {}
    return Step(
        fields=("addresses",),
        write=lambda _: json_call("PUT", _path(one.id), WRITE, {**kept, **body}),
        undo=lambda *_: json_call("PUT", _path(one.id), WRITE, {**kept, **former_address(one, body)}),
        holds=lambda now: any(each.id == one.id and address_shows(each, body) for each in _living(now)),
    )


def _removing(one: FoodicsAddress) -> FoodicsStep:
    return Step(
        fields=("addresses",),
        write=lambda _: json_call("DELETE", _path(one.id), WRITE),
        undo=None,
        holds=lambda now: all(each.id != one.id for each in _living(now)),
    )


def _path(address_id: str) -> str:
    return f"/addresses/{quote(address_id, safe='')}"
