"""What Spiffy's pages ask of an input, and what it has no place for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from gateway.change import (
    AddressCreate,
    AddressDraft,
    AddressUpdate,
    Change,
    Create,
    Draft,
    TagsAdd,
    TagsRemove,
    Update,
)
from gateway.customer import AddressKind
from gateway.write import Fault

_YES_OR_NO: Final = {"accepts_marketing": "acceptsMarketing", "is_wholesale": "isWholesale"}
_KINDS: Final = frozenset({AddressKind.DEFAULT, AddressKind.OTHER})
"""What an address can be: it is the default one or it is not."""


def check(change: Change) -> Iterator[Fault]:
    """What a comma-joined text of tags and a yes or no cannot carry; no other rule is published."""
    match change:
        case Create(draft=draft) | Update(draft=draft):
            for field, name in _YES_OR_NO.items():
                if getattr(draft, field) is None:
                    yield Fault(path=("customer", name), message="Spiffy knows yes and no: null is neither.")
            yield from _tags(draft.tags or (), ("customer", "tags"))
        case TagsAdd(tags=tags) | TagsRemove(tags=tags):
            yield from _tags(tags, ("tags",))
        case _:
            return


def _tags(tags: tuple[str, ...], path: tuple[str, ...]) -> Iterator[Fault]:
    for at, tag in enumerate(tags):
        if "," in tag:
            yield Fault(path=(*path, str(at)), message="Spiffy joins tags by commas: a tag cannot hold one.")


def ignores(change: Change) -> Iterator[str]:
    """A second phone number for the default address, and kinds of addresses that it does not tell apart."""
    if isinstance(change, AddressCreate | AddressUpdate):
        yield from _kinds((change.address,), "address.kinds")
    if not isinstance(change, Create | Update) or not change.draft.addresses:
        return
    addresses = change.draft.addresses
    if isinstance(change.draft.phone, str) and isinstance(default_of(addresses).phone, str):
        yield "phone"
    yield from _kinds(addresses, "addresses.kinds")


def _kinds(addresses: tuple[AddressDraft, ...], path: str) -> Iterator[str]:
    if any(kind not in _KINDS for address in addresses for kind in address.kinds or ()):
        yield path


def default_of(addresses: tuple[AddressDraft, ...]) -> AddressDraft:
    """The one that is said to be the default, else the first."""
    return next((one for one in addresses if is_default(one)), addresses[0])


def is_default(address: AddressDraft) -> bool:
    """Whether the address is said to be the default one."""
    return AddressKind.DEFAULT in (address.kinds or ())


def names_of(draft: Draft) -> dict[str, str]:
    """The recipient that a new address gets from the customer, as far as the draft tells."""
    told = {name: getattr(draft, name) for name in ("title", "first_name", "last_name")}
    return {name: value for name, value in told.items() if isinstance(value, str)}
