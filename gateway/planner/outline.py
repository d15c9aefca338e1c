"""What a question for customers will ask of each source, told before any vendor is called."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from gateway.adapter import Source
from gateway.capabilities import Arguments
from gateway.customer import Field, Selection, Value, Vendor
from gateway.operation import CallKind
from gateway.planner.connection import Slice, Wanted
from gateway.planner.cursor import Place
from gateway.planner.estimate import Numbers, by_id_calls
from gateway.planner.evaluation import TIMES, Arrangement, Part, arrangement_of, parts_of
from gateway.planner.lookup import Lookup
from gateway.planner.split import Branch, SourcePlan, excludes_deleted
from gateway.planner.walk import Bounds
from gateway.planner.zone import is_zone_open
from gateway.query import Condition, Order

Expected: TypeAlias = Mapping[CallKind, int | None]
"""Kind of call → about how many; None where nothing is known to estimate it by."""


class SourceOutline(Value, frozen=True):
    """What one source will be asked. `rows` are about as many as its lists bring, None where nothing is known."""

    source_name: str
    vendor: Vendor
    parts: tuple[Part, ...] = ()
    arrangement: Arrangement | None = None
    """How its records come in order; None where none are listed."""
    expected: Mapping[CallKind, int | None] = {}
    rows: int | None = 0


class Inquiry(Value, frozen=True):
    """A question for customers, with all that decides what it costs."""

    condition: Condition
    order: Order
    piece: Slice
    wanted: Wanted
    plans: Mapping[str, SourcePlan]
    places: tuple[Place, ...]
    """Those of its cursors."""
    small: tuple[str, ...]
    """The sources that are read whole, so that nobody has to be looked up there."""
    is_indexed: bool = False
    """True where the match index chooses the page."""

    @property
    def is_checked(self) -> bool:
        """True where the customer of a cursor is looked for, since a flag is selected."""
        return bool(self.places) and (self.wanted.has_next_page or self.wanted.has_previous_page)

    @property
    def is_scanned(self) -> bool:
        """False where nothing is wanted but a count."""
        wanted = self.wanted
        is_ahead = wanted.has_previous_page if self.piece.is_backward else wanted.has_next_page
        return wanted.nodes or is_ahead or self.is_checked


def outlined(inquiry: Inquiry, lookup: Lookup) -> tuple[SourceOutline, ...]:
    """One outline for each source, in priority order."""
    return tuple(_Sketch(inquiry, lookup, source).outline() for source in lookup.sources.values())


def completing(source: Source, selection: Selection, *, is_looked_up: bool) -> dict[CallKind, int | None]:
    """What rows of a list, or of a look-up, need beyond themselves."""
    fields = source.allowed(selection).fields & source.table.known
    more: dict[CallKind, int | None] = {}
    lacking = fields - source.table.listed or (is_looked_up and fields & source.table.list_only)
    if source.spec.complete is not None and (selection.details or lacking):
        more[CallKind.DETAIL] = None
    if source.spec.group_names and Field.GROUPS in fields:
        more[CallKind.GROUPS] = 1
    return more


class _Sketch:
    """One source's part in an inquiry."""

    def __init__(self, inquiry: Inquiry, lookup: Lookup, source: Source) -> None:
        self._inquiry = inquiry
        self._lookup = lookup
        self._source = source
        self._plan = inquiry.plans[source.name]
        self._is_whole = source.name in inquiry.small or lookup.whole(source) is not None
        self._numbers = Numbers(inquiry.plans, inquiry.piece.size + 1, lookup, source)

    def outline(self) -> SourceOutline:
        arrangement = self._arrangement()
        return SourceOutline(
            source_name=self._source.name,
            vendor=self._source.vendor,
            parts=tuple(parts_of(self._plan, self._source, arrangement, self._inquiry.order.field)),
            arrangement=arrangement,
            expected=self._expected(arrangement),
            rows=self._numbers.rows(Arrangement.WHOLE if self._is_whole else arrangement),
        )

    def _arrangement(self) -> Arrangement | None:
        """As `Question` chooses its streams."""
        plan = self._plan
        if plan.is_impossible or not self._inquiry.is_scanned:
            return None
        if self._inquiry.is_indexed:
            return Arrangement.INDEX
        if self._is_whole and excludes_deleted(plan.condition, self._source):
            return Arrangement.WHOLE
        if plan.ids is not None or plan.keys is not None:
            return Arrangement.LOOK_UP
        return arrangement_of(self._inquiry.order.field, self._source)

    def _expected(self, arrangement: Arrangement | None) -> Expected:
        calls: dict[CallKind, int | None] = {}
        if self._source.name in self._inquiry.small:
            calls[CallKind.LIST] = self._numbers.pages()
        if arrangement is not None:
            calls |= self._streaming(arrangement)
        if self._is_merging():
            calls[CallKind.BY_EMAIL] = self._numbers.by_email()
        if self._inquiry.is_checked and self._source.name in {
            one.source_name for one in self._inquiry.places
        }:
            calls.setdefault(CallKind.BY_ID, 1)
        is_looked_up = not calls.keys().isdisjoint({CallKind.BY_ID, CallKind.BY_IDS, CallKind.BY_EMAIL})
        if calls:
            calls |= completing(self._source, self._lookup.selection, is_looked_up=is_looked_up)
        return calls | self._counting(arrangement)

    def _streaming(self, arrangement: Arrangement) -> dict[CallKind, int | None]:
        if arrangement is Arrangement.WHOLE:
            return {}
        if arrangement is Arrangement.INDEX:
            is_listed = self._source.spec.by_ids is None and bool(self._source.table.ranges)
            return {CallKind.LIST: None} if is_listed else by_id_calls(self._source, None)
        if arrangement is Arrangement.LOOK_UP:
            ids = [one for one in self._plan.ids or () if self._source.may_exist(one)]
            named = self._plan.ids is not None
            return by_id_calls(self._source, len(ids)) if named else {CallKind.BY_EMAIL: None}
        calls: dict[CallKind, int | None] = {}
        for branch in self._plan.branches:
            kind = self._source.listing(branch.arguments)
            calls[kind] = _plus(calls.get(kind, 0), self._numbers.calls(arrangement))
        if arrangement in {Arrangement.MEMORY, Arrangement.NULLS}:
            calls |= by_id_calls(self._source, None)
        if arrangement is Arrangement.WINDOWS and is_zone_open(self._source):
            calls.setdefault(CallKind.LIST, None)
        return calls

    def _is_merging(self) -> bool:
        """True where records' customers are looked for here, by the e-mail addresses of the records."""
        plans, name = self._inquiry.plans, self._source.name
        if (
            self._is_whole
            or not self._inquiry.is_scanned
            or self._source.name in self._lookup.membership.covered
        ):
            return False
        if self._plan.keys is not None:
            return True
        others = any(not plan.is_impossible for other, plan in plans.items() if other != name)
        is_own = not self._plan.is_impossible and not self._source.table.unique_email
        return bool(self._lookup.match) and (others or is_own)

    def _counting(self, arrangement: Arrangement | None) -> dict[CallKind, int | None]:
        """Counts that are selected, that begin a search in the vendor's order, or that size a window."""
        plan, wanted = self._plan, self._inquiry.wanted
        is_named = plan.ids is not None or plan.keys is not None
        if self._inquiry.is_indexed or plan.is_impossible or is_named:
            return {}
        arguments = [self._arguments(branch, arrangement) for branch in plan.branches]
        if not any(map(self._source.can_count, arguments)):
            return {}
        if wanted.total_count and plan.is_superset:
            return {CallKind.COUNT: len(arguments) if arrangement is None else None}
        time = TIMES.get(self._inquiry.order.field)
        is_bounded = time is not None and plan.bounds.get(time, Bounds()) != Bounds()
        is_searched = arrangement is Arrangement.OWN and (self._inquiry.places or is_bounded)
        return {CallKind.COUNT: None} if is_searched or arrangement is Arrangement.WINDOWS else {}

    def _arguments(self, branch: Branch, arrangement: Arrangement | None) -> Arguments:
        """Of a list that would be counted: the names matter, whatever the window."""
        arguments = dict(branch.arguments)
        now = self._source.clock.now()
        for field, kind in self._source.table.ranges.items():
            bounds = self._plan.bounds.get(field, Bounds())
            if arrangement is Arrangement.WINDOWS and TIMES.get(self._inquiry.order.field) is field:
                arguments |= kind.render(now, now, self._source.filter_zone)
            elif bounds != Bounds():
                arguments |= kind.render(bounds.low, bounds.high, self._source.filter_zone)
        return arguments


def _plus(first: int | None, second: int | None) -> int | None:
    return None if first is None or second is None else first + second
