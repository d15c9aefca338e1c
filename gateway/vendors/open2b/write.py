"""Open2b's writes: changed fields alone, but both address blocks whole, and a password in a request of its own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final

import msgspec
from msgspec import UNSET

from gateway.call import Call, Rows, read_row
from gateway.change import Draft, given
from gateway.customer import Json
from gateway.errors import InvalidInput, Unsupported
from gateway.spelling import camel
from gateway.transport import Response
from gateway.vendors.open2b.block import ADDRESS_FIELDS, PERSON
from gateway.vendors.open2b.label import Open2bStep, adding, bulk, replacing, tags_add, tags_remove
from gateway.vendors.open2b.row import Open2bCustomer
from gateway.vendors.open2b.rule import check, ignores, paths
from gateway.vendors.open2b.step import (
    EMPTY,
    address_create,
    address_delete,
    address_update,
    blocks,
    changing,
    json_call,
    updating,
)
from gateway.write import Step, Writes

_FIELDS: Final = frozenset(PERSON) | {
    "locale", "code", "tax_ids", "group_id", "addresses", "billing_address", "shipping_address", "password",
}  # fmt: skip
_OWN: Final = frozenset(
    {
        "can_login",
        "collection",
        "collections",
        "wish_list",
        "invoice_recipient",
        "creation_time",
        "login_time",
        "password_crypted_by",
    }
)
_TIME: Final = "%Y-%m-%d %H:%M:%S"
_PATHS: Final = paths()
_NO_DEFAULT: Final = (
    "has no customer without a group, and this source names no `default_group` in its settings"
)
_NO_LABELS: Final = "knows tags as labels, which this source's key may not use (`labels` in its settings)"


def _deleting(vendor_id: str) -> Call[Any]:
    return json_call("delete", {"ids": [int(vendor_id)]})


class _Created(msgspec.Struct, frozen=True):
    id: int


def _created(response: Response) -> str:
    return str(msgspec.json.decode(response.body, type=_Created).id)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Writer:
    """The plans of one source; `zone` is that of the vendor's times."""

    default_group: int | None
    zone: tzinfo

    def create(self, draft: Draft) -> Sequence[Open2bStep]:
        """Everything in one request but labels, which know a customer by its id."""
        customer = {name: value for name, value in self._plain(draft, None).items() if value is not None}
        customer |= _password(draft)
        request = json_call("create", {"customer": customer}).request
        first: Open2bStep = Step(
            fields=tuple(name for name in _carried(draft) if name != "tags"),
            write=lambda _: Call(request=request, read=_created),
            undo=lambda vendor_id, _: _deleting(vendor_id),
            holds=None,
            creates=True,
        )
        labels = adding(draft.tags or ())
        return [first] if labels is None else [first, labels]

    def update(self, draft: Draft, row: Open2bCustomer) -> Sequence[Open2bStep]:
        """The plain fields, then the password, which nothing can take back, then labels."""
        customer = self._plain(draft, row)
        secret = _password(draft)
        if secret and customer.get("canLogin") is True:
            # Only who has a password may sign in: both at once, whatever comes first.
            secret["canLogin"] = customer.pop("canLogin")
        carried = tuple(name for name in _carried(draft) if name not in {"tags", "password"})
        steps = [changing(carried, customer, row)] if customer else []
        if secret:
            steps.append(_securing(secret))
        return steps if draft.tags is UNSET else [*steps, replacing(draft.tags or (), row)]

    def _plain(self, draft: Draft, row: Open2bCustomer | None) -> dict[str, Json]:
        customer: dict[str, Json] = {}
        if draft.code is not UNSET:
            customer["code"] = draft.code or ""
        if isinstance(draft.locale, str):
            customer["locale"] = _locale(draft.locale)
        if draft.group_id is not UNSET and (row is not None or draft.group_id):
            customer["group"] = self._group(draft.group_id)
        customer |= self._own(draft.own)
        return {**customer, **blocks(draft, row)}

    def _group(self, group_id: str | None) -> int:
        if group_id is not None:
            return int(group_id)
        if self.default_group is None:
            raise Unsupported(f"Open2b {_NO_DEFAULT}.")
        return self.default_group

    def _own(self, own: Mapping[str, Json]) -> dict[str, Json]:
        return {
            camel(name): self._value(EMPTY.get(name) if value is None else value)
            for name, value in own.items()
            if name != "password_crypted_by"
        }

    def _value(self, value: Json) -> Json:
        return value.astimezone(self.zone).strftime(_TIME) if isinstance(value, datetime) else value


