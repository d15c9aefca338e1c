"""How large a document may be, found out in time that grows with its text and not with what its fragments unfold to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

import msgspec
from graphql import (
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    ListValueNode,
    ObjectValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValueNode,
)

from gateway.customer import Json
from gateway.settings import LimitSettings

DEFINITIONS = 60
"""Operations and fragments of a document: some rules of validation look at each pair of them."""
PAIRS = 5000
"""Pairs of fields with the same response key: the rule that compares them looks at each pair."""
DIRECTORIES = 12
"""Lists that one introspection may ask for; the usual one asks for nine."""

_DIRECTORIES = frozenset(
    {"types", "fields", "args", "enumValues", "inputFields", "possibleTypes", "interfaces", "directives"}
)
_MEMBERS = frozenset({"fields", "inputFields", "possibleTypes", "interfaces"})
"""Introspection's ways from a type to other types: one inside the other multiplies the answer."""


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """What a selection set unfolds to, every fragment counted wherever it is spread."""

    depth: int = 0
    fields: int = 0
    aliases: int = 0
    items: int = 0
    """Of the longest list among the arguments."""
    directories: int = 0
    members: int = 0
    """How deep introspection's ways from type to type are nested."""
    is_cyclic: bool = False


_NOTHING = Measure()
_CYCLE = Measure(is_cyclic=True)


class Measurer:
    """Measures selection sets of one document; each fragment once."""

    def __init__(self, fragments: Mapping[str, FragmentDefinitionNode]) -> None:
        self._fragments = fragments
        self._known: dict[str, Measure] = {}

    def measure(self, selections: SelectionSetNode) -> Measure:
        """The measure of the whole set."""
        return _sum(map(self._node, selections.selections))

    def fragment(self, name: str) -> Measure:
        """The measure of a fragment; nothing for one that is not there, which is another rule's to refuse."""
        if name not in self._known:
            self._known[name] = _CYCLE
            found = self._fragments.get(name)
            self._known[name] = _NOTHING if found is None else self.measure(found.selection_set)
        return self._known[name]

    def unused(self) -> bool:
        """Whether a fragment has not been spread by anything measured so far."""
        return len(self._known.keys() & self._fragments.keys()) < len(self._fragments)

    def _node(self, node: SelectionNode) -> Measure:
        if isinstance(node, FragmentSpreadNode):
            return _counted(self.fragment(node.name.value))
        inner = getattr(node, "selection_set", None)
        below = _NOTHING if inner is None else self.measure(inner)
        return self._field(node, below) if isinstance(node, FieldNode) else _counted(below)

    def _field(self, node: FieldNode, below: Measure) -> Measure:
        name = node.name.value
        return Measure(
            # Introspection has limits of its own: its usual query is deep.
            depth=1 if name.startswith("__") else 1 + below.depth,
            fields=1 + below.fields,
            aliases=below.aliases + (node.alias is not None),
            items=max(below.items, longest(argument.value for argument in node.arguments or ())),
            directories=below.directories + (name in _DIRECTORIES),
            members=below.members + (name in _MEMBERS),
            is_cyclic=below.is_cyclic,
        )


def _counted(measure: Measure) -> Measure:
    """An empty fragment counts as a field: it costs as much to look at."""
    return measure if measure.fields else msgspec.structs.replace(measure, fields=1)


def _sum(parts: Iterable[Measure]) -> Measure:
    total = _NOTHING
    for part in parts:
        total = Measure(
            depth=max(total.depth, part.depth),
            fields=total.fields + part.fields,
            aliases=total.aliases + part.aliases,
            items=max(total.items, part.items),
            directories=total.directories + part.directories,
            members=max(total.members, part.members),
            is_cyclic=total.is_cyclic or part.is_cyclic,
        )
    return total


def longest(values: Iterable[ValueNode]) -> int:
    """The length of the longest list, or object, among the literals."""
    most = 0
    pending = list(values)
    while pending:
        value = pending.pop()
        if isinstance(value, ListValueNode):
            most = max(most, len(value.values))
            pending.extend(value.values)
        elif isinstance(value, ObjectValueNode):
            most = max(most, len(value.fields))
            pending.extend(field.value for field in value.fields)
    return most


