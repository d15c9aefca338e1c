"""A page chosen by the match index: its people are known before a vendor is asked, and only they are loaded."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime

from gateway.customer import CustomerRecord, Value
from gateway.errors import BudgetExceeded, DeadlineExceeded, GatewayError, SourceError
from gateway.identity import key_of
from gateway.index import Edge, Entry, MatchIndex, Member, Span, is_indexed
from gateway.planner.cursor import Place
from gateway.planner.lookup import Lookup
from gateway.planner.membership import Membership
from gateway.planner.split import SourcePlan
from gateway.planner.walk import Walk, WalkKey
from gateway.query import FALSE, Condition, FilterField, OrderField, SortKey

_FIELDS = {OrderField.CREATED_AT: FilterField.CREATED_AT, OrderField.UPDATED_AT: FilterField.UPDATED_AT}
_ATTEMPTS = 5
"""How often people are chosen anew, since what was loaded has corrected the index."""
_SPARE = 8
"""Entries read beyond those needed: of a person with several, one counts."""


class Known(Value, frozen=True):
    """An entry and whose it is."""

    source: str
    entry: Entry


class Person(Value, frozen=True):
    """A customer by the index: where it stands, and what else belongs to it."""

    anchor: Known
    members: tuple[Known, ...]


class IndexedMerge:
    """Stands in for a `Merge`: gives the records at which customers stand, and no others.

    `conditions` tells what each source's records have to satisfy, of the sources that can match. Raises `StoreFailed`.
    """

    def __init__(
        self,
        index: MatchIndex,
        lookup: Lookup,
        walk: Walk,
        conditions: Mapping[str, Condition],
        start: Place | None,
    ) -> None:
        self.stopped: GatewayError | None = None
        self.failures: dict[str, SourceError] = {}
        self._index = index
        self._lookup = lookup
        self._walk = walk
        self._conditions = conditions
        self._place = start
        self._is_over = False

    @property
    def unfinished(self) -> frozenset[str]:
        """See `Merge.unfinished`."""
        return frozenset() if self._is_over else frozenset(self._conditions) - self.failures.keys()

    def hints(self, place: Place) -> dict[str, int]:  # noqa: ARG002
        """There are none: a place is found by its value."""
        return {}

    def frontier(self) -> Place | None:
        """What was scanned tells it."""
        return None

    async def take(self, count: int) -> list[CustomerRecord]:
        """The records where the next customers stand, all of whose records are loaded."""
        people = await self._people(count)
        rows = await self._rows(people)
        agreed = self._agreed(people, rows)
        for _ in range(_ATTEMPTS):
            if self.stopped or len(agreed) == len(people):
                break
            people = await self._people(count)
            rows = await self._rows(people)
            agreed = self._agreed(people, rows)
        if self.stopped:
            return []
        self._is_over = len(people) < count
        if people:
            self._place = self._place_of(people[-1].anchor)
        return [rows[person.anchor.source][person.anchor.entry.vendor_id] for person in agreed]

    async def has_more(self, count: int) -> bool:
        """Whether more than so many customers stand beyond what was taken, by the index alone."""
        return not self._is_over and len(await self._people(count + 1)) > count

    async def is_at(self, place: Place) -> bool:
        """Whether a customer stands just there, by the index alone."""
        if place.source_name not in self._conditions:
            return False
        entries = await self._index.entries(place.source_name, [place.vendor_id])
        known = [Known(place.source_name, entry) for entry in entries if self._value(entry) == place.value]
        return bool(await self._anchored(known))

    async def _people(self, count: int) -> list[Person]:
        """The next customers after the place, in order."""
        heads = Heads(self._index, self._walk, self._live(), self._place, limit=count + _SPARE)
        people: list[Person] = []
        while len(people) < count and (known := await heads.take(count - len(people))):
            people += await self._anchored(known)
        return people

    def _live(self) -> dict[str, Condition]:
        return {name: one for name, one in self._conditions.items() if name not in self.failures}

    async def _anchored(self, known: Sequence[Known]) -> list[Person]:
        """Those of the entries at which their customer stands, with its others."""
        is_merged = bool(self._lookup.match)
        digests = {one.entry.digest for one in known if one.entry.digest} if is_merged else set()
        covered = self._lookup.membership.covered - self.failures.keys()
        conditions = {**dict.fromkeys(covered, FALSE), **self._live()}
        by_digest: dict[bytes | None, list[Member]] = {}
        for member in await self._index.members(conditions, list(digests)):
            by_digest.setdefault(member.entry.digest, []).append(member)
        people = []
        for one in known:
            members = by_digest.get(one.entry.digest, [])
            matching = [Known(member.source, member.entry) for member in members if member.is_matching]
            if not matching or min(matching, key=self._preference) == one:
                others = tuple(Known(member.source, member.entry) for member in members)
                people.append(Person(one, others or (one,)))
        return people

    def _preference(self, known: Known) -> SortKey:
        return self._walk.preference(self._value(known.entry), known.source, known.entry.vendor_id)

    async def _rows(self, people: Sequence[Person]) -> dict[str, Mapping[str, CustomerRecord]]:
        """Everybody's rows by source and id, less those that are gone."""
        wanted: dict[str, dict[str, Entry]] = {}
        for person in people:
            for one in person.members:
                wanted.setdefault(one.source, {})[one.entry.vendor_id] = one.entry
        by = _FIELDS[self._walk.order.field]
        answers = await asyncio.gather(
            *(self._lookup.fetched(name, list(entries.values()), by) for name, entries in wanted.items()),
            return_exceptions=True,
        )
        rows: dict[str, Mapping[str, CustomerRecord]] = {}
        for name, answer in zip(wanted, answers, strict=True):
            if isinstance(answer, SourceError):
                self.failures[name] = answer
            elif isinstance(answer, BudgetExceeded | DeadlineExceeded):
                self.stopped = answer
            elif isinstance(answer, BaseException):
                raise answer
            else:
                rows[name] = answer
        return rows

    def _agreed(
        self, people: Sequence[Person], rows: Mapping[str, Mapping[str, CustomerRecord]]
    ) -> list[Person]:
        return [] if self.stopped else [person for person in people if self._agrees(person, rows)]

    def _agrees(self, person: Person, rows: Mapping[str, Mapping[str, CustomerRecord]]) -> bool:
        """True where each record still is what its entry says; the look-up has told the index of those that are not."""
        for one in person.members:
            if one.source in self.failures:
                return False
            row = rows[one.source].get(one.entry.vendor_id)
            if row is None or self._walk.value(row) != self._value(one.entry):
                return False
            if self._index.hasher.entry(row).digest != one.entry.digest:
                return False
        anchor = rows[person.anchor.source][person.anchor.entry.vendor_id]
        key = key_of(anchor, self._lookup.match)
        if key is not None:
            entries: dict[str, list[Entry]] = {}
            for one in person.members:
                entries.setdefault(one.source, []).append(one.entry)
            self._lookup.membership.note(key, entries)
        return True

    def _value(self, entry: Entry) -> datetime | None:
        return _value(self._walk, entry)

    def _place_of(self, known: Known) -> Place:
        return Place(
            value=self._value(known.entry), source_name=known.source, vendor_id=known.entry.vendor_id
        )


