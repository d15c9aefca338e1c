"""Open2b 7.8, Admin API v13, `commerce.customers`; read 2026-11-21.

Worth knowing:
- Every call is a POST with JSON, reads too; errors are HTTP 200 with `status` "error", one at a time.
- Other statuses come with plain text: 403 for a missing or malformed key; the one of the rate limit is not told.
- The key's header is `X-Secret-Key` on one page of its documents and `X-Key` on another: `key_header` says which.
- `get` of an unknown id is no error but a null customer.
- What comes without `fields` is not documented, and it may be the encrypted password: `fields` is always sent.
- Whether `fields` takes nested names is not documented: addresses are asked for whole.
- Times have no zone: the source's `timezone` is taken (assumed).
- Neither the largest page nor the default one is documented: 100 are asked for, v3's maximum (assumed).
- A second key in `order`, the id, settles ties where the vendor heeds it (assumed).
- Labels are no field of the customer: a call for up to 1000 customers tells their numbers, private to the key.
- Who may not read labels has no tags, known or unknown.
- Groups are told by number; their names are in `commerce.customer-groups`.
- Two customers may share an e-mail address unless both can sign in.
- `keywords` do not see phone numbers.
- An update leaves what is not sent; whether an address that is sent replaces the former one is not told.
- The billing address and the group cannot be missing; the one shipping address can, and neither has an id.
- Passwords have 6 to 16 characters when they are set, 4 to 16 when a customer is authenticated.
- No condition on times, only orders by them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
from pydantic import Field as Key
from pydantic import SecretStr

from gateway.auth import HeaderAuth
from gateway.call import Call, Flow, Named, Rows, read_row, read_rows
from gateway.capabilities import Arguments
from gateway.customer import Field, Json, Selection, Vendor
from gateway.errors import AccessForbidden, SourceError
from gateway.paging import Offset, SinceId
from gateway.settings import SourceSettings
from gateway.spec import Connection, Listing, VendorSpec
from gateway.transport import Request, Response
from gateway.vendors.open2b.answer import explain, rate
from gateway.vendors.open2b.label import LABELLED
from gateway.vendors.open2b.read import read
from gateway.vendors.open2b.row import Open2bBillingAddress, Open2bCustomer, Open2bShippingAddress
from gateway.vendors.open2b.table import NOBODY, PAGE_SIZE, TABLE, numbers
from gateway.vendors.open2b.write import writing

__all__ = [
    "SPEC",
    "Open2bBillingAddress",
    "Open2bCustomer",
    "Open2bSettings",
    "Open2bShippingAddress",
]

_OWN_CALL = "labels"
_DOCUMENTED = tuple(
    field.encode_name for field in msgspec.structs.fields(Open2bCustomer) if field.encode_name != _OWN_CALL
)
_BESIDE_CONDITIONS = ("order", "limit", "first")
_BY_ID = ["id"]


class Open2bSettings(SourceSettings):
    """An Open2b store, by the secret key of an app in it."""

    secret_key: SecretStr = Key(description="The app's secret key.")
    key_header: str = Key(
        "X-Secret-Key", pattern=r"^[A-Za-z0-9-]+$", description="The header that the key is sent in."
    )
    default_group: int | None = Key(
        None, ge=1, le=255, description="Customer group that takes those who are taken out of theirs."
    )
    labels: bool = Key(
        default=False, description="Whether the key may read labels, which are the store's tags."
    )


def _connect(settings: Open2bSettings) -> Connection:
    return Connection(
        base_url=settings.base_url.rstrip("/"),
        auth=HeaderAuth((settings.key_header.lower(), settings.secret_key.get_secret_value())),
        headers=(("content-type", "application/json"), ("accept", "application/json")),
        lacks=frozenset() if settings.labels else frozenset({Field.TAGS}),
    )


def _request(method: str, body: Mapping[str, Json]) -> Request:
    """A read: it may be repeated although it is a POST."""
    return Request(method="POST", path=f"/api/v13/commerce.{method}", body=msgspec.json.encode(body))


def _fields(selection: Selection) -> tuple[str, ...]:
    """Never the encrypted password, which leaving `fields` out might bring."""
    return _DOCUMENTED if selection.is_whole else TABLE.names(selection.fields)


def _find(body: Mapping[str, Json], selection: Selection) -> Call[Rows[Open2bCustomer]]:
    def read_list(response: Response) -> Rows[Open2bCustomer]:
        return read_rows(response, Open2bCustomer, key="customers", raw=selection.raw)

    return Call(request=_request("customers.find", {**body, "fields": _fields(selection)}), read=read_list)


def _by_id(vendor_id: str, selection: Selection) -> Call[Rows[Open2bCustomer]]:
    """An id that cannot be one is nobody's."""
    number = next(iter(numbers([vendor_id])), NOBODY)

    def read_one(response: Response) -> Rows[Open2bCustomer]:
        return read_row(response, Open2bCustomer, key="customer", raw=selection.raw)

    request = _request("customers.get", {"id": number, "fields": _fields(selection)})
    return Call(request=request, read=read_one)


def _by_ids(vendor_ids: Sequence[str], selection: Selection) -> Call[Rows[Open2bCustomer]]:
    """The limit is always sent: a smaller default would cut the answer."""
    ids = numbers(vendor_ids) or [NOBODY]
    body = {"conditions": {"ids": ids}, "order": _BY_ID, "limit": len(ids), "first": 0}
    return _find(body, selection)


