"""Which scope each field of the API needs: one table, said in the SDL and held to wherever a field is resolved.

Fields that are not named here need none of their own: whoever may read a customer may read its name.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from graphql import (
    FieldNode,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLResolveInfo,
    GraphQLSchema,
    get_named_type,
    is_input_object_type,
    is_non_null_type,
    is_object_type,
)
from strawberry.federation.schema_directives import Authenticated, RequiresScopes
from strawberry.types.base import get_object_definition
from strawberry.types.field import StrawberryField

from gateway.access import Caller, Scope
from gateway.customer import Json
from gateway.errors import Forbidden
from gateway.spelling import camel
from resolvers.context import Context
from resolvers.selection import Document

Coordinate: TypeAlias = tuple[str, str]
"""Type and field, as the API spells them."""

_PROFILE = {"houseAccount": Scope.ACCOUNTS, "loyalty": Scope.LOYALTY}

_OUTPUT: Mapping[str, Mapping[str, Scope]] = {
    "Query": dict.fromkeys(("node", "nodes", "customer", "customers", "tags", "customerGroups"), Scope.READ),
    "Customer": _PROFILE,
    "CustomerRecord": {**_PROFILE, "raw": Scope.RAW},
    "CustomerMutationPayload": {"customer": Scope.READ},
    "SourceOutcome": {"record": Scope.READ},
    "CustomerAuthenticatePayload": {"customer": Scope.READ},
}
_TYPES = {"Customer", "CustomerRecord", "Tag", "CustomerGroup"}
"""Types that need customers:read, whichever subgraph led to them."""
_WRITES: Mapping[str, Scope] = {
    "customerDelete": Scope.DELETE,
    "customerRestore": Scope.RESTORE,
    "customerAuthenticate": Scope.AUTHENTICATE,
}
"""Every other write needs customers:write, one that will be added tomorrow too."""
PLAIN = frozenset({"sources", "source"})
"""Root fields for whoever is let in: they tell of no customer."""
_ENTITIES = "_entities"
INPUTS: Mapping[Coordinate, Scope] = {
    ("CustomerFilter", "hasHouseAccount"): Scope.ACCOUNTS,
    ("CustomerFilter", "hasLoyalty"): Scope.LOYALTY,
    ("CustomerFieldsInput", "houseAccount"): Scope.ACCOUNTS,
    ("CustomerFieldsInput", "loyalty"): Scope.LOYALTY,
    ("CustomersTagsInput", "allCustomers"): Scope.BULK,
}
"""Inputs that ask for, or change, what a scope guards. False and null ask for nothing where a switch is meant."""
_SWITCHES = frozenset({("CustomersTagsInput", "allCustomers")})

SCOPE = "scope"
"""The key of a `msgspec.Meta`'s extra in which a vendor's Struct names the scope of a field."""


def declare(*roots: type, vendors: Iterable[type]) -> None:
    """Write the table into the types, for the SDL. Interfaces are left alone: Federation derives theirs."""
    for kind in (*roots, *vendors):
        definition = get_object_definition(kind, strict=True)
        if definition.name in _TYPES:
            definition.directives = [
                *(definition.directives or ()),
                RequiresScopes(scopes=[[Scope.READ.value]]),
            ]
        if not definition.is_interface:
            is_shared = bool(definition.interfaces)
            definition.fields = [
                _declared(definition.name, copy.copy(field) if is_shared else field)
                for field in definition.fields
            ]


def _declared(type_name: str, field: StrawberryField) -> StrawberryField:
    name = field.graphql_name or camel(field.python_name)
    scope = needed((type_name, name)) or _own(field)
    is_plain = type_name == "Query" and name in PLAIN
    if scope is None and not is_plain:
        return field
    directive = Authenticated() if scope is None else RequiresScopes(scopes=[[scope.value]])
    field.directives = [*field.directives, directive]
    return field


def _own(field: StrawberryField) -> Scope | None:
    named = field.metadata.get(SCOPE)
    return None if named is None else Scope(named)


def needed(place: Coordinate) -> Scope | None:
    """The scope that the table asks of a field, None for none."""
    type_name, name = place
    if type_name == "Mutation":
        return _WRITES.get(name, Scope.WRITE)
    if type_name == "Query" and name == _ENTITIES:
        return Scope.READ
    return _OUTPUT.get(type_name, {}).get(name)


class Permissions:
    """The table over one schema: `guard` has every field that it names check the caller first."""

    def __init__(self, schema: GraphQLSchema) -> None:
        self._schema = schema
        self.fields: Mapping[Coordinate, Scope] = dict(self._guarded())
        """Every guarded field of an object type, the vendors' own included."""
        self._inputs = _reaching(schema, INPUTS)
        self.denied = lru_cache(maxsize=256)(self._denied)
        """What a caller with these scopes may not read: nothing of it is loaded."""

    def guard(self) -> None:
        """Put a check before each guarded field's resolver. Once for a schema."""
        for (type_name, name), scope in self.fields.items():
            kind = self._schema.type_map[type_name]
            if is_object_type(kind):
                field = kind.fields[name]
                is_nullable = not is_non_null_type(field.type)
                field.resolve = _guarded(field.resolve, (type_name, name), scope, is_nullable=is_nullable)

    def _guarded(self) -> Iterator[tuple[Coordinate, Scope]]:
        for kind in self._schema.type_map.values():
            if is_object_type(kind):
                yield from _guarded_fields(kind)

    def _denied(self, scopes: frozenset[Scope]) -> frozenset[Coordinate]:
        denied = {place for place, scope in self.fields.items() if scope not in scopes}
        shared = {name for name, scope in _PROFILE.items() if scope not in scopes}
        return frozenset(denied | {("CustomerProfile", name) for name in shared})

    def refused(self, document: Document, caller: Caller) -> list[tuple[str, Forbidden]]:
        """The root fields that the caller may not ask and that cannot be null, by response key, with the reason.

        Nothing of such an operation is executed: no vendor is called for an answer that will be null as a whole.
        """
        kind = self._schema.get_root_type(document.operation.operation)
        if kind is None:
            return []
        roots = {(node.alias or node.name).value: node for node in document.roots()}
        reasons = ((key, self._refusal(kind, node, document, caller)) for key, node in roots.items())
        return [(key, reason) for key, reason in reasons if reason is not None]

    def _refusal(
        self, kind: GraphQLObjectType, node: FieldNode, document: Document, caller: Caller
    ) -> Forbidden | None:
        name = node.name.value
        scope = self.fields.get((kind.name, name))
        field = kind.fields.get(name)
        if field is None:
            return None
        if scope is not None and scope not in caller.scopes and is_non_null_type(field.type):
            return _forbidden((kind.name, name), scope)
        for argument in node.arguments or ():
            inner = get_named_type(field.args[argument.name.value].type)
            if is_input_object_type(inner) and inner.name in self._inputs:
                for place in _uses(inner, document.value(argument.value)):
                    if INPUTS[place] not in caller.scopes:
                        return _forbidden(place, INPUTS[place])
        return None


