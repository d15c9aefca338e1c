"""How a vendor declares its writes: what it can hold, its published rules, plans made of steps. Nothing does I/O."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec

from gateway.call import Call, Flow, Rows
from gateway.change import AddressDraft, BulkTags, Change, Draft
from gateway.customer import Value

R = TypeVar("R", bound=msgspec.Struct)


class Fault(Value, frozen=True, kw_only=True):
    """A published rule that an input breaks. `path` is in the input's own words, below the mutation's `input`."""

    path: tuple[str, ...]
    message: str


class Tally(Value, frozen=True, kw_only=True):
    """What a vendor says of a bulk write; None where it does not."""

    matched: int | None = None
    modified: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Generic[R]):
    """One writing request of a plan, never sent twice.

    The order of a plan's steps is kept, except that a step which cannot be undone comes after those that can.
    """

    fields: tuple[str, ...]
    """The input's fields that it carries, in snake case, for the audit and for messages; never values."""
    write: Callable[[str], Call[Any]]
    """Vendor id → the request, which is not repeatable. Of a step that creates, "" → a call that answers the new id."""
    undo: Callable[[str, Any], Call[Any]] | None
    """Vendor id and the write's answer → what takes it back, by the row read before; None: it cannot be undone.

    The answer is None where it was lost but a reading shows that the write was carried out.
    """
    holds: Callable[[R], bool] | None
    """Whether a row shows what the step writes. Before: then it is left out. After a lost answer: then it was done.

    None where no row can show it (passwords, write-only fields): a lost answer then stays UNKNOWN.
    """
    creates: bool = False
    """True where the answer is the id of a new record; the first of the plan."""
    removes: bool = False
    """True where the record is gone afterwards; `holds` is not asked, its absence shows it."""


Plan: TypeAlias = Sequence[Step[R]] | Flow[Sequence[Step[R]]]
"""The steps, empty where nothing is to change; or a flow of reading calls that ends in them. Reads may be repeated.

A flow, or the function that makes the plan, raises `Unsupported` for what the vendor cannot do with this record, and
a `WriteRefused` for what the record forbids (NOT_FOUND for an address that it does not have).
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Writes(Generic[R]):
    """What one source can write. Every function is pure; what is None the vendor cannot do at all.

    Rows are read whole (details and every field) before and after. Drafts reach the functions without the fields
    that the vendor cannot hold, which the outcome lists as ignored, and only where something is left of them.
    """

    creates: frozenset[str] = frozenset()
    """Names of `Draft`'s fields that creating can carry."""
    updates: frozenset[str] = frozenset()
    """Names of `Draft`'s fields that updating can carry."""
    address: frozenset[str] = frozenset()
    """Names of `AddressDraft`'s fields that an address of this vendor holds."""
    own: str = ""
    """The name of the vendor's own input object in the API."""
    own_creates: frozenset[str] = frozenset()
    """Names of the own object's fields, in snake case, that creating can carry."""
    own_updates: frozenset[str] = frozenset()
    """Names of the own object's fields that updating can carry."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Why not: by an action's name (`restore`), or `create.` or `update.` with a field's name; a sentence's end."""
    check: Callable[[Change], Iterable[Fault]] = lambda _: ()
    """The published rules that a change breaks; asked before any call, so it sees no row."""
    ignores: Callable[[Change], Iterable[str]] = lambda _: ()
    """Parts that it cannot hold beyond what the names above tell (a second tax id, say), in the API's words."""
    paths: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """What the vendor's refusals call a field → where the input has it; others by the capability table's names."""
    create: Callable[[Draft], Plan[R]] | None = None
    """The first step creates; further ones carry what the creating request cannot."""
    update: Callable[[Draft, R], Plan[R]] | None = None
    delete: Callable[[R], Plan[R]] | None = None
    restore: Callable[[R], Plan[R]] | None = None
    address_create: Callable[[AddressDraft, R], Plan[R]] | None = None
    address_update: Callable[[str | None, AddressDraft, R], Plan[R]] | None = None
    address_delete: Callable[[str, R], Plan[R]] | None = None
    tags_add: Callable[[tuple[str, ...], R], Plan[R]] | None = None
    tags_remove: Callable[[tuple[str, ...], tuple[str, ...], R], Plan[R]] | None = None
    """Names, and prefixes of names."""
    bulk: Callable[[BulkTags, Sequence[R]], Sequence[Call[Tally]]] | None = None
    """The vendor's own bulk write for these customers; None: the gateway writes to them one after the other.

    No calls where nothing is to change; raises `Unsupported` for tags that the vendor cannot hold.
    """
    bulk_all: Callable[[BulkTags], Sequence[Call[Tally]]] | None = None
    """The same for every customer of the store; None: UNSUPPORTED."""
    authenticate: Callable[[str, str], Call[Rows[R]]] | None = None
    """E-mail and password → the customer, or no row where they do not belong together."""
