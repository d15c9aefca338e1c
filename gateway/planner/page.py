"""A page of merged customers: each once, at its anchor, in order, with flags that were checked."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence

from gateway.customer import Customer, CustomerRecord, SourceReport, SourceState
from gateway.errors import BudgetExceeded, DeadlineExceeded, GatewayError, SourceError, SourceTimeout
from gateway.planner.cursor import Place
from gateway.planner.indexed import IndexedMerge
from gateway.planner.lookup import Lookup
from gateway.planner.merge import Merge
from gateway.planner.split import speaks_of_consent
from gateway.planner.walk import Walk
from gateway.query import Condition, matches

_CAUTION = 0.85
_LARGEST_ROUND = 100
_STOPS = (BudgetExceeded, DeadlineExceeded)


class Scan:
    """Takes records off a merge, and keeps those at which a customer stands.

    `stop` is the place that the walk may not reach, `shown` how many of the customers need more than to be known of.
    `stopped` is why the scan ended before its time: nothing was left
    to spend.
    """

    def __init__(  # noqa: PLR0913  # each is a dimension of its own
        self,
        merge: Merge | IndexedMerge,
        lookup: Lookup,
        walk: Walk,
        condition: Condition,
        *,
        start: Place | None = None,
        stop: Place | None = None,
        shown: int = 0,
    ) -> None:
        self.merge = merge
        self.walk = walk
        self.nodes: list[tuple[CustomerRecord, Customer]] = []
        self.stopped: GatewayError | None = None
        self.is_bounded = False
        """True where the walk has reached `stop`."""
        self._lookup = lookup
        self._condition = condition
        self._limit = None if stop is None else walk.key_of(stop)
        self._start = start
        self._shown = shown
        self._taken = 0
        self._scanned: Place | None = None
        self._undecided: CustomerRecord | None = None

    @property
    def is_finished(self) -> bool:
        """True where the whole list was read, and nobody failed on the way."""
        complete = not self.merge.unfinished and not self.merge.failures and self.stopped is None
        return complete and not any(report.error for _, node in self.nodes for report in node.reports)

    async def run(self, count: int) -> None:
        """Until there are `count` customers, or the walk ends, reaches `stop`, or has nothing left to spend."""
        while len(self.nodes) < count and self.stopped is None and not self.is_bounded:
            records = await self.merge.take(min(self._promising(count - len(self.nodes)), self._affordable()))
            self._taken += len(records)
            for failure in self.merge.failures.values():
                if isinstance(failure, SourceTimeout):
                    self._lookup.hung(failure)
            if not records:
                self.stopped = self.merge.stopped
                return
            inside = [
                record for record in records if self._limit is None or self.walk.key(record) < self._limit
            ]
            self.is_bounded = len(inside) < len(records)
            decisions = await asyncio.gather(*map(self._decided, inside))
            self._judge(inside, await self._completed(decisions))

    def _promising(self, wanted: int) -> int:
        """Records that hold about so many customers who stand at them, by those before; rather too few than too many.

        Each further round waits for its vendors again, each record too many may cost look-ups for nothing.
        """
        if not self._taken:
            return wanted
        share = max(len(self.nodes), 1) / self._taken
        return max(wanted, min(_LARGEST_ROUND, round(_CAUTION * wanted / share)))

    def _affordable(self) -> int:
        """How many records to decide at once: what is left is not spread so thin that none of them is decided."""
        return max(1, self._lookup.operation.calls_left // (2 * len(self._lookup.sources)))

    async def _completed(
        self, decisions: Sequence[Customer | GatewayError | None]
    ) -> Sequence[Customer | GatewayError | None]:
        """Those of the customers who will be shown with all that was selected, in as few calls as vendors allow."""
        shown = [(at, decision) for at, decision in enumerate(decisions) if isinstance(decision, Customer)][
            : max(0, self._shown - len(self.nodes))
        ]
        wholes = await asyncio.gather(*(self._lookup.completed(customer) for _, customer in shown))
        completed = list(decisions)
        for (at, _), whole in zip(shown, wholes, strict=True):
            completed[at] = _stop_of(whole) or whole
        return completed

    def _judge(
        self, records: Sequence[CustomerRecord], decisions: Sequence[Customer | GatewayError | None]
    ) -> None:
        for record, decision in zip(records, decisions, strict=True):
            if isinstance(decision, GatewayError):
                self.stopped, self._undecided = decision, record
                return
            self._scanned = self.walk.place(record)
            if decision is not None:
                self.nodes.append((record, decision))

    @property
    def reached(self) -> Place | None:
        """The place up to which everything is decided; None where nothing is."""
        frontier = self.merge.frontier()
        if self._undecided is not None:
            frontier = Place(value=self.walk.value(self._undecided), source_name="", vendor_id="")
        places = [place for place in (self._start, self._scanned, frontier) if place is not None]
        return max(places, key=self.walk.key_of, default=None)

    async def _decided(self, record: CustomerRecord) -> Customer | GatewayError | None:
        """The customer who stands at the record, None where nobody does; or why that could not be found out."""
        try:
            whole = await self._deciding(record)
            if not self._may_stand(whole):
                return None
            customer = await self._lookup.customer_unless(whole, lambda other: self._is_before(other, whole))
        except _STOPS as error:
            return error
        if customer is None:
            return None
        if stop := _stop_of(customer):
            return stop
        place = self.anchor(customer)
        return customer if place is not None and identity(place) == identity(record) else None

    def _may_stand(self, record: CustomerRecord) -> bool:
        """False where the record by itself does not satisfy the filter, whatever else belongs to it."""
        reach = self._lookup.sources[record.source_name].reach
        return speaks_of_consent(self._condition) or matches(self._condition, record, reach) is True

    def _is_before(self, other: CustomerRecord, record: CustomerRecord) -> bool:
        """True where the customer of both stands at the other record, whatever else belongs to it."""
        if identity(other) == identity(record) or speaks_of_consent(self._condition):
            return False
        reach = self._lookup.sources[other.source_name].reach
        if matches(self._condition, other, reach) is not True:
            return False
        return identity(self.walk.anchor((other, record))) == identity(other)

    def anchor(self, customer: Customer) -> CustomerRecord | None:
        """Where the customer stands among its records that the filter admits; None where it admits none."""
        matching = [member for member in customer.records if self._matches(member, customer)]
        return self.walk.anchor(matching) if matching else None

    def _matches(self, member: CustomerRecord, customer: Customer) -> bool:
        reach = self._lookup.sources[member.source_name].reach
        return matches(self._condition, member, reach, customer) is True

    async def _deciding(self, record: CustomerRecord) -> CustomerRecord:
        """The record with all that the filter looks at, which a row may lack."""
        try:
            return await self._lookup.judged(record)
        except SourceError as error:
            self._lookup.operation.report(error)
            return record


def _stop_of(customer: Customer) -> GatewayError | None:
    """What kept a source from being asked although it is well: a page goes no further than that."""
    return next((report.error for report in customer.reports if isinstance(report.error, _STOPS)), None)


def identity(record: CustomerRecord) -> tuple[str, str]:
    """What tells one record from all others."""
    return record.source_name, record.vendor_id


def reports_of(
    scan: Scan, names: Sequence[str], impossible: Collection[str] = ()
) -> tuple[SourceReport, ...]:
    """How far each source took part in a page, in its list and in the look-ups for it; `impossible` had no list."""
    failures: dict[str, GatewayError] = dict(scan.merge.failures)
    for _, customer in scan.nodes:
        for report in customer.reports:
            if report.error is not None:
                failures.setdefault(report.source_name, report.error)
    unfinished: Collection[str] = ()
    if scan.stopped is not None:
        # Where all lists were read to their end, it is the look-ups that are unfinished, of whomever.
        unfinished = scan.merge.unfinished or names
    return tuple(
        SourceReport(source_name=name, state=SourceState.SKIPPED)
        if name in impossible and name not in failures
        else _report(name, failures.get(name), scan.stopped if name in unfinished else None)
        for name in names
    )


def _report(name: str, failure: GatewayError | None, stopped: GatewayError | None) -> SourceReport:
    if failure is not None:
        return SourceReport(source_name=name, state=SourceState.FAILED, error=failure)
    if stopped is not None:
        return SourceReport(source_name=name, state=SourceState.PARTIAL, error=stopped)
    return SourceReport(source_name=name, state=SourceState.COMPLETE)
