"""What a document selects: the fields that loads have to bring, and the parts of a page that have to be found out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from graphql import (
    FieldNode,
    FragmentDefinitionNode,
    FragmentSpreadNode,
    GraphQLCompositeType,
    GraphQLSchema,
    InlineFragmentNode,
    ListValueNode,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    Undefined,
    ValueNode,
    VariableNode,
    get_named_type,
    is_composite_type,
    is_interface_type,
    is_object_type,
    value_from_ast_untyped,
)

from gateway.customer import ALL_FIELDS, Field, Json, Selection
from gateway.errors import InvalidInput
from gateway.planner.connection import Wanted
from gateway.spelling import camel

PROFILE_FIELDS: Mapping[Field, str] = {field: camel(field) for field in Field}
"""Unified field → its name in the API."""

_FIELDS = {name: field for field, name in PROFILE_FIELDS.items()} | dict.fromkeys(
    ("defaultAddress", "billingAddress", "shippingAddress"), Field.ADDRESSES
)
_PROFILES = frozenset({"Customer", "CustomerRecord", "CustomerProfile"})
_ANCHORS = frozenset({Field.CREATED_AT, Field.UPDATED_AT})
"""Where a customer stands in a list depends on them, selected or not."""


def fields_named(names: Iterable[str] | None) -> tuple[Field, ...]:
    """The fields of these names, all for None; raises `InvalidInput` that lists the names there are."""
    if names is None:
        return tuple(Field)
    fields = {name: field for field, name in PROFILE_FIELDS.items()}
    wanted = list(names)
    unknown = [name for name in wanted if name not in fields]
    if unknown:
        raise InvalidInput(f"`fields` knows no {unknown[0]!r}; it takes {', '.join(fields)}.")
    return tuple(fields[name] for name in wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One operation of a document with all that it may refer to. `variables` are raw, defaults included."""

    operation: OperationDefinitionNode
    fragments: Mapping[str, FragmentDefinitionNode]
    variables: Mapping[str, Json]

    def roots(self) -> Iterator[FieldNode]:
        """The fields at the operation's root."""
        yield from self._fields(self.operation.selection_set, set())

    def children(self, nodes: Iterable[FieldNode]) -> Iterator[FieldNode]:
        """The fields selected on these fields, fragments opened, what a directive leaves out left out."""
        entered: set[str] = set()
        for node in nodes:
            if node.selection_set is not None:
                yield from self._fields(node.selection_set, entered)

    def _fields(self, selections: SelectionSetNode, entered: set[str]) -> Iterator[FieldNode]:
        for node in selections.selections:
            if not self.is_included(node):
                continue
            if isinstance(node, FieldNode):
                yield node
            elif isinstance(node, InlineFragmentNode):
                yield from self._fields(node.selection_set, entered)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in entered:
                entered.add(node.name.value)
                yield from self._fields(self.fragments[node.name.value].selection_set, entered)

    def is_included(self, node: SelectionNode) -> bool:
        """What @skip and @include say of the node."""
        for directive in node.directives or ():
            name = directive.name.value
            for argument in directive.arguments or ():
                if name in {"skip", "include"} and bool(self.value(argument.value)) is (name == "skip"):
                    return False
        return True

    def value(self, node: ValueNode) -> Json:
        """A literal's or a variable's value; None for a variable that was not given."""
        value = value_from_ast_untyped(node, dict(self.variables))
        return None if value is Undefined else value


def wanted_of(document: Document, nodes: Iterable[FieldNode]) -> Wanted:
    """The parts of a connection that its fields need."""
    parts: dict[str, list[FieldNode]] = {}
    for child in document.children(nodes):
        parts.setdefault(child.name.value, []).append(child)
    flags = {child.name.value for child in document.children(parts.get("pageInfo", ()))}
    return Wanted(
        nodes=not parts.keys().isdisjoint({"edges", "nodes", "completeness"})
        or not flags.isdisjoint({"startCursor", "endCursor"}),
        has_next_page="hasNextPage" in flags,
        has_previous_page="hasPreviousPage" in flags,
        total_count="totalCount" in parts,
    )


