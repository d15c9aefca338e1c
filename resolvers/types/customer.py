"""The merged customer, one vendor's record of it, and where each merged value came from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

import strawberry
from graphql import GraphQLResolveInfo
from strawberry.scalars import JSON

from gateway import adapter, identity
from gateway import customer as domain
from gateway.access import Scope
from gateway.errors import Forbidden
from gateway.spelling import camel
from resolvers import identifier
from resolvers.context import Asked, context_of, raw_of
from resolvers.description import told
from resolvers.enumeration import MergeRule
from resolvers.selection import PROFILE_FIELDS, fields_named
from resolvers.types.json import plain
from resolvers.types.node import Node
from resolvers.types.profile import CustomerProfile
from resolvers.types.source import Completeness, Reports, Source, reports_of
from resolvers.vendor import VendorCustomer


def _record_id(parent: strawberry.Parent[domain.CustomerRecord]) -> strawberry.ID:
    return identifier.encode(identifier.RECORD, parent.source_name, parent.vendor_id)


def _source_of(parent: strawberry.Parent[domain.CustomerRecord], info: Asked) -> adapter.Source | None:
    return context_of(info).reader.source(parent.source_name)


async def _customer_of(parent: strawberry.Parent[domain.CustomerRecord], info: Asked) -> domain.Customer:
    context = context_of(info)
    customer = await context.reader.customer_of(parent)
    context.note(raw_of(info), customer.reports)
    return customer


@strawberry.federation.type(
    keys=["id", "sourceName vendorId"],
    description="One vendor's customer, with the values of that vendor alone.",
)
class CustomerRecord(Node, CustomerProfile):
    """See `gateway.customer.CustomerRecord`."""

    id: strawberry.ID = told("The record's global id.", resolver=_record_id)
    source_name: str = told("The source that the record is from.")
    vendor_id: str = told("The vendor's own id of the customer.")
    source: Source = told("The source that the record is from.", resolver=_source_of)
    customer: Customer = told("The whole customer that this record belongs to.", resolver=_customer_of)
    details: VendorCustomer | None = told("Every documented field of the vendor, typed.")
    raw: JSON | None = told("The vendor's own answer, secrets taken out; needs the scope customers:raw.")
    fetched_at: datetime = told("When the vendor told this.")

    @classmethod
    def is_type_of(cls, value: object, _info: GraphQLResolveInfo[Any]) -> bool:
        """True for the domain's records."""
        return isinstance(value, domain.CustomerRecord)


def _value_of(parent: strawberry.Parent[identity.Contribution]) -> domain.Json:
    return plain(parent.value)


@strawberry.type(description="What one record says of a field.")
class ProvenanceValue:
    """See `gateway.identity.Contribution`."""

    record: CustomerRecord = told("The record that says it.")
    value: JSON | None = told("The value, in the shape that the field has in this API.", resolver=_value_of)


def _field_name(parent: strawberry.Parent[identity.FieldProvenance]) -> str:
    return PROFILE_FIELDS[parent.field]


@strawberry.type(description="Where the value of one merged field came from.")
class FieldProvenance:
    """See `gateway.identity.FieldProvenance`."""

    field: str = told("The field's name.", resolver=_field_name)
    rule: MergeRule = told("How the value was made of the records' values.")
    chosen: ProvenanceValue | None = told(
        "The record whose value it is; null where the value is unknown or made of several records."
    )
    others: list[ProvenanceValue] = told("What the other records say, in priority order.")


def _customer_id(parent: strawberry.Parent[domain.Customer]) -> strawberry.ID:
    primary = parent.records[0]
    return identifier.encode(identifier.CUSTOMER, primary.source_name, primary.vendor_id)


Fields = Annotated[
    list[str] | None,
    strawberry.argument(description="Names of the profile's fields, such as email; left out: all of them."),
]


_GUARDED = {domain.Field.HOUSE_ACCOUNT: Scope.ACCOUNTS, domain.Field.LOYALTY: Scope.LOYALTY}
"""Values that provenance would tell as well as their own fields do."""


def _provenance(
    parent: strawberry.Parent[domain.Customer], info: Asked, fields: Fields = strawberry.UNSET
) -> Sequence[identity.FieldProvenance]:
    names = None if fields is strawberry.UNSET else fields
    held = context_of(info).caller.scopes
    wanted = fields_named(names)
    withheld = [field for field in wanted if field in _GUARDED and _GUARDED[field] not in held]
    if names is not None and withheld:
        raise Forbidden(f"The provenance of `{camel(withheld[0])}` needs the scope {_GUARDED[withheld[0]]}.")
    return identity.provenance(parent, tuple(field for field in wanted if field not in withheld))


def _completeness(parent: strawberry.Parent[domain.Customer]) -> Reports:
    return reports_of(parent.reports)


def _version(parent: strawberry.Parent[domain.Customer]) -> str:
    return identity.version(parent.records)


@strawberry.federation.type(
    keys=["id", "email"],
    description="A person: the records of all sources that share an e-mail address, merged into one.",
)
class Customer(Node, CustomerProfile):
    """See `gateway.customer.Customer`."""

    id: strawberry.ID = told(
        "The global id: that of the primary record, which changes if a record of a source with higher "
        "priority appears. The id of any member still finds the customer.",
        resolver=_customer_id,
    )
    records: list[CustomerRecord] = told("The records that were merged, in priority order.")
    provenance: list[FieldProvenance] = told(
        "For each field which record its value came from, and the values that lost.", resolver=_provenance
    )
    completeness: Completeness = told(
        "Which sources were asked about this person, and which of them answered.", resolver=_completeness
    )
    version: str = told(
        "A digest of all that the records say, whatever is selected; `ifMatch` of mutations takes it.",
        resolver=_version,
    )

    @classmethod
    def is_type_of(cls, value: object, _info: GraphQLResolveInfo[Any]) -> bool:
        """True for the domain's customers."""
        return isinstance(value, domain.Customer)
