"""What queries take: whom to find, in which order, under which filter."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import strawberry

from resolvers.description import needed, optional
from resolvers.enumeration import AccountState, Direction, OrderField, Trait


@strawberry.input(description="A record by its source and the vendor's id.")
class CustomerRecordKey:
    """What support staff read off a vendor's own pages."""

    source_name: str = needed("The source's name.")
    vendor_id: str = needed("The vendor's own id.")


@strawberry.input(one_of=True, description="Whom to find: exactly one of the fields.")
class CustomerBy:
    """Exactly one is given, and it is not null."""

    id: strawberry.ID | None = optional("The id of a Customer, or of any CustomerRecord of that customer.")
    email: str | None = optional("An e-mail address, in any spelling that differs in case only.")
    record: CustomerRecordKey | None = optional("A record; its whole customer is found.")


@strawberry.input(description="How a list of customers is sorted.")
class CustomerOrder:
    """See `gateway.query.Order`."""

    field: OrderField = needed("What is compared.")
    direction: Direction = needed("Which end comes first.", default=Direction.ASC)


@strawberry.input(
    description="Compares a text, without regard to case and accents. Several operators: all must hold."
)
class TextFilter:
    """Phones compare by their digits, e-mail addresses by match key."""

    eq: str | None = optional("Equal to it.")
    in_: list[str] | None = optional("Equal to one of these; an empty list matches nothing.", name="in")
    contains: str | None = optional("Has it as a part.")
    starts_with: str | None = optional("Begins with it.")


@strawberry.input(description="Compares an identifier. Several operators: all must hold.")
class IdFilter:
    """Exact comparison."""

    eq: str | None = optional("Equal to it.")
    in_: list[str] | None = optional("Equal to one of these; an empty list matches nothing.", name="in")


@strawberry.input(description="Compares the names in a list, without regard to case and accents.")
class NameSetFilter:
    """Of tags or groups."""

    any: list[str] | None = optional("At least one of these is there; an empty list matches nothing.")
    all: list[str] | None = optional("All of these are there.")
    none: list[str] | None = optional("None of these is there.")


@strawberry.input(description="Chooses tags or groups.")
class NamedFilter:
    """All that is given must hold."""

    source_name: IdFilter | None = optional("By the source that they belong to.")
    name: TextFilter | None = optional("By their name.")


@strawberry.input(description="Compares the state of the account.")
class AccountStateFilter:
    """Several operators: all must hold."""

    eq: AccountState | None = optional("Equal to it.")
    in_: list[AccountState] | None = optional(
        "Equal to one of these; an empty list matches nothing.", name="in"
    )


@strawberry.input(description="Compares a whole number. Several operators: all must hold.")
class IntFilter:
    """Of orders."""

    eq: int | None = optional("Equal to it.")
    gt: int | None = optional("Greater than it.")
    gte: int | None = optional("Greater than or equal to it.")
    lt: int | None = optional("Less than it.")
    lte: int | None = optional("Less than or equal to it.")


@strawberry.input(description="Compares an amount, whatever its currency. Several operators: all must hold.")
class DecimalFilter:
    """Of money."""

    eq: Decimal | None = optional("Equal to it.")
    gt: Decimal | None = optional("Greater than it.")
    gte: Decimal | None = optional("Greater than or equal to it.")
    lt: Decimal | None = optional("Less than it.")
    lte: Decimal | None = optional("Less than or equal to it.")


@strawberry.input(description="Compares a time. Several operators: all must hold.")
class DateTimeFilter:
    """No equality: times have fractions that vendors round."""

    gt: datetime | None = optional("Later than it.")
    gte: datetime | None = optional("Later than it, or the same.")
    lt: datetime | None = optional("Earlier than it.")
    lte: datetime | None = optional("Earlier than it, or the same.")


@strawberry.input(
    description="Chooses customers: at least one record of the customer must satisfy the whole filter. "
    "Several fields: all must hold. A comparison with an unknown value is neither true nor false, as in SQL. "
    "An explicit null anywhere inside is an error; leave out what is not meant."
)
class CustomerFilter:
    """Read by `inputs.filter`, which goes through the fields by name: the domain's, but and, or, not."""

    and_: list[CustomerFilter] | None = optional("All of these must hold.", name="and")
    or_: list[CustomerFilter] | None = optional("At least one of these must hold.", name="or")
    not_: CustomerFilter | None = optional("This must not hold.", name="not")
    source_name: IdFilter | None = optional("The source of the record.")
    vendor_id: IdFilter | None = optional("The vendor's id of the record.")
    search: str | None = optional(
        "Words that must all occur in name, e-mail, phone, company, tax number or code."
    )
    name: TextFilter | None = optional("The whole name.")
    email: TextFilter | None = optional("The e-mail address.")
    phone: TextFilter | None = optional("The phone number, by its digits.")
    company: TextFilter | None = optional("The company.")
    tax_id: TextFilter | None = optional("Any tax number.")
    code: TextFilter | None = optional("The store's own code.")
    tags: NameSetFilter | None = optional("The tags.")
    groups: NameSetFilter | None = optional("The groups.")
    country_code: IdFilter | None = optional("The ISO 3166-1 alpha-2 code of any address.")
    province_code: IdFilter | None = optional("The province code of any address.")
    city: TextFilter | None = optional("The city of any address.")
    account_state: AccountStateFilter | None = optional("Whether the customer can sign in.")
    accepts_marketing: bool | None = optional(
        "Consent to marketing; true finds nobody who refused at any source."
    )
    is_blacklisted: bool | None = optional("Refused by the store; false finds nobody refused at any source.")
    is_wholesale: bool | None = optional("Whether wholesale prices are open.")
    has_house_account: bool | None = optional("Whether the customer may buy on account.")
    has_loyalty: bool | None = optional("Whether the customer collects points.")
    has_orders: bool | None = optional("Whether there is any order.")
    is_deleted: bool | None = optional("Deleted records are found only where the filter speaks of this.")
    orders_count: IntFilter | None = optional("The number of orders.")
    total_spent: DecimalFilter | None = optional("What was spent.")
    store_credit: DecimalFilter | None = optional("Credit at the store.")
    created_at: DateTimeFilter | None = optional("When the record was created.")
    updated_at: DateTimeFilter | None = optional("When the record last changed.")
    last_order_at: DateTimeFilter | None = optional("When the last order was made.")
    has: list[Trait] | None = optional("The record has a known value for each of these.")
    lacks: list[Trait] | None = optional("The record is known to have no value, for each of these.")
