"""What Spiffy is sent and shows: bodies of customers and addresses, and how a row is compared with one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote

import msgspec
from msgspec import UNSET

from gateway.call import Call
from gateway.change import AddressDraft, Draft, given
from gateway.customer import Json
from gateway.transport import Request, Response
from gateway.vendors.spiffy.row import SpiffyAddress, SpiffyCustomer
from gateway.vendors.spiffy.rule import is_default

Body = Mapping[str, Json]

CUSTOMERS: Final = "/api/customers"
_CUSTOMER: Final = {
    "title": "title",
    "first_name": "first_name",
    "last_name": "last_name",
    "company": "company",
    "email": "email",
    "note": "note",
    "accepts_marketing": "accepts_marketing",
    "is_wholesale": "wholesale",
}
"""Field of a draft → the vendor's name."""
_ADDRESS: Final = {
    "title": "title",
    "first_name": "first_name",
    "last_name": "last_name",
    "company": "company",
    "line1": "address1",
    "line2": "address2",
    "city": "city",
    "province": "province",
    "province_code": "province_code",
    "country": "country",
    "country_code": "country_code",
    "postal_code": "zip",
    "phone": "phone",
}
_TWINS: Final = {
    "province": "province_code",
    "province_code": "province",
    "country": "country_code",
    "country_code": "country",
}
"""A place's name and code, which the vendor fills from each other (assumed)."""

FIELDS: Final = frozenset(_CUSTOMER) | {"phone", "tags", "addresses"}
ADDRESS_FIELDS: Final = frozenset(_ADDRESS) | {"kinds"}


def json_call(method: str, path: str, body: Mapping[str, Body] | None = None) -> Call[Any]:
    """A write; its answer may be empty, and is not needed."""
    content = b"" if body is None else msgspec.json.encode(body)
    request = Request(method=method, path=path, body=content, is_repeatable=False)
    return Call(request=request, read=lambda _: None)


def customer_path(vendor_id: str) -> str:
    """Where one customer is."""
    return f"{CUSTOMERS}/{quote(vendor_id, safe='')}.json"


def customer_body(draft: Draft) -> dict[str, Json]:
    """The customer's own values that were given; tags are one text."""
    body: dict[str, Json] = {
        name: value for field, name in _CUSTOMER.items() if (value := getattr(draft, field)) is not UNSET
    }
    if draft.tags is not UNSET:
        body["tags"] = ",".join(draft.tags or ())
    return {**body, **draft.own}


def carried(draft: Draft) -> tuple[str, ...]:
    """The input's fields that are in the customer's own body."""
    return (*(name for name in given(draft) if name not in {"phone", "addresses"}), *draft.own)


def former_body(row: SpiffyCustomer, body: Body) -> dict[str, Json]:
    """What the row has in the place of a body's values."""
    return {name: (getattr(row, name) or "") if name == "tags" else getattr(row, name) for name in body}


def shows(row: SpiffyCustomer, body: Body) -> bool:
    """Whether a row has a body's values; null and the empty text are the same, and the order of tags none."""
    return all(
        set(tags_of(row.tags)) == set(tags_of(value)) if name == "tags" else _same(getattr(row, name), value)
        for name, value in body.items()
    )


def _same(one: Json, other: Json) -> bool:
    return (_plain(one) or None) == (_plain(other) or None)


def _plain(value: Json) -> Json:
    return value.strip() if isinstance(value, str) else value


def tags_of(text: str | None) -> tuple[str, ...]:
    """The tags of the vendor's text, each once."""
    return tuple(dict.fromkeys(tag for part in (text or "").split(",") if (tag := part.strip())))


def address_body(address: AddressDraft) -> dict[str, Json]:
    """The parts of an address that were given; null is the empty text, as the samples have it."""
    body: dict[str, Json] = {
        name: value or ""
        for field, name in _ADDRESS.items()
        if (value := getattr(address, field)) is not UNSET
    }
    return {**body, "default": True} if is_default(address) else body


def whole_address(body: Body) -> dict[str, Json]:
    """A body that leaves nothing of a former address: other parts are emptied, but for those that follow a twin."""
    followed = {_TWINS[name] for name in body if name in _TWINS and body[name]}
    return {**{name: "" for name in _ADDRESS.values() if name not in followed - body.keys()}, **body}


def former_address(row: SpiffyAddress, body: Body) -> dict[str, Json]:
    """What an address has in the place of a body's values, twins included."""
    names = dict.fromkeys((*body, *(_TWINS[name] for name in body if name in _TWINS)))
    return {name: getattr(row, name) or "" for name in names}


def address_shows(row: SpiffyAddress, body: Body) -> bool:
    """Whether an address has a body's values."""
    return all(_same(getattr(row, name), value) for name, value in body.items())


class _New(msgspec.Struct, frozen=True):
    id: int


class _NewCustomer(msgspec.Struct, frozen=True):
    customer: _New


class _NewAddress(msgspec.Struct, frozen=True):
    address: _New


def read_customer_id(response: Response) -> str:
    """The new customer's id."""
    return str(msgspec.json.decode(response.body, type=_NewCustomer).customer.id)


def read_address_id(response: Response) -> str | None:
    """The new address's id; None where the answer does not tell, as the document shows none."""
    try:
        return str(msgspec.json.decode(response.body, type=_NewAddress).address.id)
    except msgspec.DecodeError:
        return None