def longest_given(variables: Json) -> int:
    """The length of the longest list, or object, in the variables."""
    most = 0
    pending: list[Json] = [variables]
    while pending:
        value = pending.pop()
        if isinstance(value, (list, dict)):
            most = max(most, len(value))
            pending.extend(value.values() if isinstance(value, dict) else value)
    return most


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """`excess` says what of the document is too much, None for nothing; `has_pairs`: response keys are repeated."""

    excess: str | None = None
    has_pairs: bool = False


def judged(document: DocumentNode, limits: LimitSettings) -> Verdict:
    """Whether the document may be validated at all."""
    if len(document.definitions) > DEFINITIONS:
        return Verdict(excess=f"The document has more than {DEFINITIONS} operations and fragments.")
    fragments = {
        one.name.value: one for one in document.definitions if isinstance(one, FragmentDefinitionNode)
    }
    operations = [one for one in document.definitions if isinstance(one, OperationDefinitionNode)]
    measurer = Measurer(fragments)
    measures = [measurer.measure(operation.selection_set) for operation in operations]
    # Two fragments of one name, or one that nothing spreads: other rules refuse that.
    is_whole = len(fragments) + len(operations) == len(document.definitions) and not measurer.unused()
    measures += [measurer.fragment(name) for name in fragments]
    roots = [_roots(operation.selection_set, fragments) for operation in operations]
    excess = next(_excesses(measures, max(roots, default=0), limits), None)
    # Nor is anything to be unfolded that goes in circles.
    if excess is not None or not is_whole or any(one.is_cyclic for one in measures):
        return Verdict(excess=excess)
    pairs = sum(_pairs(operation.selection_set, fragments) for operation in operations)
    if pairs > PAIRS:
        return Verdict(excess="The document repeats the same fields too often.")
    return Verdict(has_pairs=pairs > 0)


def _excesses(measures: list[Measure], roots: int, limits: LimitSettings) -> Iterator[str]:
    total = _sum(measures)
    largest = max((one.fields for one in measures), default=0)
    if total.depth > limits.depth:
        yield f"The operation is nested more than {limits.depth} levels deep."
    if largest > limits.fields:
        yield f"The document asks for more than {limits.fields} fields, fragments unfolded."
    if max((one.aliases for one in measures), default=0) > limits.aliases:
        yield f"The document has more than {limits.aliases} aliases, fragments unfolded."
    if roots > limits.root_fields:
        yield f"The operation has more than {limits.root_fields} fields at its root."
    if total.items > limits.items:
        yield f"A list in the document has more than {limits.items} items."
    if total.members > 1 or max((one.directories for one in measures), default=0) > DIRECTORIES:
        yield "The introspection asks for more than a schema's own tools do."


def _roots(selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]) -> int:
    """How many fields stand at the root; each fragment is opened once, as execution does."""
    return sum(1 for _ in _opened([selections], fragments))


def _opened(
    sets: Iterable[SelectionSetNode], fragments: Mapping[str, FragmentDefinitionNode]
) -> Iterator[FieldNode]:
    """The fields of the sets as execution collects them."""
    entered: set[str] = set()
    pending = list(sets)
    while pending:
        for node in pending.pop().selections:
            if isinstance(node, FieldNode):
                yield node
            elif not isinstance(node, FragmentSpreadNode):
                pending.append(node.selection_set)  # type: ignore[attr-defined]  # an inline fragment has one
            elif node.name.value not in entered and node.name.value in fragments:
                entered.add(node.name.value)
                pending.append(fragments[node.name.value].selection_set)


def _pairs(selections: SelectionSetNode, fragments: Mapping[str, FragmentDefinitionNode]) -> int:
    """Pairs of fields that have to be compared since they would be one in the answer; no more than just too many."""
    pairs = 0
    pending = [[selections]]
    while pending and pairs <= PAIRS:
        groups: dict[str, list[FieldNode]] = {}
        for node in _opened(pending.pop(), fragments):
            groups.setdefault((node.alias or node.name).value, []).append(node)
        for group in groups.values():
            pairs += len(group) * (len(group) - 1) // 2
            inner = [node.selection_set for node in group if node.selection_set is not None]
            if inner:
                pending.append(inner)
    return pairs
