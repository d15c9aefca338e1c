"""What a source can be asked for: field, filter, order, look-up, list; told from its table and the split of filters."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from gateway.adapter import Source
from gateway.capabilities import CapabilityTable, Support
from gateway.customer import Field, Value
from gateway.planner.evaluation import (
    NATIVE_WAYS,
    Arrangement,
    Sample,
    Verdict,
    Way,
    arrangement_of,
    samples,
    verdict_of,
)
from gateway.query import OrderField
from gateway.spelling import camel
from gateway.writes.matrix import DONE, EMULATED, MUTATIONS

_LIKELY = 'its answer probably covers what is meant: not used by a source with pushdown = "strict"'
_SPELLINGS = "finds only the spellings of an address that the vendor treats as equal"
_SOME = "some values only, the others by the gateway"
_ARRANGED = {
    Arrangement.OWN: Support.NATIVE,
    Arrangement.WINDOWS: Support.EMULATED,
    Arrangement.MEMORY: Support.EMULATED,
    Arrangement.NULLS: Support.UNAVAILABLE,
}


class Feature(Value, frozen=True, kw_only=True):
    """One thing that can be asked for. `name` is dotted, its parts in the API's spelling."""

    name: str
    support: Support
    note: str | None = None


@lru_cache(maxsize=256)
def features(source: Source) -> tuple[Feature, ...]:
    """Everything that the API knows to ask for, what is unavailable included, always in the same order."""
    return (
        *_fields(source),
        *_lists(source),
        *_orders(source),
        *_filters(source),
        *_mutations(source),
    )


def _feature(table: CapabilityTable, name: str, support: Support, note: str | None = None) -> Feature:
    notes = [part for part in (note, table.notes.get(name)) if part]
    return Feature(name=name, support=support, note="; ".join(dict.fromkeys(notes)) or None)


def _fields(source: Source) -> Iterator[Feature]:
    table, known = source.table, source.reach.known
    for field in Field:
        support = Support.NATIVE if field in known else Support.UNAVAILABLE
        deep = field in known and field not in table.listed
        yield _feature(table, camel(field), support, "not in lists, costs further calls" if deep else None)


def _lists(source: Source) -> Iterator[Feature]:
    table, spec = source.table, source.spec
    batch = f"up to {table.batch_size} ids in a call" if spec.by_ids is not None else "a call for each id"
    yield _feature(table, "customers", Support.NATIVE, ", ".join(paging.value for paging in table.paging))
    yield _feature(table, "customer.id", Support.NATIVE, batch)
    yield _feature(table, "customer.email", Support.NATIVE, _SPELLINGS)
    yield _feature(table, "totalCount", _native(is_native=spec.count is not None))
    yield _feature(table, "list.tags", _native(is_native=spec.tags is not None))
    yield _feature(table, "list.customerGroups", _native(is_native=spec.groups is not None))


def _native(*, is_native: bool) -> Support:
    return Support.NATIVE if is_native else Support.UNAVAILABLE


def _orders(source: Source) -> Iterator[Feature]:
    for order in OrderField:
        support = _ARRANGED[arrangement_of(order, source)]
        yield _feature(source.table, f"order.{camel(order)}", support)


def _filters(source: Source) -> Iterator[Feature]:
    for name, group in groupby(samples(), key=filter_name):
        verdicts = [verdict_of(sample.comparison, source) for sample in group]
        general = source.table.notes.get(name.rpartition(".")[0])
        notes = [*_notes(verdicts), *([general] if general else [])]
        yield _feature(source.table, name, _support(verdicts), "; ".join(dict.fromkeys(notes)) or None)


def filter_name(sample: Sample) -> str:
    """What the feature of a comparison is called: `filter.createdAt.gte`."""
    return f"filter.{camel(sample.comparison.field)}.{camel(sample.comparison.operator)}"


def _mutations(source: Source) -> Iterator[Feature]:
    for name, told in MUTATIONS.items():
        cell = told(source.writes)
        is_done = cell.startswith(DONE)
        support = Support.EMULATED if cell == EMULATED else _native(is_native=is_done)
        note = None if cell == DONE else cell.partition(": ")[2] or cell.partition(", ")[2]
        yield Feature(name=f"mutation.{name}", support=support, note=note)


def _support(verdicts: list[Verdict]) -> Support:
    ways = {verdict.way for verdict in verdicts}
    if ways & NATIVE_WAYS:
        return Support.NATIVE
    return Support.UNAVAILABLE if ways == {Way.UNKNOWN} else Support.EMULATED


def _notes(verdicts: list[Verdict]) -> Iterator[str]:
    for verdict in verdicts:
        yield from verdict.notes
    ways = {verdict.way for verdict in verdicts}
    if Way.LIKELY in ways:
        yield _LIKELY
    if ways & NATIVE_WAYS and Way.RESIDUAL in ways:
        yield _SOME
