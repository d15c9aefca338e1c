"""In which zone a vendor reads filter times, where its document does not say: found out by asking for known records."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, tzinfo

from gateway.adapter import Source
from gateway.customer import CustomerRecord, Selection
from gateway.errors import SourceError
from gateway.operation import Operation
from gateway.query import FilterField

_WINTER = frozenset({12, 1, 2})
_SUMMER = frozenset({6, 7, 8})
"""Months in which zones that change their clocks have made up their minds, on either half of the world."""


def is_zone_open(source: Source) -> bool:
    """True where the zone matters and was not yet looked for."""
    kind = source.table.ranges.get(FilterField.CREATED_AT)
    return kind is not None and kind.is_zone_unknown and not source.is_zone_sought


async def learn_zone(source: Source, records: Sequence[CustomerRecord], operation: Operation) -> None:
    """Set the source's filter zone, once in a process, where records of both seasons are at hand to tell it by.

    The zone is UTC or the source's own; one that finds neither record leaves it unknown, and ranges stay wide. A vendor
    that cannot answer is asked again another time.
    """
    if not is_zone_open(source):
        return
    witnesses = [_first(records, _WINTER), _first(records, _SUMMER)]
    known = [record for record in witnesses if record is not None]
    if len(known) < len(witnesses):
        return
    source.is_zone_sought = True
    try:
        for zone in dict.fromkeys((UTC, source.zone)):
            if all([await _is_found(source, record, zone, operation) for record in known]):
                source.filter_zone = zone
                return
    except SourceError:
        source.is_zone_sought = False


def _first(records: Iterable[CustomerRecord], months: frozenset[int]) -> CustomerRecord | None:
    fitting = (
        record for record in records if record.created_at is not None and record.created_at.month in months
    )
    return next(fitting, None)


async def _is_found(source: Source, record: CustomerRecord, zone: tzinfo, operation: Operation) -> bool:
    """Whether the vendor finds the record by the narrowest range around its creation, read in the zone."""
    pager = source.spec.drain
    if pager is None:
        return False
    arguments = source.table.ranges[FilterField.CREATED_AT].render(record.created_at, record.created_at, zone)
    page = await source.page(
        arguments,
        Selection(),
        operation,
        pager=pager,
        position=int(record.vendor_id) - 1,
        limit=1,
    )
    return any(found.vendor_id == record.vendor_id for found in page.records)
