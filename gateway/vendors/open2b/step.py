"""Open2b's steps: an update of changed fields, in which both address blocks are whole, and its way back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from gateway.call import Call
from gateway.change import AddressDraft, Draft
from gateway.customer import AddressKind, Json
from gateway.errors import ErrorCode, InvalidInput, Unsupported, WriteRefused
from gateway.spelling import camel
from gateway.transport import Request
from gateway.vendors.open2b.answer import read_done
from gateway.vendors.open2b.block import (
    BILLING,
    NEEDED,
    Texts,
    as_sent,
    billing_texts,
    merged,
    recipient,
    shipping_texts,
    texts,
)
from gateway.vendors.open2b.label import Open2bStep
from gateway.vendors.open2b.row import Open2bBillingAddress, Open2bCustomer, Open2bShippingAddress
from gateway.write import Step

EMPTY: Final[Mapping[str, Json]] = {"collections": [], "wish_list": [], "invoice_recipient": ""}
"""What stands for nothing where null does not."""
_NO_BILLING: Final = Open2bBillingAddress()
_NO_SHIPPING: Final = Open2bShippingAddress()


def json_call(method: str, body: Mapping[str, Json]) -> Call[Any]:
    """A write; beside the new id of a creation its answer tells nothing but that it was done."""
    request = Request(
        method="POST",
        path=f"/api/v13/commerce.customers.{method}",
        body=msgspec.json.encode(body),
        is_repeatable=False,
    )
    return Call(request=request, read=read_done)


def updating(vendor_id: str, customer: Mapping[str, Json]) -> Call[Any]:
    """An update: what is not sent stays."""
    return json_call("update", {"id": int(vendor_id), "customer": customer})


def changing(fields: tuple[str, ...], customer: Mapping[str, Json], row: Open2bCustomer) -> Open2bStep:
    """Takes itself back by the same fields as the row has them."""
    former = _shown(row)
    return Step(
        fields=fields,
        write=lambda vendor_id: updating(vendor_id, customer),
        undo=lambda vendor_id, _: updating(vendor_id, {name: former[name] for name in customer}),
        holds=lambda now: _shows(_shown(now), customer),
    )


def _shown(row: Open2bCustomer) -> dict[str, Json]:
    """The row by the vendor's names, as an update would send it."""
    told: dict[str, Json] = msgspec.to_builtins(row)
    blocks = {
        "billingAddress": as_sent(row.billing_address),
        "shippingAddress": as_sent(row.shipping_address),
    }
    empty = {camel(name): value for name, value in EMPTY.items()}
    return {name: empty.get(name) if value is None else value for name, value in (told | blocks).items()}


def _shows(shown: Mapping[str, Json], customer: Mapping[str, Json]) -> bool:
    return all(_stripped(shown[name]) == _stripped(value) for name, value in customer.items())


def _stripped(value: Json) -> Json:
    if isinstance(value, Mapping):
        return {name: _stripped(part) for name, part in value.items()}
    return value.strip() if isinstance(value, str) else value


def blocks(draft: Draft, row: Open2bCustomer | None) -> dict[str, Json]:
    """The address blocks that a draft speaks of, each whole."""
    found: dict[str, Json] = {}
    billing = billing_texts(draft)
    former = (None if row is None else row.billing_address) or _NO_BILLING
    if billing:
        found["billingAddress"] = merged(former, billing)
    shipping = shipping_texts(draft)
    if shipping is None:
        found["shippingAddress"] = None
    elif isinstance(shipping, Mapping):
        place = None if row is None else row.shipping_address
        found["shippingAddress"] = _shipping(shipping, place, merged(former, billing))
    return found


def _shipping(
    told: Texts, former: Open2bShippingAddress | None, billing: Mapping[str, str]
) -> dict[str, str]:
    """The block whole; its recipient is the customer where nobody else is named."""
    block = merged(former or _NO_SHIPPING, told)
    block["name"] = block["name"] or f"{billing['firstName']} {billing['lastName']}".strip()
    if missing := sorted(name for name in NEEDED if not block[name]):
        raise InvalidInput(
            f"A new shipping address of Open2b needs more than was given: {', '.join(missing)}."
        )
    return block


def address_create(address: AddressDraft, row: Open2bCustomer) -> Sequence[Open2bStep]:
    """The shipping address, where there is none yet."""
    kinds = address.kinds or ()
    is_billing = kinds and AddressKind.SHIPPING not in kinds and kinds != (AddressKind.OTHER,)
    if is_billing or row.shipping_address is not None:
        raise Unsupported(
            "Open2b holds one billing and one shipping address, which this customer has: change it instead."
        )
    return [_placing(recipient(address, ()), row, None)]


def address_update(
    address_id: str | None, address: AddressDraft, row: Open2bCustomer
) -> Sequence[Open2bStep]:
    """The addresses have no ids: BILLING, as nothing at all, names the one, SHIPPING the other."""
    if _is_shipping(address_id, row):
        return [_placing(recipient(address, ()), row, row.shipping_address)]
    block = merged(row.billing_address or _NO_BILLING, texts(address, BILLING, ()))
    return [changing(("address",), {"billingAddress": block}, row)]


def _placing(told: Texts, row: Open2bCustomer, former: Open2bShippingAddress | None) -> Open2bStep:
    block = _shipping(told, former, as_sent(row.billing_address or _NO_BILLING) or {})
    return changing(("address",), {"shippingAddress": block}, row)


def address_delete(address_id: str, row: Open2bCustomer) -> Sequence[Open2bStep]:
    """The shipping address alone can be missing."""
    if not _is_shipping(address_id, row):
        raise Unsupported("Open2b has no customer without a billing address.")
    return [changing(("address",), {"shippingAddress": None}, row)]


def _is_shipping(address_id: str | None, row: Open2bCustomer) -> bool:
    kind = "BILLING" if address_id is None else address_id.strip().upper()
    if kind == "SHIPPING" and row.shipping_address is not None:
        return True
    if kind != "BILLING":
        raise WriteRefused(
            "Open2b's addresses are named BILLING and SHIPPING, and this customer has no such one.",
            code=ErrorCode.NOT_FOUND,
            path=("addressId",),
        )
    return False
