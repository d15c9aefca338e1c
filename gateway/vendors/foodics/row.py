"""Foodics' customer as it is on the wire: every documented field, absent and null alike None."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta

_ACCOUNTS = {"scope": "customers:accounts"}
_LOYALTY = {"scope": "customers:loyalty"}
"""The gateway's own scope of a field, which its unified field needs too."""


class FoodicsRow(msgspec.Struct, frozen=True, kw_only=True):
    """What all rows of this vendor share: unknown keys are passed over."""


class FoodicsTag(FoodicsRow, frozen=True):
    """A tag on a customer. The vendor's own sample shows the id alone; names come where the include brings them."""

    id: Annotated[str, Meta(description="The tag's id.")]
    name: Annotated[
        str | None, Meta(description="The tag's name; null where the vendor tells the id alone.")
    ] = None
    name_localized: Annotated[str | None, Meta(description="The name in the business's second language.")] = (
        None
    )


class FoodicsDeliveryZone(FoodicsRow, frozen=True):
    """The delivery zone that an address lies in."""

    id: Annotated[str, Meta(description="The delivery zone's id.")]
    name: Annotated[str | None, Meta(description="The delivery zone's name.")] = None


class FoodicsAddress(FoodicsRow, frozen=True):
    """A delivery address: free text and a point, without street, city or country."""

    id: Annotated[str, Meta(description="The address's id.")]
    name: Annotated[
        str | None, Meta(description="What the customer calls this address, such as home or work.")
    ] = None
    description: Annotated[str | None, Meta(description="The address as free text.")] = None
    latitude: Annotated[float | None, Meta(description="Degrees north.")] = None
    longitude: Annotated[float | None, Meta(description="Degrees east.")] = None
    delivery_zone: Annotated[
        FoodicsDeliveryZone | None,
        Meta(description="The zone that deliveries here belong to; null where none."),
    ] = None
    created_at: Annotated[
        str | None, Meta(description="When the address was made, UTC without an offset.")
    ] = None
    updated_at: Annotated[
        str | None, Meta(description="When the address last changed, UTC without an offset.")
    ] = None
    deleted_at: Annotated[
        str | None, Meta(description="When the address was deleted, UTC without an offset.")
    ] = None


class FoodicsCustomer(FoodicsRow, frozen=True):
    """A customer. Balances are absent without their scope, tags and addresses without their include."""

    id: Annotated[str, Meta(description="The customer's id.")]
    name: Annotated[str | None, Meta(description="The whole name.")] = None
    dial_code: Annotated[int | None, Meta(description="The phone's country calling code, such as 966.")] = (
        None
    )
    phone: Annotated[str | None, Meta(description="The phone's national digits, without the dial code.")] = (
        None
    )
    email: Annotated[str | None, Meta(description="The e-mail address.")] = None
    gender: Annotated[int | None, Meta(description="1 male, 2 female.")] = None
    birth_date: Annotated[date | None, Meta(description="The date of birth.")] = None
    notes: Annotated[str | None, Meta(description="What the staff wrote down about the customer.")] = None
    house_account_limit: Annotated[
        Decimal | None,
        Meta(
            description="How much may be owed on the house account; needs customers.accounts.read.",
            extra=_ACCOUNTS,
        ),
    ] = None
    house_account_balance: Annotated[
        Decimal | None,
        Meta(description="The house account's balance; needs customers.accounts.read.", extra=_ACCOUNTS),
    ] = None
    loyalty_balance: Annotated[
        Decimal | None, Meta(description="Loyalty points; needs customers.loyalty.read.", extra=_LOYALTY)
    ] = None
    is_loyalty_enabled: Annotated[
        bool | None, Meta(description="Whether the customer collects loyalty points.", extra=_LOYALTY)
    ] = None
    is_blacklisted: Annotated[bool | None, Meta(description="Whether the business refuses the customer.")] = (
        None
    )
    is_house_account_enabled: Annotated[
        bool | None, Meta(description="Whether the customer may buy on account.", extra=_ACCOUNTS)
    ] = None
    tags: Annotated[tuple[FoodicsTag, ...] | None, Meta(description="The customer's tags.")] = None
    addresses: Annotated[tuple[FoodicsAddress, ...] | None, Meta(description="The delivery addresses.")] = (
        None
    )
    last_order_at: Annotated[
        str | None, Meta(description="When the last order was made, UTC without an offset.")
    ] = None
    order_count: Annotated[int | None, Meta(description="How many orders the customer has made.")] = None
    created_at: Annotated[
        str | None, Meta(description="When the customer was created, UTC without an offset.")
    ] = None
    updated_at: Annotated[
        str | None, Meta(description="When the customer last changed, UTC without an offset.")
    ] = None
    deleted_at: Annotated[
        str | None,
        Meta(description="When the customer was deleted, UTC without an offset; null while it is not."),
    ] = None
