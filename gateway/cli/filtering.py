"""The printed reference of filters and orders: what each vendor evaluates itself, as the planner splits it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from gateway.adapter import Source
from gateway.cli.grid import Grid
from gateway.clock import SystemClock
from gateway.feature import filter_name
from gateway.planner.evaluation import (
    Arrangement,
    Sample,
    Way,
    arrangement_of,
    samples,
    verdict_of,
)
from gateway.query import OPERATORS, Operator, OrderField
from gateway.sandbox.source import sources
from gateway.server import build_source, source_types
from gateway.spelling import camel
from gateway.transport import HttpTransport

_HEAD = """\
# Who evaluates a filter

Printed by `gateway docs`, by splitting one sample filter of each kind for each vendor: what stands here is what the
planner does. Every filter is legal everywhere and means the same everywhere; the tables tell what it costs. Beside
another filter a comparison may cost less: what is residual then reads only what the others let through.

## Filters
"""

_ORDERS = """\
## Orders
"""

_MEANINGS: Mapping[Way, str] = {
    Way.EXACT: "the vendor gives just the records that match",
    Way.SUPERSET: "the vendor gives all of them and perhaps more; the gateway checks each again",
    Way.LIKELY: "as a superset, but whether it is one the vendor's document leaves open: under "
    '`pushdown = "strict"` the way after the arrow is taken',
    Way.LOOK_UP: "asked for by id or e-mail, without reading a list",
    Way.BOUND: "sorted by this time, the vendor's list is read only as far as the bound; else residual",
    Way.RESIDUAL: "the gateway reads the list and evaluates it itself",
    Way.DECIDED: "the same on all records of the source, so no call is needed for it",
    Way.UNKNOWN: "the vendor never tells: nobody matches, and where the filter needs it, the source is not asked",
}
_ARRANGEMENTS: Mapping[Arrangement, str] = {
    Arrangement.OWN: "the vendor sorts; any amount of data",
    Arrangement.WINDOWS: "read by windows of time, each sorted; any amount of data",
    Arrangement.MEMORY: "all that may match is read and sorted first, up to `limits.in_memory_records`, and kept "
    "for `cache.scan_ttl`",
    Arrangement.NULLS: "the vendor never has the value: its customers come last, read as in memory once it is "
    "their turn",
}


_DIRECT = frozenset(
    camel(field) for field, operators in OPERATORS.items() if operators <= {Operator.EQ, Operator.MATCHES}
)


def filtering() -> str:
    """The whole document."""
    trusting, strict = _sources("trusting"), _sources("strict")
    headings = [source.vendor.value for source in trusting]
    filters = Grid(headings=["filter", "value", *headings], rows=list(_filter_rows(trusting, strict)))
    rows = [
        [f"`{order.name}`", *(arrangement_of(order, source).value for source in trusting)]
        for order in OrderField
    ]
    orders = Grid(headings=["order", *headings], rows=rows)
    return "\n".join(
        [_HEAD, _list(_MEANINGS), filters.markdown(), _ORDERS, _list(_ARRANGEMENTS), orders.markdown()]
    )


def _list(meanings: Mapping[Way, str] | Mapping[Arrangement, str]) -> str:
    return "".join(f"- {name.value}: {text}\n" for name, text in meanings.items())


def _sources(pushdown: str) -> Sequence[Source]:
    """A source for each vendor, able to do all that the vendor's credentials may allow. They are never asked."""
    types, transport, clock = source_types(), HttpTransport(), SystemClock()
    tables = [{**table, "pushdown": pushdown} for table in sources("http://localhost")]
    settings = [types[str(table["vendor"])].model_validate(table) for table in tables]
    return [
        build_source(one, priority=at, transport=transport, clock=clock)
        for at, one in enumerate(settings, start=1)
    ]


def _filter_rows(trusting: Sequence[Source], strict: Sequence[Source]) -> Iterable[Sequence[str]]:
    """A row for each operator, more where the way depends on the value."""
    for name, group in groupby(samples(), key=filter_name):
        rows: dict[tuple[str, ...], list[str]] = {}
        for sample in group:
            cells = tuple(_cell(sample, *pair) for pair in zip(trusting, strict, strict=True))
            rows.setdefault(cells, []).append(sample.kind)
        for cells, kinds in rows.items():
            yield [f"`{_spelled(name)}`", ", ".join(kinds) if len(rows) > 1 else "", *cells]


def _spelled(name: str) -> str:
    """As a filter has it: `filter.has.eq` is `has`, since that takes its values directly."""
    _, field, operator = name.split(".")
    return field if field in _DIRECT else f"{field}.{operator}"


def _cell(sample: Sample, trusting: Source, strict: Source) -> str:
    way, sure = (verdict_of(sample.comparison, source) for source in (trusting, strict))
    return way.way.value if way.way is sure.way else f"{way.way.value} → {sure.way.value}"
