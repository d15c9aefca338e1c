"""Foodics' writes: flat bodies with what a customer cannot be without, and a request for each scope that is needed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import msgspec
from msgspec import UNSET

from gateway.call import Call, Flow
from gateway.change import Draft, given
from gateway.transport import Response
from gateway.vendors.foodics.body import (
    ACCOUNTS,
    ADDRESS_FIELDS,
    DELETE,
    LOYALTY,
    PLAIN,
    RESTORE,
    WRITE,
    Body,
    account_body,
    customer_path,
    former,
    json_call,
    loyalty_body,
    plain_body,
    read_id,
    shows,
)
from gateway.vendors.foodics.place import (
    FoodicsStep,
    address_create,
    address_delete,
    address_update,
    places,
)
from gateway.vendors.foodics.row import FoodicsCustomer
from gateway.vendors.foodics.rule import check, ignores
from gateway.vendors.foodics.tagging import ids_left, ids_of, ids_on
from gateway.write import Step, Writes

_FIELDS: Final = PLAIN | {"tags", "addresses", "house_account", "loyalty"}
_OWN: Final = frozenset({"dial_code"})
_KEPT: Final[tuple[str, ...]] = ("name", "dial_code", "phone")
"""What cannot be null: sent with every change, since whether it may be left out is not documented."""


def create(draft: Draft) -> Flow[Sequence[FoodicsStep]]:
    """The customer; then, since a missing scope may pass unnoticed, house account and loyalty; then addresses."""
    tags = yield from ids_of(draft.tags or ())
    body = {name: value for name, value in plain_body(draft, None).items() if value is not None}
    if tags:
        body["tags"] = _references(tags)
    request = json_call("POST", "/customers", WRITE, body).request
    first: FoodicsStep = Step(
        fields=_carried(draft),
        write=lambda _: Call(request=request, read=read_id, scope=WRITE),
        undo=lambda vendor_id, _: json_call("DELETE", customer_path(vendor_id), DELETE),
        holds=None,
        creates=True,
    )
    kept = {name: body[name] for name in _KEPT if name in body}
    return [first, *_guarded(draft, kept, None), *places(draft, None, body.get("name"))]


def update(draft: Draft, row: FoodicsCustomer) -> Flow[Sequence[FoodicsStep]]:
    """The plain values in one request, then tags, then what takes a scope of its own, then addresses."""
    body = plain_body(draft, row)
    kept = {**_kept(row), **{name: body[name] for name in _KEPT if name in body}}
    fields = tuple(name for name in _carried(draft) if name != "tags")
    steps = [_changing(fields, body, kept, row, WRITE)] if body else []
    if draft.tags is not UNSET:
        tags = yield from ids_of(draft.tags or ())
        steps.append(_changing(("tags",), {"tags": _references(tags)}, kept, row, WRITE))
    return [*steps, *_guarded(draft, kept, row), *places(draft, row, kept.get("name"))]


def _carried(draft: Draft) -> tuple[str, ...]:
    apart = {"addresses", "house_account", "loyalty"}
    return (*(name for name in given(draft) if name not in apart), *draft.own)


def _kept(row: FoodicsCustomer) -> dict[str, Any]:
    """As it was just read; a part that is empty could not be sent."""
    return {name: value for name in _KEPT if (value := getattr(row, name))}


def _references(tags: Iterable[str]) -> list[dict[str, str]]:
    return [{"id": tag} for tag in tags]


def _guarded(draft: Draft, kept: Body, row: FoodicsCustomer | None) -> list[FoodicsStep]:
    account, loyalty = account_body(draft), loyalty_body(draft)
    steps = [_changing(("house_account",), account, kept, row, ACCOUNTS)] if account else []
    return [*steps, _changing(("loyalty",), loyalty, kept, row, LOYALTY)] if loyalty else steps


def _changing(
    fields: tuple[str, ...], body: Body, kept: Body, row: FoodicsCustomer | None, scope: str
) -> FoodicsStep:
    """`kept` is sent beside the changes, and has nothing else than a row that was changed by the steps before."""

    def call(vendor_id: str, values: Body) -> Call[Any]:
        request = json_call("PUT", customer_path(vendor_id), scope, {**kept, **values}).request
        if "tags" in values:
            request = msgspec.structs.replace(request, query=(("include", "tags"),))
        return Call(
            request=request,
            read=lambda answer: _taken(_answered(answer, vendor_id), values, scope),
            scope=scope,
        )

    is_readable = row is None or _is_readable(row, body)
    return Step(
        fields=fields,
        write=lambda vendor_id: call(vendor_id, body),
        undo=None
        if row is None or not is_readable
        else lambda vendor_id, _: call(vendor_id, former(row, body)),
        holds=(lambda now: shows(now, body)) if is_readable else None,
    )


def _is_readable(row: FoodicsCustomer, body: Body) -> bool:
    """Without the scope for reading house accounts, limit and balance are absent: what they are is unknown."""
    is_hidden = row.house_account_limit is None and row.house_account_balance is None
    return "house_account_limit" not in body or not is_hidden


class _Answer(msgspec.Struct, frozen=True):
    data: FoodicsCustomer | None = None


def _answered(response: Response, vendor_id: str) -> FoodicsCustomer | None:
    """The customer as the answer shows it; the document's own samples show another one than was written to."""
    if not response.body:
        return None
    row = msgspec.json.decode(response.body, type=_Answer, strict=False).data
    return row if row is not None and row.id == vendor_id else None