def _by_email(email: str, selection: Selection) -> Call[Rows[Open2bCustomer]]:
    """Beyond the documented 3 to 120 characters the vendor refuses the call; what is cut to them matches nobody."""
    address = email[:120].ljust(3, "@")
    body = {"conditions": {"email": address}, "order": _BY_ID, "limit": PAGE_SIZE, "first": 0}
    return _find(body, selection)


def _conditions(arguments: Arguments) -> dict[str, Json]:
    return {name: value for name, value in arguments.items() if name not in _BESIDE_CONDITIONS}


def _page(arguments: Arguments, selection: Selection) -> Call[Rows[Open2bCustomer]]:
    """By id where no order is asked for, so that pages do not overlap."""
    beside = {name: arguments[name] for name in _BESIDE_CONDITIONS if name in arguments}
    conditions = _conditions(arguments)
    told: dict[str, Json] = {"conditions": conditions} if conditions else {}
    return _find({**told, "order": _BY_ID, **beside}, selection)


class _Count(msgspec.Struct, frozen=True):
    count: int


def _count(arguments: Arguments) -> Call[int]:
    def read_count(response: Response) -> int:
        return msgspec.json.decode(response.body, type=_Count).count

    conditions = _conditions(arguments)
    return Call(
        request=_request("customers.count", {"conditions": conditions} if conditions else {}), read=read_count
    )


def _labels(ids: Sequence[int]) -> Call[Mapping[int, tuple[int, ...]]]:
    body = {"conditions": {"type": "Customer", "resources": ids}}
    return Call(request=_request("labels.find", body), read=_read_labels)


def _read_labels(response: Response) -> Mapping[int, tuple[int, ...]]:
    """Customer id → labels, for those who have any: under "labels" or, in other versions, bare beside the status."""
    answer = msgspec.json.decode(response.body, type=dict[str, Any])
    found = answer.get("labels", answer) or {}
    told = {key: labels for key, labels in msgspec.convert(found, dict[str, Any]).items() if key.isdecimal()}
    return {int(key): msgspec.convert(labels, tuple[int, ...]) for key, labels in told.items()}


def _complete(rows: Sequence[Open2bCustomer], selection: Selection) -> Flow[Sequence[Open2bCustomer]]:
    """Labels, where they are wanted; who may not read them leaves them unknown."""
    ids = list(dict.fromkeys(row.id for row in rows))
    if not ids or not (selection.details or Field.TAGS in selection.fields):
        return rows
    answers = yield [_labels(ids[start : start + LABELLED]) for start in range(0, len(ids), LABELLED)]
    if any(isinstance(answer, AccessForbidden) for answer in answers):
        return rows
    labels: dict[int, tuple[int, ...]] = {}
    for answer in answers:
        if isinstance(answer, SourceError):
            raise answer
        labels.update(answer)
    return [msgspec.structs.replace(row, labels=labels.get(row.id, ())) for row in rows]


class _Group(msgspec.Struct, frozen=True):
    id: int
    name: str | None = None


def _groups(arguments: Arguments) -> Call[Sequence[Named]]:
    body = {"fields": ["id", "name"], "order": _BY_ID, **arguments}
    return Call(request=_request("customer-groups.find", body), read=_read_groups, is_shared=True)


def _read_groups(response: Response) -> Sequence[Named]:
    """Under "groups" in v10; v13 is not seen, so any list beside the status will do."""
    answer = msgspec.json.decode(response.body, type=dict[str, Any])
    listed = answer.get("groups", next((value for value in answer.values() if isinstance(value, list)), None))
    groups = msgspec.convert(listed, list[_Group])
    return [Named(vendor_id=str(group.id), name=(group.name or "").strip() or None) for group in groups]


def _in_both(first: Sequence[int], second: Sequence[int]) -> list[int] | None:
    return [number for number in first if number in second] or None


def _same(first: Json, second: Json) -> Json:
    return first if first == second else None


def _longer(first: str, second: str) -> str:
    """One of them is enough to narrow the list; how several keywords are joined is not documented."""
    return max(first, second, key=len)


SPEC = VendorSpec(
    vendor=Vendor.OPEN2B,
    settings=Open2bSettings,
    connect=_connect,
    table=TABLE,
    row=Open2bCustomer,
    row_id=lambda row: str(row.id),
    read=read,
    explain=explain,
    rate=rate,
    by_id=_by_id,
    by_ids=_by_ids,
    by_email=_by_email,
    page=_page,
    count=_count,
    join={
        "ids": _in_both,
        "labels": lambda first, second: sorted({*first, *second}),
        "keywords": _longer,
        "canLogin": _same,
    },
    pager=Offset(first="first", limit="limit", maximum=PAGE_SIZE),
    drain=SinceId(since="after", size="limit", maximum=PAGE_SIZE, order={"order": _BY_ID}),
    complete=_complete,
    groups=Listing(
        page=_groups, pager=Offset(first="first", limit="limit", maximum=PAGE_SIZE), page_size=PAGE_SIZE
    ),
    group_names=True,
    secrets=frozenset({"encryptedPassword", "password"}),
    writes=lambda settings: writing(
        default_group=settings.default_group, has_labels=settings.labels, zone=ZoneInfo(settings.timezone)
    ),
    harmless=frozenset(
        {
            "id",
            "ids",
            "resources",
            "type",
            "fields",
            "order",
            "limit",
            "first",
            "after",
            "canLogin",
            "country",
            "stateProv",
        }
    ),
    probe=lambda: _count({}),
)
"""Open2b."""
