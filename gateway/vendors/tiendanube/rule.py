"""What Tiendanube asks of an input, and what it has no place for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import UNSET

from gateway.change import AddressCreate, AddressDraft, AddressUpdate, Change, Create, Draft, Update
from gateway.customer import AddressKind, Json
from gateway.write import Fault

FIELDS: Final = frozenset(
    {"name", "email", "phone", "note", "tax_ids", "custom_fields", "addresses", "billing_address"}
)
"""What a customer can be given at any time."""


def extra_text(value: Json) -> str:
    """A custom text; numbers come back as texts too."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def check(change: Change) -> Iterator[Fault]:
    """Name and e-mail are needed and cannot be cleared; custom texts are texts."""
    if not isinstance(change, Create | Update):
        return
    draft, is_new = change.draft, isinstance(change, Create)
    for name in ("name", "email"):
        value = getattr(draft, name)
        if value is None or (is_new and value is UNSET):
            yield Fault(path=("customer", name), message="Tiendanube has no customer without it.")
    yield from _texts(draft)


def _texts(draft: Draft) -> Iterator[Fault]:
    for at, value in enumerate((draft.custom_fields or {}).values()):
        if isinstance(value, dict | list):
            path = ("customer", "customFields", str(at), "value")
            yield Fault(path=path, message="Tiendanube's custom fields are texts and numbers.")
    extra = draft.own.get("extra")
    if extra is None:
        return
    if not isinstance(extra, Mapping) or any(isinstance(one, dict | list) for one in extra.values()):
        yield Fault(
            path=("customer", "tiendanube", "extra"),
            message="Tiendanube's `extra` is a map of texts and numbers.",
        )


def ignores(change: Change) -> Iterator[str]:
    """Of several tax numbers it holds the first; which address is the default it decides itself."""
    if isinstance(change, AddressCreate | AddressUpdate):
        yield from _kinds(change.address, "address")
    if not isinstance(change, Create | Update):
        return
    if change.draft.tax_ids is not UNSET and change.draft.tax_ids is not None:
        yield from (f"taxIds[{at}]" for at in range(1, len(change.draft.tax_ids)))
    for address in change.draft.addresses or ():
        yield from _kinds(address, "addresses")


def _kinds(address: AddressDraft, path: str) -> Iterator[str]:
    if address.kinds is not UNSET and address.kinds is not None and AddressKind.DEFAULT in address.kinds:
        yield f"{path}.kinds"
