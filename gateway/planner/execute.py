"""One question for customers, answered: its plans, its streams, its scan, and the page that comes of it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import msgspec

from gateway.adapter import Source
from gateway.capabilities import Arguments
from gateway.customer import Customer, CustomerRecord
from gateway.errors import GatewayError
from gateway.identity import MatchField
from gateway.index import StoreFailed
from gateway.operation import Operation
from gateway.planner.connection import Count, CountPrecision, CustomerPage, Edge, Slice, Wanted
from gateway.planner.count import counted
from gateway.planner.cursor import BEGINNING, CursorCodec, Place
from gateway.planner.indexed import IndexedMerge, decided
from gateway.planner.listed import LookupStream, Snapshots, SnapshotStream
from gateway.planner.lookup import Lookup
from gateway.planner.merge import Merge
from gateway.planner.outline import Inquiry
from gateway.planner.page import Scan, reports_of
from gateway.planner.sorted import SortedStream
from gateway.planner.split import Branch, SourcePlan, excludes_deleted, optimistic, split
from gateway.planner.stream import Reading, Stream
from gateway.planner.walk import Bounds, Walk
from gateway.planner.window import WindowStream
from gateway.query import (
    Condition,
    FilterField,
    Order,
    OrderField,
    fields_of,
    matches,
    simplify,
    without_deleted,
)

_RANGES = {OrderField.CREATED_AT: FilterField.CREATED_AT, OrderField.UPDATED_AT: FilterField.UPDATED_AT}


class Asker(Protocol):
    """What a question needs of the reader that it is asked of."""

    @property
    def sources(self) -> Sequence[Source]: ...  # noqa: D102  # told by the type

    @property
    def operation(self) -> Operation: ...  # noqa: D102

    @property
    def lookup(self) -> Lookup: ...  # noqa: D102

    @property
    def cursors(self) -> CursorCodec: ...  # noqa: D102

    @property
    def snapshots(self) -> Snapshots: ...  # noqa: D102


class Question:
    """One slice of the list of the customers that a filter admits, in one order."""

    def __init__(
        self, asker: Asker, order: Order, condition: Condition, piece: Slice, wanted: Wanted
    ) -> None:
        self._asker = asker
        self._piece = piece
        self._wanted = wanted
        self._binding = binding(order, condition, asker.lookup.match, asker.sources)
        self._after = self._place(piece.after, "after")
        self._before = self._place(piece.before, "before")
        precedence = asker.lookup.precedence
        self._walk = Walk(order=order, precedence=precedence, is_backward=piece.is_backward)
        meant = without_deleted(condition)
        self._condition = simplify(meant)
        self.plans: Mapping[str, SourcePlan] = {source.name: split(meant, source) for source in asker.sources}
        self.lookup = asker.lookup.judging(self._walk.fields | fields_of(self._condition))

    def _place(self, cursor: str | None, argument: str) -> Place | None:
        if cursor is None:
            return None
        place = self._asker.cursors.decode(cursor, self._binding, argument=argument)
        return None if place == BEGINNING else place

    async def answer(self) -> CustomerPage:
        """The page. A budget or a deadline ends it early, with an error noted; a failed source leaves it standing."""
        try:
            return await self._answered()
        except StoreFailed:
            self.lookup.membership.give_up()
            return await self._answered()

    async def _answered(self) -> CustomerPage:
        piece, is_backward = self._piece, self._piece.is_backward
        start, stop = (self._before, self._after) if is_backward else (self._after, self._before)
        is_ahead_wanted = self._wanted.has_previous_page if is_backward else self._wanted.has_next_page
        is_behind_wanted = self._wanted.has_next_page if is_backward else self._wanted.has_previous_page
        await self._read_small_sources()
        scan = self._scan(self._walk, start, stop, shown=piece.size if self._wanted.nodes else 0)
        by_index = isinstance(scan.merge, IndexedMerge)
        if self._wanted.nodes or (is_ahead_wanted and not by_index):
            await scan.run(piece.size + (is_ahead_wanted and not by_index))
        ahead = await self._is_more(scan, stop) if is_ahead_wanted else None
        behind = await self._is_behind(start) if is_behind_wanted else None
        self._report(scan)
        page = self._page(scan, ahead=ahead, behind=behind)
        if not self._wanted.total_count:
            return page
        is_whole = start is None and stop is None and scan.is_finished and not by_index
        total = await self._total(len(scan.nodes) if is_whole else None)
        return msgspec.structs.replace(page, total=total)

    async def _total(self, everybody: int | None) -> Count | None:
        index = self.lookup.membership.index
        conditions = decided(self.plans, self.lookup.membership)
        if everybody is not None or index is None or conditions is None:
            return await counted(self._asker.sources, self.plans, everybody, self._asker.operation)
        people = await index.people(conditions, is_merged=bool(self.lookup.match))
        return Count(value=people, precision=CountPrecision.APPROXIMATE)

    async def _read_small_sources(self) -> None:
        """A source with fewer pages than it would take look-ups is read whole, and then asked nothing more."""
        reads = map(self.lookup.read_whole, self._small_sources())
        for result in await asyncio.gather(*reads, return_exceptions=True):
            # What stands in the way will be met, and told, when the source is asked for what is needed.
            if isinstance(result, BaseException) and not isinstance(result, GatewayError):
                raise result

    def _small_sources(self) -> Sequence[Source]:
        lookup = self.lookup
        if len(self._asker.sources) < 2 or not lookup.match or self._indexed(self._walk, None) is not None:
            return ()
        sources = [one for one in self._asker.sources if one.name not in lookup.membership.covered]
        most, pages = self._expected() // 2, lookup.census.pages
        return [source for source in sources if (count := pages(source)) is not None and count <= most]

    def inquiry(self) -> Inquiry:
        """The question as explain sees it, to be asked before `answer`."""
        return Inquiry(
            condition=self._condition,
            order=self._walk.order,
            piece=self._piece,
            wanted=self._wanted,
            plans=self.plans,
            places=tuple(place for place in (self._after, self._before) if place is not None),
            small=tuple(source.name for source in self._small_sources()),
            is_indexed=self._indexed(self._walk, None) is not None,
        )

    def _expected(self) -> int:
        """At least so many people have to be looked for at every source."""
        named = [names for plan in self.plans.values() if (names := plan.keys or plan.ids)]
        return min([self._piece.size, *map(len, named)])

    def _scan(self, walk: Walk, start: Place | None, stop: Place | None = None, *, shown: int = 0) -> Scan:
        lookup = self.lookup
        indexed = self._indexed(walk, start)
        if indexed is not None:
            return Scan(indexed, lookup, walk, self._condition, start=start, stop=stop, shown=shown)
        lanes = [
            lane
            for source in self._asker.sources
            if not self.plans[source.name].is_impossible
            for lane in self._streams(source, walk, start)
        ]
        merge = Merge(lanes, walk, lookup.streamed)
        return Scan(merge, lookup, walk, self._condition, start=start, stop=stop, shown=shown)

    def _indexed(self, walk: Walk, start: Place | None) -> IndexedMerge | None:
        """The list as the index tells it, where it knows all that order and filter look at."""
        index, conditions = self.lookup.membership.index, decided(self.plans, self.lookup.membership)
        if index is None or conditions is None or walk.order.field not in _RANGES:
            return None
        return IndexedMerge(index, self.lookup, walk, conditions, start)

    def _streams(self, source: Source, walk: Walk, start: Place | None) -> list[Stream]:
        """The cheapest way to the source's matches in order: look-ups, its own order, windows, or memory."""
        plan, field = self.plans[source.name], walk.order.field
        reading = self._reading(source, walk, start)
        whole = self.lookup.whole(source)
        if whole is not None and not self._wants_deleted(source):
            return [LookupStream(source, reading, lambda: _given(whole))]
        if plan.ids is not None or plan.keys is not None:
            return [LookupStream(source, reading, lambda: self._looked_up(source, plan))]
        if field in source.table.orders or _RANGES.get(field) in source.table.ranges:
            return [self._ordered(source, reading, at, branch) for at, branch in enumerate(plan.branches)]
        reading, bounded = replace(reading, lane=repr(plan.condition)), self._other_range(source, field)
        lists = [{**branch.arguments, **bounded} for branch in plan.branches]
        return [SnapshotStream(source, reading, lists, self.lookup, self._asker.snapshots)]

    def _wants_deleted(self, source: Source) -> bool:
        """True where the filter may admit records that are in no plain list."""
        return not excludes_deleted(self.plans[source.name].condition, source)

    def _reading(self, source: Source, walk: Walk, start: Place | None) -> Reading:
        plan = self.plans[source.name]
        selection = source.shallow(self.lookup.selection)
        likely = optimistic(
            plan.condition, selection.fields if not selection.is_whole else source.reach.known
        )

        def accepts(record: CustomerRecord) -> bool:
            return matches(likely, record, source.reach) is True

        bounded = _RANGES.get(walk.order.field)
        return Reading(
            walk=walk,
            start=start,
            selection=self.lookup.selection,
            operation=self._asker.operation,
            size=self._piece.size + 1,
            bounds=plan.bounds[bounded] if bounded is not None else Bounds(),
            accepts=accepts,
        )

    def _ordered(self, source: Source, reading: Reading, at: int, branch: Branch) -> Stream:
        field = reading.walk.order.field
        arguments = {**branch.arguments, **self._other_range(source, field)}
        reading = replace(reading, arguments=arguments, lane="" if at == 0 else f"/{at}")
        if field in source.table.orders:
            return SortedStream(source, reading)
        return WindowStream(source, reading, self.lookup.census.windows(source, field, arguments))

    def _other_range(self, source: Source, field: OrderField) -> Arguments:
        """Bounds on a time that the list is not sorted by."""
        arguments: dict[str, object] = {}
        for other, bounds in self.plans[source.name].bounds.items():
            kind = source.table.ranges.get(other)
            if kind is not None and other is not _RANGES.get(field) and bounds != Bounds():
                arguments |= kind.render(bounds.low, bounds.high, source.filter_zone)
        return arguments

    async def _looked_up(self, source: Source, plan: SourcePlan) -> Sequence[CustomerRecord]:
        lookup = self.lookup
        if plan.ids is not None:
            found = await asyncio.gather(*(lookup.record(source.name, vendor_id) for vendor_id in plan.ids))
            return [record for record in found if record is not None]
        records = await asyncio.gather(*(lookup.with_key(source.name, key) for key in plan.keys or ()))
        return [record for some in records for record in some]

    async def _is_more(self, scan: Scan, stop: Place | None) -> bool:
        """Whether a customer stands beyond the page. What could not be checked is true."""
        if len(scan.nodes) > self._piece.size or scan.stopped is not None:
            return True
        if isinstance(scan.merge, IndexedMerge):
            return scan.is_bounded or await scan.merge.has_more(0 if self._wanted.nodes else self._piece.size)
        return scan.is_bounded and await self._is_behind(stop, is_turned=False)

    async def _is_behind(self, place: Place | None, *, is_turned: bool = True) -> bool:
        """Whether a customer stands at the place or, seen from the page, behind it."""
        if place is None:
            return False
        walk = self._walk.turned() if is_turned else self._walk
        scan = self._scan(walk, place)
        if isinstance(scan.merge, IndexedMerge):
            return await scan.merge.is_at(place) or await scan.merge.has_more(0)
        if await self._is_at(place, scan):
            return True
        await scan.run(1)
        return bool(scan.nodes) or scan.stopped is not None

    async def _is_at(self, place: Place, scan: Scan) -> bool:
        """The cheap check: mostly the cursor's own customer is still there."""
        if not place.source_name:
            return False
        try:
            customer = await self.lookup.customer(place.source_name, place.vendor_id)
        except GatewayError:
            return False
        if customer is None or any(report.error for report in customer.reports):
            return False
        anchor = scan.anchor(customer)
        return anchor is not None and scan.walk.key(anchor) >= scan.walk.key_of(place)

    def _report(self, scan: Scan) -> None:
        for failure in (*scan.merge.failures.values(), *([scan.stopped] if scan.stopped else [])):
            self._asker.operation.report(failure)

    def _page(self, scan: Scan, *, ahead: bool | None, behind: bool | None) -> CustomerPage:
        is_backward = self._piece.is_backward
        kept = scan.nodes[: self._piece.size]
        edges = [self._edge(scan, at, record, node, len(kept)) for at, (record, node) in enumerate(kept)]
        near, far = (edges[0].cursor, edges[-1].cursor) if edges else (None, None)
        if scan.stopped is not None and len(kept) < self._piece.size:
            reached = scan.reached
            far = (
                far or self._encode(BEGINNING, None) if reached is None else self._encode(reached, scan.merge)
            )
        if is_backward:
            edges.reverse()
        return CustomerPage(
            edges=tuple(edges),
            has_next_page=behind if is_backward else ahead,
            has_previous_page=ahead if is_backward else behind,
            start_cursor=far if is_backward else near,
            end_cursor=near if is_backward else far,
            reports=reports_of(scan, list(self.plans), self._impossible()),
        )

    def _impossible(self) -> frozenset[str]:
        return frozenset(name for name, plan in self.plans.items() if plan.is_impossible)

    def _edge(self, scan: Scan, at: int, record: CustomerRecord, node: Customer, count: int) -> Edge:
        # Clients go on from the ends of a page; hints for the cursors between them would cost more than they save.
        merge = scan.merge if at in {0, count - 1} else None
        return Edge(cursor=self._encode(self._walk.place(record), merge), node=node)

    def _encode(self, place: Place, merge: Merge | IndexedMerge | None) -> str:
        if merge is not None:
            place = msgspec.structs.replace(place, hints=merge.hints(place))
        return self._asker.cursors.encode(place, self._binding)


async def _given(records: Sequence[CustomerRecord]) -> Sequence[CustomerRecord]:
    return records


def binding(
    order: Order, condition: Condition, match: Sequence[MatchField], sources: Sequence[Source]
) -> Mapping[str, str]:
    """What a cursor of this question may be used with."""
    return {
        "order": f"{order.field} {order.direction}",
        "filter": repr(condition),
        "configuration (match rules)": " ".join(match),
        "configuration (sources)": " ".join(source.name for source in sources),
    }
