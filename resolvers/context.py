"""What the resolvers of one operation share: its reader, its document, and the failures that its answer has to tell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeAlias

from graphql import FieldNode, GraphQLResolveInfo
from strawberry.types.info import Info

from gateway.access import Caller
from gateway.customer import SourceReport
from gateway.errors import GatewayError
from gateway.planner.connection import Wanted
from gateway.planner.reader import Reader
from resolvers.loaders import Listings
from resolvers.selection import Document, wanted_of


class Context:
    """One operation's context.

    `noted` are failures that left data standing, each with the response key of the root field that met it.
    """

    def __init__(self, reader: Reader, document: Document, caller: Caller) -> None:
        self.reader = reader
        self.caller = caller
        self.listings = Listings(reader)
        self.noted: list[tuple[str, GatewayError]] = []
        self._document = document
        self._told: set[tuple[str, ...]] = set()

    def forget(self) -> None:
        """Something was written: what the operation asks for from now on is read again."""
        self.reader.forget()
        self.listings = Listings(self.reader)

    def note(self, info: GraphQLResolveInfo[Any], reports: Iterable[SourceReport]) -> None:
        """Keep the failures of an answer for the response's errors."""
        key = str(info.path.as_list()[0])
        self.noted += [(key, report.error) for report in reports if report.error is not None]

    def is_told(self, info: GraphQLResolveInfo[Any]) -> bool:
        """Whether the field's refusal is in the answer already: once says as much as once for each row."""
        place = tuple(part for part in info.path.as_list() if isinstance(part, str))
        was_told = place in self._told
        self._told.add(place)
        return was_told

    def wanted(self, nodes: Iterable[FieldNode]) -> Wanted:
        """The parts of a connection that its field selects."""
        return wanted_of(self._document, nodes)


Asked: TypeAlias = Info[Context, None]
"""What a resolver is told of the field that asks."""


def raw_of(info: Asked) -> GraphQLResolveInfo[Any]:
    """graphql-core's own view of the field: path and nodes."""
    return info._raw_info  # noqa: SLF001  # Strawberry has no public way to the nodes


def context_of(info: Asked) -> Context:
    """The operation's context."""
    context: Context = raw_of(info).context
    return context
