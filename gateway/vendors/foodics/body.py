"""What Foodics is sent and shows: flat bodies without a root key, and how a row is compared with one."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Final
from urllib.parse import quote

import msgspec
from msgspec import UNSET

from gateway.call import Call
from gateway.change import AddressDraft, Draft, HouseAccountDraft
from gateway.customer import Gender, Json
from gateway.transport import Request, Response
from gateway.vendors.foodics.row import FoodicsAddress, FoodicsCustomer
from gateway.vendors.foodics.rule import dial_code, parts_of, recipient, whole_name

Body = Mapping[str, Json]

ACCOUNTS: Final = "customers.accounts.write"
LOYALTY: Final = "customers.loyalty.write"
WRITE: Final = "customers.write"
DELETE: Final = "admin.write"
RESTORE: Final = "admin.restore"
"""The vendor's scopes, which a refusal names."""

PLAIN: Final = frozenset({"name", "email", "phone", "gender", "birth_date", "note", "is_blacklisted"})
ADDRESS_FIELDS: Final = frozenset(
    {"name", "first_name", "last_name", "line1", "latitude", "longitude", "delivery_zone_id"}
)
_GENDERS: Final = {Gender.MALE: 1, Gender.FEMALE: 2}
_JSON: Final = (("content-type", "application/json"),)


def json_call(method: str, path: str, scope: str, body: Body | None = None) -> Call[Any]:
    """A write; its answer may be empty, and is not needed."""
    request = Request(
        method=method,
        path=path,
        body=b"" if body is None else msgspec.json.encode(body),
        headers=() if body is None else _JSON,
        is_repeatable=False,
    )
    return Call(request=request, read=lambda _: None, scope=scope)


def customer_path(vendor_id: str) -> str:
    """Where one customer is."""
    return f"/customers/{quote(vendor_id, safe='')}"


def plain_body(draft: Draft, row: FoodicsCustomer | None) -> dict[str, Json]:
    """What no scope of its own guards; a phone number without a country code keeps the one there is."""
    body: dict[str, Json] = {
        name: value
        for field, name in {"email": "email", "note": "notes", "is_blacklisted": "is_blacklisted"}.items()
        if (value := getattr(draft, field)) is not UNSET
    }
    if (name := whole_name(draft) if row is None else draft.name) not in (UNSET, None):
        body["name"] = name
    if draft.gender is not UNSET:
        body["gender"] = None if draft.gender is None else _GENDERS[draft.gender]
    if draft.birth_date is not UNSET:
        body["birth_date"] = draft.birth_date
    return {**body, **_phone(draft)}


def _phone(draft: Draft) -> dict[str, Json]:
    body: dict[str, Json] = {}
    if (code := dial_code(draft)) is not None:
        body["dial_code"] = code
    if isinstance(draft.phone, str):
        body["phone"] = parts_of(draft.phone)[1]
    return body


def account_body(draft: Draft) -> dict[str, Json]:
    """The house account; null ends it."""
    account = draft.house_account
    if account is UNSET:
        return {}
    if account is None:
        account = HouseAccountDraft(is_enabled=False, limit=None)
    body: dict[str, Json] = {}
    if account.is_enabled is not UNSET:
        body["is_house_account_enabled"] = account.is_enabled
    if account.limit is not UNSET:
        body["house_account_limit"] = None if account.limit is None else int(account.limit)
    return body


def loyalty_body(draft: Draft) -> dict[str, Json]:
    """Loyalty points; null ends them."""
    loyalty = draft.loyalty
    if loyalty is UNSET:
        return {}
    is_enabled = False if loyalty is None else loyalty.is_enabled
    return {} if is_enabled is UNSET else {"is_loyalty_enabled": is_enabled}


def address_body(address: AddressDraft, customer: str | None) -> dict[str, Json]:
    """The parts that were given, coordinates as texts; `customer` names an address that has no name of its own."""
    body: dict[str, Json] = {
        name: value
        for field, name in {"line1": "description", "delivery_zone_id": "delivery_zone_id"}.items()
        if (value := getattr(address, field)) is not UNSET
    }
    for name in ("latitude", "longitude"):
        if (degrees := getattr(address, name)) is not UNSET:
            body[name] = None if degrees is None else str(degrees)
    named = recipient(address, customer)
    return body if named is None else {"name": named, **body}


def whole_address(body: Body) -> dict[str, Json]:
    """A body that leaves nothing of a former address but its name."""
    return {**dict.fromkeys(("description", "latitude", "longitude", "delivery_zone_id")), **body}


def former_address(row: FoodicsAddress, body: Body) -> dict[str, Json]:
    """What an address has in the place of a body's values."""
    return {name: str(told) if isinstance(told := _part(row, name), float) else told for name in body}


def _part(row: FoodicsAddress, name: str) -> Json:
    if name == "delivery_zone_id":
        return None if row.delivery_zone is None else row.delivery_zone.id
    return getattr(row, name)


def address_shows(row: FoodicsAddress, body: Body) -> bool:
    """Whether an address has a body's values; coordinates are compared by number."""
    return all(_same(_part(row, name), value) for name, value in body.items())


def former(row: FoodicsCustomer, body: Body) -> dict[str, Json]:
    """What the row has in the place of a body's values."""
    return {name: _told(row, name) for name in body}


def _told(row: FoodicsCustomer, name: str) -> Json:
    if name == "tags":
        return [{"id": tag.id} for tag in row.tags or ()]
    value = getattr(row, name)
    return int(value) if isinstance(value, Decimal) else value


def shows(row: FoodicsCustomer, body: Body) -> bool:
    """Whether a row has a body's values; the order of tags is none."""
    return all(
        _ids(_told(row, name)) == _ids(value) if name == "tags" else _same(_told(row, name), value)
        for name, value in body.items()
    )


def _ids(tags: Json) -> set[str]:
    return {tag["id"] for tag in tags}


def _same(one: Json, other: Json) -> bool:
    """Null and the empty text are the same, false and nothing are not; a coordinate is the number of its text."""
    if isinstance(one, float) and isinstance(other, str):
        return one == float(other)
    return bool(_plain(one) == _plain(other))


def _plain(value: Json) -> Json:
    return (value.strip() or None) if isinstance(value, str) else value


class _New(msgspec.Struct, frozen=True):
    id: str


class _Answer(msgspec.Struct, frozen=True):
    data: _New


def read_id(response: Response) -> str:
    """The new customer's or address's id."""
    return msgspec.json.decode(response.body, type=_Answer).data.id
