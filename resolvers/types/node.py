"""Relay's node: what can be fetched again by its global id."""

from __future__ import annotations

from typing import Any

import strawberry
from graphql import GraphQLAbstractType, GraphQLResolveInfo

from gateway import customer as domain
from resolvers import identifier
from resolvers.description import told

_NAMES = {
    domain.Customer: identifier.CUSTOMER,
    domain.CustomerRecord: identifier.RECORD,
    domain.Tag: identifier.TAG,
    domain.CustomerGroup: identifier.GROUP,
}


def name_of(value: object, _info: GraphQLResolveInfo[Any], _abstract: GraphQLAbstractType) -> str | None:
    """The name of the API's type for a value of the domain."""
    return _NAMES.get(type(value))  # type: ignore[call-overload,no-any-return]  # any type may be looked up


@strawberry.interface(description="Anything that can be fetched again by its global id.")
class Node:
    """See the description: Relay's contract."""

    id: strawberry.ID = told(
        "The global id; opaque, and the same for as long as the vendor keeps the object."
    )
    resolve_type = staticmethod(name_of)