class Heads:
    """The entries of several sources in one order, read from the index a few at a time."""

    def __init__(
        self,
        index: MatchIndex,
        walk: Walk,
        conditions: Mapping[str, Condition],
        start: Place | None,
        *,
        limit: int,
    ) -> None:
        self._index = index
        self._walk = walk
        self._conditions = conditions
        self._limit = limit
        self._edges: dict[str, Edge | None] = {name: self._edge(name, start) for name in conditions}
        self._read: dict[str, deque[Known]] = {name: deque() for name in conditions}
        self._open = set(conditions)

    async def take(self, count: int) -> list[Known]:
        """The next entries; fewer only where there are no more."""
        taken: list[Known] = []
        while len(taken) < count:
            await self._fill()
            heads = [entries[0] for entries in self._read.values() if entries]
            if not heads:
                break
            first = min(heads, key=self._key)
            taken.append(self._read[first.source].popleft())
        return taken

    async def _fill(self) -> None:
        for name in [name for name in self._open if not self._read[name]]:
            span = Span(
                by_update=self._walk.order.field is OrderField.UPDATED_AT,
                is_rising=self._walk.is_rising,
                is_backward=self._walk.is_backward,
                edge=self._edges[name],
                condition=self._conditions[name],
                limit=self._limit,
            )
            entries = await self._index.span(name, span)
            self._read[name].extend(Known(name, entry) for entry in entries)
            if len(entries) < self._limit:
                self._open.discard(name)
            else:
                self._edges[name] = Edge(value=self._value(entries[-1]), vendor_id=entries[-1].vendor_id)

    def _edge(self, name: str, place: Place | None) -> Edge | None:
        """Where a source goes on after a place that is perhaps another's: ties ascend by the sources' priority."""
        if place is None:
            return None
        value = place.value if isinstance(place.value, datetime) else None
        if not place.source_name:
            return Edge(value=value, is_before=True)
        if place.source_name == name:
            return Edge(value=value, vendor_id=place.vendor_id)
        is_to_come = self._walk.key_at(place.value, name, place.vendor_id) > self._walk.key_of(place)
        return Edge(value=value, is_before=is_to_come)

    def _key(self, known: Known) -> WalkKey:
        return self._walk.key_at(self._value(known.entry), known.source, known.entry.vendor_id)

    def _value(self, entry: Entry) -> datetime | None:
        return _value(self._walk, entry)


def _value(walk: Walk, entry: Entry) -> datetime | None:
    """Where the entry stands by itself."""
    return entry.changed_at if walk.order.field is OrderField.UPDATED_AT else entry.created_at


def decided(plans: Mapping[str, SourcePlan], membership: Membership) -> Mapping[str, Condition] | None:
    """What the index can decide, of each source that may match; None where it cannot decide all of it."""
    possible = {name: plan for name, plan in plans.items() if not plan.is_impossible}
    is_told = all(
        name in membership.covered and plan.is_listed and is_indexed(plan.condition)
        for name, plan in possible.items()
    )
    return {name: plan.condition for name, plan in possible.items()} if is_told and possible else None
