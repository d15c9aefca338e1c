"""What keeps the index: the questions that it is asked, whichever database answers them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from gateway.customer import Value
from gateway.index.entry import Entry
from gateway.query import TRUE, Condition

LEASE = 15.0
"""Seconds that the right to sync a source lasts without renewal: another replica takes over after as many."""


MOST_REMINDERS = 10_000
"""Ids that are noted for a source: a flood of webhooks costs no more."""


class StoreFailed(Exception):
    """The database did not answer; the message is its own, and holds no customer's data."""


class LeaseLost(Exception):
    """Another replica syncs this source by now."""


class Progress(Value, frozen=True, kw_only=True):
    """How far a source's index is; kept beside its entries, so that a killed sync goes on."""

    fingerprint: str = ""
    """Of the secret and the account that the entries belong to."""
    generation: int = 0
    """Of the walk under way, else of the last one: entries with an older one were not met."""
    position: Any = None
    """Where the walk under way goes on, as its `Walk` wrote it; None: none is under way."""
    started_at: datetime | None = None
    """When the walk under way began."""
    walked_at: datetime | None = None
    """When the last whole walk began; None: none was finished, the source is not complete."""
    watermark: datetime | None = None
    """The latest update, by the vendor's clock, up to which everything is known."""
    synced_at: datetime | None = None
    """When the last poll began that was answered to its end."""
    met: int = 0
    """Records that the walk under way has met."""
    expected: int | None = None
    """About how many records the source has, by the vendor's count."""


class Edge(Value, frozen=True, kw_only=True):
    """Where a span begins: after the value, within it after an id, or (`is_before`) before everything with it."""

    value: datetime | None
    vendor_id: str | None = None
    is_before: bool = False


class Span(Value, frozen=True, kw_only=True):
    """The next entries of one source in an order. Nulls are last and ties ascend, all reversed going backward."""

    by_update: bool
    """True: by the last change, which is the creation where there was none; False: by the creation."""
    is_rising: bool
    """True where times grow along the span, as it is walked."""
    is_backward: bool
    edge: Edge | None = None
    condition: Condition = TRUE
    limit: int


class Member(Value, frozen=True, kw_only=True):
    """An entry of somebody who was asked for, and whether it satisfies the condition that was given."""

    source: str
    entry: Entry
    is_matching: bool = True


class Store(Protocol):
    """One database. Every method raises `StoreFailed` where that does not answer."""

    async def open(self, sources: Mapping[str, bool]) -> None:
        """Connect, migrate, and make room for the sources; the value tells whether their ids are numbers."""

    async def close(self) -> None:
        """Give the connections back."""

    async def progress(self, source: str) -> Progress:
        """How far the source is."""

    async def records(self, source: str) -> int:
        """How many entries the source has, deleted ones left out."""

    async def save(
        self, source: str, entries: Sequence[Entry], progress: Progress, *, holder: str, sweep: bool = False
    ) -> None:
        """What a walk or a poll brought, with how far it is now, all or nothing; renews the lease. Raises `LeaseLost`.

        `sweep`: entries that the generation did not meet go.
        """

    async def reset(self, source: str, progress: Progress, *, holder: str) -> None:
        """Drop the source's entries and begin at the progress. Raises `LeaseLost`."""

    async def put(self, source: str, entries: Sequence[Entry]) -> None:
        """Entries that became known in another way."""

    async def remove(self, source: str, vendor_ids: Sequence[str]) -> None:
        """Entries of records that are gone."""

    async def entries(self, source: str, vendor_ids: Sequence[str]) -> Sequence[Entry]:
        """What is known of some ids."""

    async def members(
        self, conditions: Mapping[str, Condition], digests: Sequence[bytes]
    ) -> Sequence[Member]:
        """The entries with the digests at the sources that the conditions are given for."""

    async def span(self, source: str, span: Span) -> Sequence[Entry]:
        """The next entries that satisfy the condition."""

    async def people(self, conditions: Mapping[str, Condition], *, is_merged: bool) -> int:
        """How many customers have an entry that satisfies its source's condition."""

    async def between(
        self, source: str, low: datetime, high: datetime, *, by_update: bool, limit: int
    ) -> int:
        """How many entries have their own such time in the range, both ends included; counts to the limit."""

    async def remind(self, source: str, vendor_ids: Sequence[str]) -> None:
        """Note ids that are to be looked at, each once; beyond `MOST_REMINDERS` they are left to polls and walks."""

    async def reminders(self, source: str, limit: int) -> Sequence[str]:
        """Some of the ids noted."""

    async def looked_at(self, source: str, vendor_ids: Sequence[str]) -> None:
        """Take the ids off the list."""

    async def clear(self, source: str) -> None:
        """Drop the source's entries and its progress: whoever holds the lease begins anew."""

    async def lease(self, source: str, holder: str) -> bool:
        """Take or renew the right to sync the source, for `LEASE` seconds; False while another holds it."""

    async def release(self, source: str, holder: str) -> None:
        """Give that right back."""