def _guarded_fields(kind: GraphQLObjectType) -> Iterator[tuple[Coordinate, Scope]]:
    for name, field in kind.fields.items():
        declared = field.extensions.get("strawberry-definition") if field.extensions else None
        scope = needed((kind.name, name)) or (_own(declared) if declared else None)
        if scope is not None:
            yield (kind.name, name), scope


def _guarded(resolve: Any, place: Coordinate, scope: Scope, *, is_nullable: bool) -> Any:  # noqa: ANN401
    def guarded(source: Any, info: GraphQLResolveInfo[Any], **given: Any) -> Any:  # noqa: ANN401
        context: Context = info.context
        if scope in context.caller.scopes:
            return resolve(source, info, **given)
        if context.is_told(info) and is_nullable:
            return None
        raise _forbidden(place, scope)

    return guarded


def _forbidden(place: Coordinate, scope: Scope) -> Forbidden:
    return Forbidden(f"`{place[0]}.{place[1]}` needs the scope {scope}.")


def _uses(kind: GraphQLInputObjectType, value: Json) -> Iterator[Coordinate]:
    """The guarded inputs that a value holds, before it is checked for what it should be."""
    pending: list[tuple[GraphQLInputObjectType, Json]] = [(kind, value)]
    while pending:
        kind, value = pending.pop()
        if isinstance(value, list):
            pending.extend((kind, item) for item in value)
        elif isinstance(value, dict):
            for name, inner in value.items():
                place = (kind.name, name)
                if place in INPUTS and (inner or place not in _SWITCHES):
                    yield place
                field = kind.fields.get(name)
                below = None if field is None else get_named_type(field.type)
                if is_input_object_type(below):
                    pending.append((below, inner))


def _reaching(schema: GraphQLSchema, places: Iterable[Coordinate]) -> frozenset[str]:
    """The input types that hold one of the places, at any depth."""
    reaching = {type_name for type_name, _ in places}
    inputs = [kind for kind in schema.type_map.values() if is_input_object_type(kind)]
    while True:
        more = {
            kind.name
            for kind in inputs
            if any(get_named_type(field.type).name in reaching for field in kind.fields.values())
        }
        if more <= reaching:
            return frozenset(reaching)
        reaching |= more
