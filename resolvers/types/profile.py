"""What a merged customer and one vendor's record have in common, as an interface."""

from __future__ import annotations

from datetime import date, datetime

import strawberry

from gateway import customer as domain
from gateway.identity import address_of
from resolvers.description import told
from resolvers.enumeration import AccountState, AddressKind, Gender
from resolvers.types.node import name_of
from resolvers.types.value import (
    Address,
    CustomerGroup,
    CustomField,
    HouseAccount,
    Loyalty,
    Money,
    SignIn,
    Tag,
    TaxId,
)


def _default_address(parent: strawberry.Parent[domain.Profile]) -> domain.Address | None:
    return address_of(parent, AddressKind.DEFAULT)


def _billing_address(parent: strawberry.Parent[domain.Profile]) -> domain.Address | None:
    return address_of(parent, AddressKind.BILLING)


def _shipping_address(parent: strawberry.Parent[domain.Profile]) -> domain.Address | None:
    return address_of(parent, AddressKind.SHIPPING)


@strawberry.interface(
    description="What a merged customer and one vendor's record of it have in common. "
    "Null is unknown: the vendor has no such field, or did not answer. An empty list says that there is none."
)
class CustomerProfile:
    """See `gateway.customer.Profile`."""

    name: str | None = told("The whole name.")
    title: str | None = told("The salutation, such as Mr.")
    first_name: str | None = told("The given name.")
    last_name: str | None = told("The family name.")
    company: str | None = told("The company.")
    email: str | None = told("The e-mail address, as it was written.")
    phone: str | None = told("The phone number, as it was written.")
    mobile: str | None = told("The mobile number, as it was written.")
    website: str | None = told("The website.")
    gender: Gender | None = told("The gender, where the vendor records one.")
    birth_date: date | None = told("The date of birth.")
    locale: str | None = told("The language, with or without a region, such as it or en-GB.")
    code: str | None = told("The store's own code of the customer.")
    tax_ids: list[TaxId] | None = told("Tax numbers.")
    note: str | None = told("What the store has noted about the customer.")
    account_state: AccountState | None = told("Whether the customer can sign in at the store.")
    accepts_marketing: bool | None = told(
        "Whether the customer accepts marketing. Merged: false as soon as one record refuses."
    )
    is_blacklisted: bool | None = told(
        "Whether the store refuses the customer. Merged: true as soon as one does."
    )
    is_wholesale: bool | None = told("Whether wholesale prices are open to the customer.")
    orders_count: int | None = told("How many orders were made. Merged: those of all records together.")
    total_spent: list[Money] | None = told("What was spent on orders, by currency. Merged: the sums.")
    last_order_id: str | None = told("The vendor's id of the last order.")
    last_order_at: datetime | None = told("When the last order was made. Merged: the latest.")
    store_credit: list[Money] | None = told("Credit at the store, by currency. Merged: the sums.")
    house_account: HouseAccount | None = told("Buying on account.")
    loyalty: Loyalty | None = told("Loyalty points.")
    sign_in: SignIn | None = told("Sign-ins at the store.")
    addresses: list[Address] | None = told("All addresses. Merged: those of all records, equal ones once.")
    default_address: Address | None = told(
        "The first address of the kind DEFAULT.", resolver=_default_address
    )
    billing_address: Address | None = told(
        "The first address of the kind BILLING.", resolver=_billing_address
    )
    shipping_address: Address | None = told(
        "The first address of the kind SHIPPING.", resolver=_shipping_address
    )
    tags: list[Tag] | None = told("Tags. Merged: those of all records, equal names once.")
    groups: list[CustomerGroup] | None = told("Groups. Merged: those of all records.")
    custom_fields: list[CustomField] | None = told("The vendor's free-form fields.")
    created_at: datetime | None = told("When the customer was created. Merged: the earliest.")
    updated_at: datetime | None = told("When the customer last changed. Merged: the latest.")
    deleted_at: datetime | None = told("When the customer was deleted, where the vendor keeps deleted ones.")
    resolve_type = staticmethod(name_of)