def _carried(draft: Draft) -> tuple[str, ...]:
    return (*given(draft), *draft.own)


def _locale(text: str) -> str:
    language, _, region = text.replace("_", "-").partition("-")
    return f"{language.lower()}-{region.upper()}" if region else language.lower()


def _password(draft: Draft) -> dict[str, Json]:
    """Encrypted ones say by whom; null takes the password away."""
    if draft.password is UNSET:
        return {}
    if draft.password is None:
        return {"password": None}
    application = draft.own.get("password_crypted_by")
    by = {} if application is None else {"cryptedBy": application}
    return {"password": {"value": draft.password, **by}}


def _securing(secret: Mapping[str, Json]) -> Open2bStep:
    return Step(
        fields=("password", *(("can_login",) if "canLogin" in secret else ())),
        write=lambda vendor_id: updating(vendor_id, secret),
        undo=None,
        holds=None,
    )


def delete(row: Open2bCustomer) -> Sequence[Open2bStep]:  # noqa: ARG001  # a vendor's signature
    """For good; an id that is unknown passes unnoticed."""
    step: Open2bStep = Step(fields=(), write=_deleting, undo=None, holds=None, removes=True)
    return [step]


def authenticate(email: str, password: str) -> Call[Rows[Open2bCustomer]]:
    """Asked once: it changes the time of the last sign-in. Lengths are published, and refused by the vendor."""
    if not 4 <= len(password) <= 16:
        raise InvalidInput("Open2b's passwords have 4 to 16 characters here.", path=("password",))
    if not 3 <= len(email) <= 120:
        raise InvalidInput("Open2b's e-mail addresses have 3 to 120 characters.", path=("email",))
    request = json_call("authenticate", {"email": email, "password": password, "fields": ["id"]}).request
    return Call(request=request, read=lambda response: read_row(response, Open2bCustomer, key="customer"))


def writing(*, default_group: int | None, has_labels: bool, zone: tzinfo) -> Writes[Open2bCustomer]:
    """What a store with these settings can write."""
    writer = _Writer(default_group=default_group, zone=zone)
    fields = _FIELDS | {"tags"} if has_labels else _FIELDS
    ungrouped = {} if default_group is not None else {"update.group_id.null": _NO_DEFAULT}
    return Writes(
        creates=fields,
        updates=fields,
        address=ADDRESS_FIELDS,
        own="open2b",
        own_creates=_OWN,
        own_updates=_OWN | {"cart"},
        reasons={
            "restore": "deletes for good",
            "tags_add": _NO_LABELS,
            "tags_remove": _NO_LABELS,
            "update.tags": _NO_LABELS,
            "update.name": "makes it of the company, or of first and last name",
            "update.accepts_marketing": "keeps consent with newsletters, not with customers",
            "update.custom_fields": "has no fields of a store's own",
            **ungrouped,
        },
        check=check,
        paths=_PATHS,
        ignores=ignores,
        create=writer.create,
        update=writer.update,
        delete=delete,
        address_create=address_create,
        address_update=address_update,
        address_delete=address_delete,
        tags_add=tags_add if has_labels else None,
        tags_remove=tags_remove if has_labels else None,
        bulk=bulk if has_labels else None,
        authenticate=authenticate,
    )