def selection_of(
    schema: GraphQLSchema, document: Document, denied: frozenset[tuple[str, str]] = frozenset()
) -> Selection:
    """What all loads of the operation have to bring, whichever field asks for them. `denied` fields ask for nothing."""
    walk = _Walk(schema, document, denied)
    root = schema.get_root_type(document.operation.operation)
    if root is not None:
        walk.enter(root, document.operation.selection_set)
    return Selection(fields=frozenset(walk.fields), details=walk.details, raw=walk.raw)


class _Walk:
    """Collects from every selection set of an operation; each fragment is entered once."""

    def __init__(self, schema: GraphQLSchema, document: Document, denied: frozenset[tuple[str, str]]) -> None:
        self._denied = denied
        self.fields: set[Field] = set()
        self.details = False
        self.raw = False
        self._schema = schema
        self._document = document
        self._entered: set[str] = set()

    def enter(self, parent: GraphQLCompositeType, selections: SelectionSetNode) -> None:
        for node in selections.selections:
            if not self._document.is_included(node):
                continue
            if isinstance(node, FieldNode):
                self._field(parent, node)
            elif isinstance(node, InlineFragmentNode):
                name = node.type_condition.name.value if node.type_condition else parent.name
                self._narrowed(name, node.selection_set)
            elif isinstance(node, FragmentSpreadNode) and node.name.value not in self._entered:
                self._entered.add(node.name.value)
                fragment = self._document.fragments[node.name.value]
                self._narrowed(fragment.type_condition.name.value, fragment.selection_set)

    def _narrowed(self, name: str, selections: SelectionSetNode) -> None:
        narrowed = self._schema.get_type(name)
        if is_composite_type(narrowed):
            self.enter(narrowed, selections)

    def _field(self, parent: GraphQLCompositeType, node: FieldNode) -> None:
        name = node.name.value
        if (parent.name, name) in self._denied:
            return
        if parent.name in _PROFILES:
            self._profile_field(name, node)
        elif parent is self._schema.query_type and name == "customers":
            self.fields |= _ANCHORS
        if node.selection_set is None or not (is_object_type(parent) or is_interface_type(parent)):
            return
        if name in parent.fields:
            inner = get_named_type(parent.fields[name].type)
            if is_composite_type(inner):
                self.enter(inner, node.selection_set)
        elif parent is self._schema.query_type and name == "_entities":
            self._narrowed("_Entity", node.selection_set)

    def _profile_field(self, name: str, node: FieldNode) -> None:
        if name in _FIELDS:
            self.fields.add(_FIELDS[name])
        elif name == "version":
            self.fields |= ALL_FIELDS
            self.details = True
        elif name == "provenance":
            self.fields |= self._proven(node)
        self.details = self.details or name == "details"
        self.raw = self.raw or name == "raw"

    def _proven(self, node: FieldNode) -> frozenset[Field]:
        names = next((self._document.value(part.value) for part in node.arguments or ()), None)
        if names is None:
            return ALL_FIELDS
        listed = names if isinstance(names, list) else [names]
        return frozenset(_FIELDS[name] for name in listed if name in _FIELDS)


def depends_on_variables(
    operation: OperationDefinitionNode, fragments: Iterable[FragmentDefinitionNode]
) -> bool:
    """Whether a variable decides what is selected, so that the selection differs from call to call."""
    return any(_is_variable_selected(node.selection_set) for node in (operation, *fragments))


def _is_variable_selected(selections: SelectionSetNode) -> bool:
    for node in selections.selections:
        values = [part.value for directive in node.directives or () for part in directive.arguments or ()]
        if isinstance(node, FieldNode) and node.name.value == "provenance":
            values += [part.value for part in node.arguments or ()]
        if any(map(_has_variable, values)):
            return True
        inner = getattr(node, "selection_set", None)
        if inner is not None and _is_variable_selected(inner):
            return True
    return False


def _has_variable(value: ValueNode) -> bool:
    if isinstance(value, ListValueNode):
        return any(map(_has_variable, value.values))
    return isinstance(value, VariableNode)
