"""Pages of tags and groups: all that the sources list, in order, cut by cursors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from graphql import GraphQLResolveInfo

from gateway.customer import CustomerGroup, Tag
from gateway.errors import InvalidInput
from gateway.planner.connection import Count, CountPrecision, Slice
from gateway.planner.cursor import CursorCodec, Place
from gateway.query import FilterField, Operator, VendorIdKey, fold, vendor_id_key
from resolvers.context import Context
from resolvers.inputs.filter import comparisons_of, given_fields
from resolvers.inputs.query import NamedFilter
from resolvers.loaders import Listed
from resolvers.types.connection import NamedEdge, NamedPage

T = TypeVar("T", Tag, CustomerGroup)

Key = tuple[str, int, VendorIdKey]
"""Folded name, source priority, vendor id: where an item stands."""


async def tags_of(
    context: Context, info: GraphQLResolveInfo[Any], piece: Slice, given: NamedFilter | None
) -> NamedPage[Tag]:
    """A page of the tags of all sources."""
    listed = await context.listings.tags()
    context.note(info, listed.reports)
    return _page(listed, _Question(context, "tags", given), piece)


async def groups_of(
    context: Context, info: GraphQLResolveInfo[Any], piece: Slice, given: NamedFilter | None
) -> NamedPage[CustomerGroup]:
    """A page of the groups of all sources."""
    listed = await context.listings.groups()
    context.note(info, listed.reports)
    return _page(listed, _Question(context, "customerGroups", given), piece)


class _Question:
    """What is listed and how it is sorted: what cursors are bound to."""

    def __init__(self, context: Context, what: str, given: NamedFilter | None) -> None:
        self._sources = context.reader.lookup.sources
        self._cursors: CursorCodec = context.reader.cursors
        self.tests = list(_tests(given))
        self._binding: Mapping[str, str] = {
            "list": what,
            "filter": repr(given),
            "configuration (sources)": " ".join(self._sources),
        }

    def key(self, item: Tag | CustomerGroup) -> Key:
        return self._key_of(fold(item.name or ""), item.source_name, item.vendor_id or "")

    def _key_of(self, name: str, source_name: str, vendor_id: str) -> Key:
        return (name, self._sources[source_name].priority, vendor_id_key(vendor_id, numeric=True))

    def encode(self, item: Tag | CustomerGroup) -> str:
        place = Place(
            value=fold(item.name or ""), source_name=item.source_name, vendor_id=item.vendor_id or ""
        )
        return self._cursors.encode(place, self._binding)

    def decode(self, cursor: str | None, argument: str) -> Key | None:
        if cursor is None:
            return None
        place = self._cursors.decode(cursor, self._binding, argument=argument)
        if place.source_name not in self._sources:
            raise InvalidInput(f"`{argument}` belongs to another configuration; begin again without it.")
        return self._key_of(str(place.value), place.source_name, place.vendor_id)


def _page(listed: Listed[T], question: _Question, piece: Slice) -> NamedPage[T]:
    matching = [item for item in listed.items if all(test(item) for test in question.tests)]
    matching.sort(key=question.key)
    after, before = question.decode(piece.after, "after"), question.decode(piece.before, "before")
    keys = [question.key(item) for item in matching]
    start = 0 if after is None else sum(key <= after for key in keys)
    stop = len(keys) if before is None else sum(key < before for key in keys)
    if piece.is_backward:
        start = max(start, stop - piece.size)
    else:
        stop = min(stop, start + piece.size)
    stop = max(start, stop)
    return NamedPage(
        edges=tuple(NamedEdge(question.encode(item), item) for item in matching[start:stop]),
        has_next_page=stop < len(keys),
        has_previous_page=start > 0,
        total=Count(len(keys), CountPrecision.EXACT),
        reports=listed.reports,
    )


Test = Callable[[Tag | CustomerGroup], bool]


def _tests(given: NamedFilter | None) -> list[Test]:
    """What an item must satisfy; names compare folded, a missing one satisfies nothing."""
    if given is None:
        return []
    tests: list[Test] = []
    for name, spelling, operators in given_fields(given, "filter"):
        field = FilterField(name)
        comparisons = comparisons_of(field, operators, f"filter.{spelling}")
        tests += [_test(field, comparison.operator, comparison.value) for comparison in comparisons]
    return tests


def _test(field: FilterField, operator: Operator, value: object) -> Test:
    if field is FilterField.SOURCE_NAME:
        names = value if isinstance(value, tuple) else (value,)
        return lambda item: item.source_name in names
    return lambda item: item.name is not None and _compares(fold(item.name), operator, value)


def _compares(name: str, operator: Operator, value: object) -> bool:
    if isinstance(value, tuple):
        return name in {fold(one) for one in value}
    wanted = fold(str(value))
    match operator:
        case Operator.CONTAINS:
            return wanted in name
        case Operator.STARTS_WITH:
            return name.startswith(wanted)
        case _:
            return name == wanted