def _taken(row: FoodicsCustomer | None, body: Body, scope: str) -> None:
    """Whether what could have been passed over was taken, as far as the answer shows it.

    Values behind a scope of their own may be, and tags may be added where they were to replace (not documented).
    """
    if row is None:
        return
    if "tags" in body and row.tags is not None and not shows(row, {"tags": body["tags"]}):
        raise msgspec.ValidationError("Expected the tags that were sent - at `$.data.tags`")
    if scope == WRITE:
        return
    told = {name: one for name, one in former(row, body).items() if one is not None}
    if any(one != body[name] for name, one in told.items()):
        raise PermissionError


def delete(row: FoodicsCustomer) -> Sequence[FoodicsStep]:  # noqa: ARG001  # a vendor's signature
    """Softly: the customer stays, with the time of it."""
    step: FoodicsStep = Step(
        fields=(),
        write=lambda vendor_id: json_call("DELETE", customer_path(vendor_id), DELETE),
        undo=lambda vendor_id, _: _restoring(vendor_id),
        holds=lambda now: now.deleted_at is not None,
    )
    return [step]


def restore(row: FoodicsCustomer) -> Sequence[FoodicsStep]:  # noqa: ARG001  # as above
    """A deleted customer is back."""
    step: FoodicsStep = Step(
        fields=(),
        write=_restoring,
        undo=lambda vendor_id, _: json_call("DELETE", customer_path(vendor_id), DELETE),
        holds=lambda now: now.deleted_at is None,
    )
    return [step]


def _restoring(vendor_id: str) -> Call[Any]:
    return json_call("PUT", f"{customer_path(vendor_id)}/restore", RESTORE)


def tags_add(tags: tuple[str, ...], row: FoodicsCustomer) -> Flow[Sequence[FoodicsStep]]:
    """The tags as they were just read, with what is not among them yet."""
    added = yield from ids_of(tags)
    wanted = list(dict.fromkeys((*ids_on(row), *added)))
    return _retagging(wanted, row)


def tags_remove(
    tags: tuple[str, ...], prefixes: tuple[str, ...], row: FoodicsCustomer
) -> Flow[Sequence[FoodicsStep]]:
    """The tags as they were just read, less what is named."""
    wanted = yield from ids_left(tags, prefixes, row)
    return _retagging(wanted, row)


def _retagging(wanted: Sequence[str], row: FoodicsCustomer) -> Sequence[FoodicsStep]:
    if set(wanted) == set(ids_on(row)):
        return []
    return [_changing(("tags",), {"tags": _references(wanted)}, _kept(row), row, WRITE)]


WRITES: Final[Writes[FoodicsCustomer]] = Writes(
    creates=_FIELDS | {"first_name", "last_name"},
    updates=_FIELDS,
    address=ADDRESS_FIELDS,
    own="foodics",
    own_creates=_OWN,
    own_updates=_OWN,
    reasons={
        "authenticate": "has no such call",
        "update.accepts_marketing": "knows no consent to marketing",
        "update.group_id": "has no customer groups",
        "update.custom_fields": "has no fields of a business's own",
    },
    check=check,
    ignores=ignores,
    paths={
        "dial_code": ("customer", "foodics", "dialCode"),
        "house_account_limit": ("customer", "houseAccount", "limit"),
        "is_house_account_enabled": ("customer", "houseAccount", "isEnabled"),
        "is_loyalty_enabled": ("customer", "loyalty", "isEnabled"),
    },
    create=create,
    update=update,
    delete=delete,
    restore=restore,
    address_create=address_create,
    address_update=address_update,
    address_delete=address_delete,
    tags_add=tags_add,
    tags_remove=tags_remove,
)
"""What a Foodics business can write, as far as its token's scopes allow."""
