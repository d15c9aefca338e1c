"""The root field of every read."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Annotated, TypeVar

import strawberry

from gateway import adapter
from gateway import customer as domain
from gateway.errors import InvalidInput
from gateway.planner import connection
from gateway.planner.connection import Slice, slice_of
from resolvers import identifier
from resolvers import node as nodes_by
from resolvers.context import Asked, context_of, raw_of
from resolvers.description import told
from resolvers.enumeration import Direction, OrderField
from resolvers.inputs.filter import condition_of, order_of
from resolvers.inputs.query import CustomerBy, CustomerFilter, CustomerOrder, NamedFilter
from resolvers.listing import groups_of, tags_of
from resolvers.types.connection import (
    CustomerConnection,
    CustomerGroupConnection,
    NamedPage,
    TagConnection,
)
from resolvers.types.customer import Customer
from resolvers.types.node import Node
from resolvers.types.source import Source

MOST_IDS = 100
"""Nodes that one field answers, as many as a page has."""

First = Annotated[int | None, strawberry.argument(description="How many from the beginning: 0 to 100; 20.")]
After = Annotated[str | None, strawberry.argument(description="A cursor: only what comes after it.")]
Last = Annotated[int | None, strawberry.argument(description="How many from the end: 0 to 100.")]
Before = Annotated[str | None, strawberry.argument(description="A cursor: only what comes before it.")]
Named = Annotated[
    NamedFilter | None, strawberry.argument(name="filter", description="Which of them; null: all.")
]
By = Annotated[CustomerBy, strawberry.argument(description="Whom to find.")]
Id = Annotated[strawberry.ID, strawberry.argument(name="id", description="A global id as this API gave it.")]
Ids = Annotated[
    list[strawberry.ID], strawberry.argument(description="Global ids as this API gave them, at most 100.")
]
Name = Annotated[str, strawberry.argument(description="The source's name, as it is configured.")]
Filter = Annotated[
    CustomerFilter | None,
    strawberry.argument(name="filter", description="Which customers; null: all that are not deleted."),
]
OrderBy = Annotated[
    CustomerOrder | None,
    strawberry.argument(description="How they are sorted; null: the newest first."),
]
_NEWEST = CustomerOrder(field=OrderField.CREATED_AT, direction=Direction.DESC)


T = TypeVar("T")


def _given(value: T | None) -> T | None:
    """Left out and null mean the same in an argument."""
    return None if value is strawberry.UNSET else value


def _slice(first: int | None, after: str | None, last: int | None, before: str | None) -> Slice:
    return slice_of(first=_given(first), after=_given(after), last=_given(last), before=_given(before))


async def _found(info: Asked, value: str, argument: str) -> nodes_by.Found | None:
    context = context_of(info)
    found = await nodes_by.node(context, identifier.decode(value, argument=argument))
    if isinstance(found, domain.Customer):
        context.note(raw_of(info), found.reports)
    return found


async def _customer_by(info: Asked, by: CustomerBy) -> domain.Customer | None:
    reader = context_of(info).reader
    if isinstance(by.email, str):
        return await reader.customer_by_email(nodes_by.text(by.email, "by.email"))
    if isinstance(by.id, str):
        node_id = identifier.decode(by.id, argument="by.id")
        if node_id.type_name not in (identifier.CUSTOMER, identifier.RECORD):
            raise InvalidInput(f"`by.id` is the id of a {node_id.type_name}, not of a customer or a record.")
        return await reader.customer(node_id.source_name, node_id.key)
    key = by.record
    if not key:
        raise InvalidInput("`by` needs exactly one of `id`, `email` and `record`.")
    vendor_id = nodes_by.text(key.vendor_id, "by.record.vendorId")
    return await reader.customer(key.source_name, vendor_id)


async def _node(info: Asked, id_: Id) -> nodes_by.Found | None:
    return await _found(info, id_, "id")


async def _nodes(info: Asked, ids: Ids) -> list[nodes_by.Found | BaseException | None]:
    """An exception in a node's place is that node's error alone."""
    if len(ids) > MOST_IDS:
        raise InvalidInput(f"`ids` takes at most {MOST_IDS} ids, not {len(ids)}.")
    answers = (_found(info, value, f"ids[{at}]") for at, value in enumerate(ids))
    return await asyncio.gather(*answers, return_exceptions=True)


async def _customer(info: Asked, by: By) -> domain.Customer | None:
    found = await _customer_by(info, by)
    if found is not None:
        context_of(info).note(raw_of(info), found.reports)
    return found


async def _customers(  # noqa: PLR0913, PLR0917  # the API's own arguments
    info: Asked,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
    filter_: Filter = strawberry.UNSET,
    order_by: OrderBy = _NEWEST,
) -> connection.CustomerPage:
    context = context_of(info)
    piece = _slice(first, after, last, before)
    wanted = context.wanted(raw_of(info).field_nodes)
    order, condition = order_of(order_by), condition_of(_given(filter_))
    field = str(raw_of(info).path.as_list()[0])
    page = await context.reader.customers(order, condition, piece, wanted, field)
    context.note(raw_of(info), page.reports)
    return page


async def _tags(
    info: Asked,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
    filter_: Named = strawberry.UNSET,
) -> NamedPage[domain.Tag]:
    piece = _slice(first, after, last, before)
    return await tags_of(context_of(info), raw_of(info), piece, _given(filter_))


async def _customer_groups(
    info: Asked,
    first: First = strawberry.UNSET,
    after: After = strawberry.UNSET,
    last: Last = strawberry.UNSET,
    before: Before = strawberry.UNSET,
    filter_: Named = strawberry.UNSET,
) -> NamedPage[domain.CustomerGroup]:
    piece = _slice(first, after, last, before)
    return await groups_of(context_of(info), raw_of(info), piece, _given(filter_))


def _sources(info: Asked) -> Sequence[adapter.Source]:
    return context_of(info).reader.sources


def _source(info: Asked, name: Name) -> adapter.Source | None:
    return context_of(info).reader.source(name)


@strawberry.type(description="Reads. Nothing is kept: every answer comes from the vendors.")
class Query:
    """Resolvers give the domain's values; the types say how they look."""

    node: Node | None = told("Anything by its global id; null where there is none.", resolver=_node)
    nodes: list[Node | None] = told(
        "Several nodes, in the order of their ids; null for each that there is none of.", resolver=_nodes
    )
    customer: Customer | None = told("One customer; null where there is none.", resolver=_customer)
    customers: CustomerConnection = told(
        "Customers of all sources, merged, a page at a time.", resolver=_customers
    )
    tags: TagConnection = told("Tags of the sources that list them, by name.", resolver=_tags)
    customer_groups: CustomerGroupConnection = told(
        "Customer groups of the sources that list them, by name.", resolver=_customer_groups
    )
    sources: list[Source] = told("The sources that the caller may see, in priority order.", resolver=_sources)
    source: Source | None = told("One source by its name; null where there is none.", resolver=_source)
