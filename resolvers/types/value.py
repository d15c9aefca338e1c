"""The small values of a customer: addresses, tags, groups, money and what else its fields hold."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

import strawberry
from graphql import GraphQLResolveInfo
from strawberry.scalars import JSON

from gateway import customer as domain
from resolvers import identifier
from resolvers.description import told
from resolvers.enumeration import AddressKind, TaxIdKind
from resolvers.types.node import Node


@strawberry.type(description="An amount of money.")
class Money:
    """See `gateway.customer.Money`."""

    amount: Decimal = told("How much, in the currency's main unit.")
    currency: str | None = told("ISO 4217 code; null where neither vendor nor configuration names one.")


@strawberry.type(description="A tax number as a vendor holds it.")
class TaxId:
    """See `gateway.customer.TaxId`."""

    source_name: str = told("The source that told it.")
    kind: TaxIdKind = told("Whose number it is.")
    value: str = told("The number, as it was written.")


@strawberry.type(description="One key of a vendor's free-form fields.")
class CustomField:
    """See `gateway.customer.CustomField`."""

    source_name: str = told("The source that has it.")
    key: str = told("The field's key at the vendor.")
    value: JSON | None = told("What the vendor holds under the key.")


@strawberry.type(description="Buying on account; amounts are in the business's own currency.")
class HouseAccount:
    """See `gateway.customer.HouseAccount`."""

    is_enabled: bool | None = told("Whether the customer may buy on account.")
    limit: Decimal | None = told("How much may be owed.")
    balance: Decimal | None = told("The account's balance.")


@strawberry.type(description="Loyalty points.")
class Loyalty:
    """See `gateway.customer.Loyalty`."""

    is_enabled: bool | None = told("Whether the customer collects points.")
    balance: Decimal | None = told("How many points there are.")


@strawberry.type(description="Sign-ins of the customer at the store.")
class SignIn:
    """See `gateway.customer.SignIn`."""

    count: int | None = told("How often the customer has signed in.")
    current_at: datetime | None = told("When the present sign-in began.")
    current_ip: str | None = told("The network address of the present sign-in.")
    last_at: datetime | None = told("When the sign-in before that began.")
    last_ip: str | None = told("The network address of the sign-in before that.")


@strawberry.type(description="A postal address of a customer. Vendors know different parts of it.")
class Address:
    """See `gateway.customer.Address`."""

    source_name: str = told("The source that told it.")
    vendor_id: str | None = told("The vendor's id of the address; null where it is a part of the customer.")
    kinds: list[AddressKind] = told("What the address is for; it may be several things.")
    name: str | None = told("Who lives or receives there.")
    title: str | None = told("The recipient's salutation.")
    first_name: str | None = told("The recipient's given name.")
    last_name: str | None = told("The recipient's family name.")
    company: str | None = told("The company at this address.")
    line1: str | None = told("The first line as a whole, mostly street and number.")
    line2: str | None = told("The second line.")
    street: str | None = told("The street alone, where the vendor keeps it apart.")
    number: str | None = told("The number in the street.")
    floor: str | None = told("Floor or flat.")
    locality: str | None = told("The quarter or neighbourhood.")
    city: str | None = told("The city or town.")
    province: str | None = told("The province, state or region by name.")
    province_code: str | None = told("The code of the province, state or region.")
    postal_code: str | None = told("The postal code.")
    country: str | None = told("The country by name, or as the vendor writes it.")
    country_code: str | None = told("The country's ISO 3166-1 alpha-2 code.")
    phone: str | None = told("The phone number there.")
    mobile: str | None = told("The mobile number there.")
    fax: str | None = told("The fax number there.")
    email: str | None = told("The e-mail address there.")
    latitude: float | None = told("Degrees north.")
    longitude: float | None = told("Degrees east.")
    delivery_zone_id: str | None = told("The vendor's id of the delivery zone that the address lies in.")
    created_at: datetime | None = told("When the address was created.")
    updated_at: datetime | None = told("When the address last changed.")


def _tag_id(parent: strawberry.Parent[domain.Tag]) -> strawberry.ID:
    return identifier.encode(identifier.TAG, parent.source_name, parent.vendor_id or parent.name)


def _group_id(parent: strawberry.Parent[domain.CustomerGroup]) -> strawberry.ID:
    return identifier.encode(identifier.GROUP, parent.source_name, parent.vendor_id)


@strawberry.federation.type(keys=["id"], description="A tag that a source puts on customers.")
class Tag(Node):
    """See `gateway.customer.Tag`."""

    id: strawberry.ID = told("The tag's global id.", resolver=_tag_id)
    source_name: str = told("The source that the tag belongs to.")
    vendor_id: str | None = told("The vendor's id; null where the vendor's tags are plain text.")
    name: str = told("The tag's name.")

    @classmethod
    def is_type_of(cls, value: object, _info: GraphQLResolveInfo[Any]) -> bool:
        """True for the domain's tags."""
        return isinstance(value, domain.Tag)


@strawberry.federation.type(keys=["id"], description="A group that a source puts customers into.")
class CustomerGroup(Node):
    """See `gateway.customer.CustomerGroup`."""

    id: strawberry.ID = told("The group's global id.", resolver=_group_id)
    source_name: str = told("The source that the group belongs to.")
    vendor_id: str = told("The vendor's id of the group.")
    name: str | None = told("The group's name; null where the vendor did not tell it.")

    @classmethod
    def is_type_of(cls, value: object, _info: GraphQLResolveInfo[Any]) -> bool:
        """True for the domain's groups."""
        return isinstance(value, domain.CustomerGroup)
