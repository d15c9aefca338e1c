"""The schema as one value, and its text."""

from __future__ import annotations

import strawberry
from graphql import GraphQLSchema
from strawberry.federation.schema import FederationAny
from strawberry.schema.config import StrawberryConfig

from resolvers import entities, node
from resolvers.context import Asked
from resolvers.mutations import Mutation
from resolvers.permission import Permissions, declare
from resolvers.queries import Query
from resolvers.scalar import SCALARS
from resolvers.types.customer import Customer, CustomerRecord
from resolvers.types.outcome import CustomerAuthenticatePayload, CustomerMutationPayload, SourceOutcome
from resolvers.types.value import CustomerGroup, Tag
from resolvers.vendor import VENDOR_TYPES


class Schema(strawberry.federation.Schema):
    """Strawberry's, but for `_entities`: there one bad representation would fail all."""

    async def entities_resolver(  # type: ignore[override]  # awaited by the executor like any other
        self, info: Asked, representations: list[FederationAny]
    ) -> list[node.Found | BaseException | None]:
        """See `resolvers.entities.resolve`."""
        return await entities.resolve(info, representations)


declare(
    Query,
    Mutation,
    Customer,
    CustomerRecord,
    Tag,
    CustomerGroup,
    SourceOutcome,
    CustomerMutationPayload,
    CustomerAuthenticatePayload,
    vendors=VENDOR_TYPES,
)

schema = Schema(
    query=Query,
    mutation=Mutation,
    types=VENDOR_TYPES,
    federation_version="2.9",
    config=StrawberryConfig(scalar_map=SCALARS),
)
"""The API, for Apollo Federation 2."""

core: GraphQLSchema = schema._schema  # noqa: SLF001  # Strawberry has no public way to it
"""The same as graphql-core executes it."""

permissions = Permissions(core)
"""Who may ask what of it."""
permissions.guard()


def print_schema() -> str:
    """The schema as text, always the same for the same code, a line break at its end."""
    return schema.as_str().rstrip() + "\n"
