"""Tiendanube's writes: one JSON object for everything, and a delete that only the dated version has."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

import msgspec
from msgspec import UNSET

from gateway.call import Call
from gateway.change import AddressDraft, Draft, given
from gateway.customer import Json
from gateway.errors import Unsupported
from gateway.transport import Request, Response
from gateway.vendors.tiendanube import place
from gateway.vendors.tiendanube.row import TiendanubeCustomer
from gateway.vendors.tiendanube.rule import extra_text
from gateway.write import Step

Body = Mapping[str, Json]
TiendanubeStep = Step[TiendanubeCustomer]

_JSON: Final = (("content-type", "application/json; charset=utf-8"),)
_TEXTS: Final = ("name", "email", "phone", "note")
_INVITING: Final = {"password": "password", "send_invite": "send_email_invite"}


class _Created(msgspec.Struct, frozen=True):
    id: int


def _call(method: str, vendor_id: str, body: Body | None) -> Call[Any]:
    path = f"/customers/{quote(vendor_id, safe='')}" if vendor_id else "/customers"
    content = b"" if body is None else msgspec.json.encode(body)
    request = Request(method=method, path=path, body=content, headers=_JSON, is_repeatable=False)
    return Call(request=request, read=lambda _: None)


def _created(response: Response) -> str:
    return str(msgspec.json.decode(response.body, type=_Created).id)


def create(draft: Draft, *, can_delete: bool) -> Sequence[TiendanubeStep]:
    """One request; taken back by a delete, where the version has one: the new customer has no orders."""
    body = {name: value for name, value in _body(draft, None).items() if value is not None}
    for field, name in _INVITING.items():
        if (value := getattr(draft, field)) is not UNSET and value is not None:
            body[name] = value
    request = _call("POST", "", body).request
    step: TiendanubeStep = Step(
        fields=(*given(draft), *draft.own),
        write=lambda _: Call(request=request, read=_created),
        undo=(lambda vendor_id, _: _call("DELETE", vendor_id, None)) if can_delete else None,
        holds=None,
        creates=True,
    )
    return [step]


def update(draft: Draft, row: TiendanubeCustomer) -> Sequence[TiendanubeStep]:
    """What changes, and nothing else; the map of custom texts whole, merged with the one there is."""
    body = _body(draft, row)
    return [_put((*given(draft), *draft.own), body, row)] if body else []


def _put(fields: tuple[str, ...], body: Body, row: TiendanubeCustomer) -> TiendanubeStep:
    former = _former(row, body)
    return Step(
        fields=fields,
        write=lambda vendor_id: _call("PUT", vendor_id, body),
        undo=None if former is None else lambda vendor_id, _: _call("PUT", vendor_id, former),
        holds=lambda now: _shows(now, body),
    )


def _body(draft: Draft, row: TiendanubeCustomer | None) -> dict[str, Json]:
    body: dict[str, Json] = {
        name: getattr(draft, name) for name in _TEXTS if getattr(draft, name) is not UNSET
    }
    body |= _identification(draft)
    if (extra := _extra(draft, row)) is not None:
        body["extra"] = extra
    body |= place.billing_of(draft)
    if shipping := place.shipping_of(draft, row):
        body["addresses"] = shipping
    return body


def _identification(draft: Draft) -> Body:
    if "identification" in draft.own:
        return {"identification": draft.own["identification"]}
    if draft.tax_ids is UNSET:
        return {}
    return {"identification": draft.tax_ids[0].value if draft.tax_ids else None}


def _extra(draft: Draft, row: TiendanubeCustomer | None) -> Mapping[str, str] | None:
    """The whole map as it is to be; None where nothing of it was given."""
    if "extra" not in draft.own and draft.custom_fields is UNSET:
        return None
    kept: Mapping[str, Json] = (row.extra or {}) if row is not None else {}
    if "extra" in draft.own:
        kept = draft.own["extra"] or {}
    if draft.custom_fields is not UNSET:
        kept = {**kept, **draft.custom_fields} if draft.custom_fields is not None else {}
    return {key: extra_text(value) for key, value in kept.items() if value is not None}


def _former(row: TiendanubeCustomer, body: Body) -> Body | None:
    """The same fields as they were; None where an address was added, since none can be removed."""
    values: dict[str, Json] = {name: getattr(row, name) for name in body if name != "addresses"}
    if "extra" in body:
        values["extra"] = row.extra or {}
    if "addresses" in body:
        addresses = place.former(row, body["addresses"])
        if addresses is None:
            return None
        values["addresses"] = addresses
    return values


def _shows(row: TiendanubeCustomer, body: Body) -> bool:
    for name, value in body.items():
        if name == "addresses":
            if not place.shows(row, value):
                return False
        elif (getattr(row, name) or None) != (value or None):
            return False
    return True


def delete(row: TiendanubeCustomer) -> Sequence[TiendanubeStep]:  # noqa: ARG001  # a vendor's signature
    """For customers without orders, says the vendor; it refuses the others."""
    step: TiendanubeStep = Step(
        fields=(),
        write=lambda vendor_id: _call("DELETE", vendor_id, None),
        undo=None,
        holds=None,
        removes=True,
    )
    return [step]


def address_create(address: AddressDraft, row: TiendanubeCustomer) -> Sequence[TiendanubeStep]:
    """One more, or the billing address where there is none."""
    if not place.is_billing(address):
        return [_put(("address",), {"addresses": [dict(place.parts(address))]}, row)]
    if any(getattr(row, name) for name in place.no_billing()):
        raise Unsupported("Tiendanube has one billing address, which is there: change it instead.")
    return [_put(("address",), place.billing(place.parts(address)), row)]


def address_update(
    address_id: str | None,
    address: AddressDraft,
    row: TiendanubeCustomer,
    *,
    missing: Callable[[], Exception],
) -> Sequence[TiendanubeStep]:
    """The parts that are given, of the address of that id; without one, of the billing address."""
    given_parts = place.parts(address)
    if address_id is None:
        return [_put(("address",), place.billing(given_parts), row)]
    known = place.find(row, address_id)
    if known is None:
        raise missing()
    return [_put(("address",), {"addresses": [{"id": known.id, **given_parts}]}, row)]
