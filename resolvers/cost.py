"""What an operation may cost in vendor calls, told from its document and variables alone, before any call is made.

An estimate, for refusing what is out of proportion: each row of a page is looked up at every other source, one call
each, and completed where a vendor's list rows lack what is selected. Caches, batch calls and the match index make the
real figure smaller; windows of time and rows that stand elsewhere in the list make it larger. That one has a budget.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from graphql import FieldNode, OperationType

from gateway.adapter import Source
from gateway.customer import Json, Selection
from gateway.planner.connection import DEFAULT_SIZE, MAXIMUM_SIZE
from resolvers.selection import Document, wanted_of

PAGES = 4
"""Of the largest pages that one operation may ask for, where the configuration does not say."""
_WRITE = 3
"""Calls of a write at one source: reading what is there, writing, reading back."""


def default_limit(sources: Sequence[Source]) -> int:
    """What `PAGES` of the largest pages cost, with everything selected."""
    return PAGES * (len(sources) + MAXIMUM_SIZE * (2 * len(sources) - 1))


def cost_of(document: Document, sources: Sequence[Source], selection: Selection) -> int:
    """Vendor calls that the operation is expected to need, over the sources that its caller may see."""
    nodes = {(node.alias or node.name).value: node for node in document.roots()}
    question = _Question(document, sources, selection)
    if document.operation.operation is OperationType.MUTATION:
        return sum(question.write(node) for node in nodes.values())
    return sum(question.read(node) for node in nodes.values())


class _Question:
    """One operation, root field by root field."""

    def __init__(self, document: Document, sources: Sequence[Source], selection: Selection) -> None:
        self._document = document
        self._sources = len(sources)
        self._completions = sum(_is_completed(source, selection) for source in sources)

    def read(self, node: FieldNode) -> int:
        """What a field of Query costs; one that is not listed here asks no vendor."""
        reckon = _READS.get(node.name.value)
        return 0 if reckon is None else reckon(self, self._arguments(node), node)

    def write(self, node: FieldNode) -> int:
        """What a field of Mutation costs: as many writes as it names customers, at least one."""
        given = self._arguments(node).get("input")
        named = [_length(given.get(name)) for name in ("ids", "emails")] if isinstance(given, dict) else []
        return max(1, *named, 1) * _WRITE * self._sources

    def page(self, arguments: Mapping[str, Json], node: FieldNode) -> int:
        """A page of customers: the sources' lists, and for each row its look-ups and what its own list lacks."""
        wanted = wanted_of(self._document, [node])
        rows = _size(arguments) if wanted.nodes or wanted.has_next_page or wanted.has_previous_page else 0
        counts = self._sources if wanted.total_count else 0
        return counts + self._sources + rows * (max(0, self._sources - 1) + self._completions)

    def one(self, _arguments: Mapping[str, Json], _node: FieldNode) -> int:
        """One customer."""
        return self._sources + self._completions

    def several(self, arguments: Mapping[str, Json], node: FieldNode) -> int:
        """As many customers as are named."""
        named = max(_length(arguments.get("ids")), _length(arguments.get("representations")))
        return named * self.one(arguments, node)

    def listing(self, _arguments: Mapping[str, Json], _node: FieldNode) -> int:
        """A list that every source has as a whole."""
        return self._sources

    def _arguments(self, node: FieldNode) -> Mapping[str, Json]:
        return {one.name.value: self._document.value(one.value) for one in node.arguments or ()}


_READS: Mapping[str, Callable[[_Question, Mapping[str, Json], FieldNode], int]] = {
    "customers": _Question.page,
    "customer": _Question.one,
    "node": _Question.one,
    "nodes": _Question.several,
    "_entities": _Question.several,
    "tags": _Question.listing,
    "customerGroups": _Question.listing,
}


def _is_completed(source: Source, selection: Selection) -> bool:
    """Whether what is selected takes a further call for each of the source's records."""
    if source.spec.complete is None:
        return False
    lacking = source.allowed(selection).fields - source.table.listed
    return selection.details or not lacking.isdisjoint(source.table.known)


def _size(arguments: Mapping[str, Json]) -> int:
    """Rows of the page; what is no size at all is refused by the field itself."""
    given = [arguments[name] for name in ("first", "last") if isinstance(arguments.get(name), int)]
    return max(0, min(MAXIMUM_SIZE, max(given, default=DEFAULT_SIZE)))


def _length(value: Json) -> int:
    return len(value) if isinstance(value, list) else 0
