"""Connections: pages of customers, tags and groups, after Relay's rules."""

from __future__ import annotations

from typing import Generic, TypeVar

import msgspec
import strawberry

from gateway import customer as domain
from gateway.customer import SourceReport
from gateway.planner import connection
from resolvers.description import told
from resolvers.enumeration import CountPrecision
from resolvers.types.customer import Customer
from resolvers.types.source import Completeness, Reports, reports_of
from resolvers.types.value import CustomerGroup, Tag

T = TypeVar("T", domain.Tag, domain.CustomerGroup)


class NamedEdge(msgspec.Struct, Generic[T], frozen=True):
    """A tag or group and where it stands."""

    cursor: str
    node: T


class NamedPage(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """A page of tags or groups: the same shape as a page of customers."""

    edges: tuple[NamedEdge[T], ...]
    has_next_page: bool
    has_previous_page: bool
    total: connection.Count
    reports: tuple[SourceReport, ...]

    @property
    def start_cursor(self) -> str | None:
        """The first edge's cursor, None on an empty page."""
        return self.edges[0].cursor if self.edges else None

    @property
    def end_cursor(self) -> str | None:
        """The last edge's cursor, None on an empty page."""
        return self.edges[-1].cursor if self.edges else None


@strawberry.type(description="How many there are, and how exact that is.")
class Count:
    """See `gateway.planner.connection.Count`."""

    value: int = told("The number.")
    precision: CountPrecision = told("How near the number is to the truth.")


@strawberry.federation.type(
    shareable=True, description="Where a page begins and ends, and whether there is more."
)
class PageInfo:
    """Relay's, so other subgraphs have it too. Both flags are checked, never guessed; one that could not be is true."""

    has_next_page: bool = told("Whether there is more after the page.")
    has_previous_page: bool = told("Whether there is more before the page.")
    start_cursor: str | None = told(
        "Where the page begins; without edges it is the position up to which a page going backward was scanned."
    )
    end_cursor: str | None = told(
        "Where the page ends; without edges it is the position up to which the page was scanned."
    )


def _nodes(parent: strawberry.Parent[connection.CustomerPage]) -> list[domain.Customer]:
    return [edge.node for edge in parent.edges]


def _itself(parent: strawberry.Parent[connection.CustomerPage]) -> connection.CustomerPage:
    """The page's own attributes are those of its `PageInfo`."""
    return parent


def _completeness(parent: strawberry.Parent[connection.CustomerPage]) -> Reports:
    return reports_of(parent.reports)


_EDGES = "The items of the page with their cursors."
_NODES = "The items of the page."
_PAGE_INFO = "Where the page begins and ends, and whether there is more."
_COMPLETENESS = "Which sources the page was made from."


@strawberry.type(description="A customer and where it stands in the list.")
class CustomerEdge:
    """See `gateway.planner.connection.Edge`."""

    cursor: str = told("The position: `after` and `before` take it.")
    node: Customer = told("The customer.")


@strawberry.type(description="A page of customers.")
class CustomerConnection:
    """See `gateway.planner.connection.CustomerPage`."""

    edges: list[CustomerEdge] = told(_EDGES)
    nodes: list[Customer] = told(_NODES, resolver=_nodes)
    page_info: PageInfo = told(_PAGE_INFO, resolver=_itself)
    total: Count | None = told(
        "How many customers match, on all pages; null where no vendor can tell without reading everything.",
        name="totalCount",
    )
    completeness: Completeness = told(_COMPLETENESS, resolver=_completeness)


@strawberry.type(description="A tag and where it stands in the list.")
class TagEdge:
    """See `NamedEdge`."""

    cursor: str = told("The position: `after` and `before` take it.")
    node: Tag = told("The tag.")


@strawberry.type(description="A page of tags.")
class TagConnection:
    """See `NamedPage`."""

    edges: list[TagEdge] = told(_EDGES)
    nodes: list[Tag] = told(_NODES, resolver=_nodes)
    page_info: PageInfo = told(_PAGE_INFO, resolver=_itself)
    total: Count | None = told("How many tags match, on all pages.", name="totalCount")
    completeness: Completeness = told(_COMPLETENESS, resolver=_completeness)


@strawberry.type(description="A customer group and where it stands in the list.")
class CustomerGroupEdge:
    """See `NamedEdge`."""

    cursor: str = told("The position: `after` and `before` take it.")
    node: CustomerGroup = told("The group.")


@strawberry.type(description="A page of customer groups.")
class CustomerGroupConnection:
    """See `NamedPage`."""

    edges: list[CustomerGroupEdge] = told(_EDGES)
    nodes: list[CustomerGroup] = told(_NODES, resolver=_nodes)
    page_info: PageInfo = told(_PAGE_INFO, resolver=_itself)
    total: Count | None = told("How many groups match, on all pages.", name="totalCount")
    completeness: Completeness = told(_COMPLETENESS, resolver=_completeness)
