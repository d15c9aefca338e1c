"""What is left of a change at one vendor: the fields that it cannot hold are taken out and named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import UNSET

from gateway.change import (
    AddressCreate,
    AddressDraft,
    AddressUpdate,
    Change,
    Create,
    Draft,
    Update,
    given,
    replaced,
    without,
)
from gateway.customer import Json, Value
from gateway.spelling import camel
from gateway.write import Writes

Owns = Mapping[str, Mapping[str, Json]]
"""The vendors' own input objects that were given, by their names in the API; fields in snake case."""

_PLACES = ("billing_address", "shipping_address")


class Fitted(Value, frozen=True, kw_only=True):
    """`change` is None where nothing is left; `lost` are fields without which it cannot be done at all."""

    change: Change | None
    ignored: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()


def fitted(change: Change, writes: Writes[Any], owns: Owns) -> Fitted:
    """The change as this vendor can carry it out."""
    match change:
        case Create(draft=draft):
            return _drafted(change, draft, writes, owns)
        case Update(draft=draft, needed=needed):
            lost = tuple(name for name in needed if name not in writes.updates)
            if lost:
                return Fitted(change=None, lost=lost)
            return _drafted(change, draft, writes, owns)
        case AddressCreate(address=address) | AddressUpdate(address=address):
            kept, dropped = _address(address, writes.address, "address")
            left = msgspec.structs.replace(change, address=kept) if given(kept) else None
            more = () if left is None else writes.ignores(left)
            return Fitted(change=left, ignored=tuple(dict.fromkeys((*dropped, *more))))
        case _:
            return Fitted(change=change)


def _drafted(change: Create | Update, draft: Draft, writes: Writes[Any], owns: Owns) -> Fitted:
    is_new = isinstance(change, Create)
    held = writes.creates if is_new else writes.updates
    own_held = writes.own_creates if is_new else writes.own_updates
    outside = frozenset(given(draft)) - held
    kept, dropped = _places(without(draft, outside), writes.address)
    own = owns.get(writes.own, {})
    ignored = [camel(name) for name in given(draft) if name in outside]
    ignored += dropped
    ignored += [f"{writes.own}.{camel(name)}" for name in own if name not in own_held]
    ignored += [name for name in owns if name != writes.own]
    kept = replaced(kept, {"own": {name: value for name, value in own.items() if name in own_held}})
    is_empty = not given(kept) and not kept.own
    left = None if is_empty else msgspec.structs.replace(change, draft=kept)
    more = () if left is None else writes.ignores(left)
    return Fitted(change=left, ignored=tuple(dict.fromkeys((*ignored, *more))))


def _places(draft: Draft, held: frozenset[str]) -> tuple[Draft, list[str]]:
    """The draft with the parts of addresses that the vendor holds; an address of which nothing is left goes too."""
    values: dict[str, object] = {}
    ignored: list[str] = []
    for name in _PLACES:
        address = getattr(draft, name)
        if isinstance(address, AddressDraft):
            kept, dropped = _address(address, held, camel(name))
            values[name] = kept if given(kept) or not given(address) else UNSET
            ignored += dropped
    if isinstance(draft.addresses, tuple) and draft.addresses:
        pairs = [_address(address, held, "addresses") for address in draft.addresses]
        left = tuple(kept for kept, _ in pairs if given(kept))
        values["addresses"] = left or UNSET
        ignored += [name for _, dropped in pairs for name in dropped]
    return replaced(draft, values), ignored


def _address(address: AddressDraft, held: frozenset[str], path: str) -> tuple[AddressDraft, tuple[str, ...]]:
    names = given(address)
    kept = {name: getattr(address, name) for name in names if name in held}
    return AddressDraft(**kept), tuple(f"{path}.{camel(name)}" for name in names if name not in held)
