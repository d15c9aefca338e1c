"""The machinery that runs any vendor: one `Source` turns a spec's calls into records and errors."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta, tzinfo
from typing import Any, TypeAlias, TypeVar
from zoneinfo import ZoneInfo

import msgspec

from gateway.call import Call, Flow, Rows
from gateway.capabilities import Arguments
from gateway.clock import Clock
from gateway.customer import (
    ALL_FIELDS,
    CustomerGroup,
    CustomerRecord,
    Field,
    Json,
    Selection,
    Tag,
    Value,
    Vendor,
)
from gateway.errors import (
    CustomerNotFound,
    SourceError,
    Unsupported,
    VendorMisbehaved,
)
from gateway.exchange import Exchange
from gateway.operation import CallKind, Operation
from gateway.paging import Pager
from gateway.query import FilterField
from gateway.retrieval import Retrieval, may_be_id
from gateway.settings import SourceSettings
from gateway.spec import AnySpec, Listing, Origin
from gateway.transport import Transport
from gateway.write import Writes

T = TypeVar("T")

Found: TypeAlias = CustomerRecord | SourceError | None
"""What a look-up gives for one id: the record, why it is not known, or None where the vendor has none."""


WHOLE = Selection(fields=ALL_FIELDS, details=True)
"""All that a vendor tells of a record."""

_LISTED = {CallKind.TAGS: "tags", CallKind.GROUPS: "customer groups"}

WIDEST_OFFSET = timedelta(hours=14)
"""No zone is further from UTC."""


class Page(Value, frozen=True):
    """Records of one list call in the vendor's order; `following` is the pager's next position, None at the end."""

    records: tuple[CustomerRecord, ...]
    total: int | None
    following: int | None


class Source:
    """One configured account at a vendor. Every method spends from the operation that it is given."""

    def __init__(
        self,
        settings: SourceSettings,
        spec: AnySpec,
        *,
        priority: int,
        transport: Transport,
        clock: Clock,
        cache_ttl: float,
    ) -> None:
        self.name = settings.name
        self.settings = settings
        self.spec = spec
        self.table = spec.table
        self.priority = priority
        self.clock = clock
        self.exchange = Exchange(settings, spec, transport=transport, clock=clock, cache_ttl=cache_ttl)
        self.reach = spec.table.reach(self.exchange.lacks)
        self.zone = ZoneInfo(settings.timezone)
        """Of the vendor's times that name none."""
        self.filter_zone: tzinfo | None = None
        """The zone of filter times, once it is known; see `Range.is_zone_unknown`."""
        self.is_zone_sought = False

    @property
    def vendor(self) -> Vendor:
        """Which product this is an account of."""
        return self.spec.vendor

    def overfetch(self, field: FilterField) -> timedelta:
        """How much more than was asked for a range brings, in time, while the zone of filter times is not known."""
        unknown = self.table.ranges[field].is_zone_unknown and self.filter_zone is None
        return 2 * WIDEST_OFFSET if unknown else timedelta()

    def allowed(self, selection: Selection) -> Selection:
        """The selection less what this source's credentials may not read: that is unknown on its records."""
        return msgspec.structs.replace(selection, fields=selection.fields - self.exchange.lacks)

    async def by_ids(
        self, ids: Sequence[str], selection: Selection, operation: Operation
    ) -> dict[str, Found]:
        """Records by vendor id, each asked for once; never raises for a source's failure."""
        selection = self.allowed(selection)
        wanted = [vendor_id for vendor_id in dict.fromkeys(ids) if self.may_exist(vendor_id)]
        retrieval = Retrieval(self.spec, lambda calls, kind: self._all(calls, operation, kind))
        rows, failures = await retrieval.rows(wanted, selection)
        try:
            records = await self._records(rows, selection, operation)
        except SourceError as error:
            return {**dict.fromkeys(ids), **dict.fromkeys(wanted, error)}
        found: dict[str, Found] = {**dict.fromkeys(ids), **failures}
        found.update((record.vendor_id, record) for record in records if record.vendor_id in found)
        return found

    def may_exist(self, vendor_id: str) -> bool:
        """False for what cannot be an id of this vendor's: it is not asked for."""
        return may_be_id(vendor_id, is_number=self.table.numeric_ids)

    async def by_spelling(
        self, address: str, selection: Selection, operation: Operation
    ) -> tuple[CustomerRecord, ...]:
        """Records that the vendor finds by one spelling of an address, as their rows tell them; see `page`.

        The caller compares match keys.
        """
        selection = self.allowed(selection)
        call = self.spec.by_email(address, selection)
        try:
            rows = await self._ask(call, operation, CallKind.BY_EMAIL, is_cached=True)
        except CustomerNotFound:
            return ()
        return await self._read([rows], selection, operation)

    async def page(  # noqa: PLR0913  # each is a dimension of its own
        self,
        arguments: Arguments,
        selection: Selection,
        operation: Operation,
        *,
        pager: Pager,
        position: int,
        limit: int,
        is_cached: bool = False,
    ) -> Page:
        """One page of the vendor's list, as its rows tell it: what only `completed` brings is still unknown."""
        call = self.spec.page({**arguments, **pager.arguments(position, limit)}, self.shallow(selection))
        rows = await self._ask(call, operation, self.listing(arguments), is_cached=is_cached)
        ids = [self.spec.row_id(row) for row in rows.rows]
        records = await self._read([rows], selection, operation)
        return Page(records=records, total=rows.total, following=pager.following(position, limit, ids))

    def listing(self, arguments: Arguments) -> CallKind:
        """What a page of the list under these arguments is: a search where it has another endpoint than the list."""
        plain, asked = (self.spec.page(given, Selection()).request for given in ({}, arguments))
        return CallKind.LIST if asked.path == plain.path else CallKind.SEARCH

    def shallow(self, selection: Selection) -> Selection:
        """The part of a selection that list rows carry."""
        selection = self.allowed(selection)
        if self.spec.complete is None:
            return selection
        return msgspec.structs.replace(selection, fields=selection.fields & self.table.listed)

    async def completed(
        self, records: Sequence[CustomerRecord], selection: Selection, operation: Operation
    ) -> tuple[CustomerRecord, ...]:
        """Records of `page` with all that was selected, in the same order."""
        if self.spec.complete is None:
            return tuple(records)
        selection = self.allowed(selection)
        raws = [record.raw for record in records] if selection.raw else None
        return await self._records(
            [Rows(rows=[record.details for record in records], raws=raws)], selection, operation
        )

    async def count(self, arguments: Arguments, operation: Operation) -> int | None:
        """How many records match the arguments; None where the vendor cannot count them."""
        if self.spec.count is None or not self.can_count(arguments):
            return None
        return await self._ask(self.spec.count(arguments), operation, CallKind.COUNT)

    def can_count(self, arguments: Arguments) -> bool:
        """True where the vendor counts lists under these arguments."""
        countable = self.table.countable
        return self.spec.count is not None and (countable is None or set(arguments) <= countable)

    async def tags(self, operation: Operation) -> tuple[Tag, ...]:
        """All tags that the vendor lists; raises `Unsupported` where it cannot."""
        named = await self._listed(self.spec.tags, CallKind.TAGS, operation)
        return tuple(Tag(source_name=self.name, vendor_id=key, name=name or key or "") for key, name in named)

    async def groups(self, operation: Operation) -> tuple[CustomerGroup, ...]:
        """All customer groups that the vendor lists; raises `Unsupported` where it cannot."""
        named = await self._listed(self.spec.groups, CallKind.GROUPS, operation)
        return tuple(
            CustomerGroup(source_name=self.name, vendor_id=key or "", name=name) for key, name in named
        )

    async def _listed(
        self, listing: Listing | None, kind: CallKind, operation: Operation
    ) -> list[tuple[str | None, str | None]]:
        if listing is None:
            raise Unsupported(f"{self.name}: {self.vendor} cannot list {_LISTED[kind]}.")
        found: list[tuple[str | None, str | None]] = []
        position: int | None = listing.pager.start
        while position is not None:
            arguments = listing.pager.arguments(position, listing.page_size)
            named = await self._ask(listing.page(arguments), operation, kind, is_cached=True)
            found += [(one.vendor_id, one.name) for one in named]
            position = listing.pager.following(
                position, listing.page_size, [one.vendor_id or "" for one in named]
            )
        return found

    @property
    def writes(self) -> Writes[Any]:
        """What this source can write."""
        declared = self.spec.writes
        return Writes() if declared is None else declared(self.settings)

    async def whole(self, vendor_id: str, operation: Operation) -> CustomerRecord | None:
        """One record with all that its vendor tells, None where there is none; raises the source's failure."""
        found = (await self.by_ids([vendor_id], WHOLE, operation))[vendor_id]
        if isinstance(found, SourceError):
            raise found
        return found

    async def write(self, call: Call[T], operation: Operation) -> T:
        """Send a write once. Nothing read before it, remembered or under way, serves a later question."""
        try:
            return await self._ask(call, operation, CallKind.WRITE)
        finally:
            self.exchange.forget()

    async def probe(self, operation: Operation) -> None:
        """One cheap call; raises what stands between us and the vendor."""
        await self._ask(self.spec.probe(), operation, CallKind.PROBE)

    async def _ask(
        self, call: Call[T], operation: Operation, kind: CallKind, *, is_cached: bool = False
    ) -> T:
        if operation.kinds is not None:
            request = call.request
            key = (self.name, request.method, request.path, request.query, request.body)
            operation.kinds.setdefault(key, kind)
        answer = await self.exchange.ask(call, operation, is_cached=is_cached)
        if isinstance(answer, Rows):
            operation.rows[self.name] = operation.rows.get(self.name, 0) + len(answer.rows)
        return answer

    async def _all(self, calls: Iterable[Call[Any]], operation: Operation, kind: CallKind) -> list[Any]:
        """The answers in the calls' order, a `SourceError` in the place of one that failed."""

        async def caught(call: Call[Any]) -> Any:  # noqa: ANN401  # calls of one flow may answer different things
            try:
                return await self._ask(call, operation, kind)
            except SourceError as error:
                return error

        return await asyncio.gather(*map(caught, calls))

    async def _records(
        self, answers: Sequence[Rows[Any]], selection: Selection, operation: Operation
    ) -> tuple[CustomerRecord, ...]:
        """Records with all that was selected: what a row's own endpoint does not carry is asked for."""
        if self.spec.complete is None:
            return await self._read(answers, selection, operation)
        rows = [row for answer in answers for row in answer.rows]
        if not rows:
            return ()
        whole = await self.driven(self.spec.complete(rows, selection), operation)
        return await self._read([Rows(rows=whole, raws=_raws(answers))], selection, operation)

    async def _read(
        self, answers: Sequence[Rows[Any]], selection: Selection, operation: Operation
    ) -> tuple[CustomerRecord, ...]:
        rows = [row for answer in answers for row in answer.rows]
        if not rows:
            return ()
        raws = _raws(answers) if selection.raw else [None] * len(rows)
        origin = Origin(
            source_name=self.name,
            zone=self.zone,
            currency=self.settings.currency,
            fetched_at=self.clock.now(),
            names=await self._group_names(selection, operation),
        )
        return tuple(self._record(row, raw, origin) for row, raw in zip(rows, raws, strict=True))

    def _record(self, row: msgspec.Struct, raw: Json, origin: Origin) -> CustomerRecord:
        try:
            record = self.spec.read(row, origin)
        except ValueError as error:
            raise VendorMisbehaved(
                f"{self.name} ({self.vendor}) sent a customer that cannot be read: {error}.", source=self.name
            ) from error
        return record if raw is None else msgspec.structs.replace(record, raw=without(raw, self.spec.secrets))

    async def driven(self, flow: Flow[T], operation: Operation) -> T:
        """A flow's result: its calls are made, their answers and failures handed back. Raises what it raises."""
        answers: Sequence[Any] | None = None
        while True:
            try:
                calls = next(flow) if answers is None else flow.send(answers)
            except StopIteration as end:
                result: T = end.value
                return result
            answers = await self._all(calls, operation, CallKind.DETAIL)

    async def _group_names(self, selection: Selection, operation: Operation) -> Mapping[str, str]:
        """Group id → name; a list of groups that cannot be had leaves the names unknown, and is reported."""
        if not self.spec.group_names or Field.GROUPS not in selection.fields:
            return {}
        try:
            groups = await self.groups(operation)
        except SourceError as error:
            operation.report(error)
            return {}
        return {group.vendor_id: group.name for group in groups if group.name}


def _raws(answers: Sequence[Rows[Any]]) -> list[Json]:
    return [raw for answer in answers for raw in (answer.raws or [None] * len(answer.rows))]


def without(raw: Json, secrets: frozenset[str]) -> Json:
    """Raw JSON less the named fields, at any depth."""
    if isinstance(raw, dict):
        return {key: without(value, secrets) for key, value in raw.items() if key not in secrets}
    if isinstance(raw, list):
        return [without(value, secrets) for value in raw]
    return raw
