"""Spiffy's customer as it is on the wire: every documented field, absent and null alike None."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated

import msgspec
from msgspec import Meta


class SpiffyAddress(msgspec.Struct, frozen=True, kw_only=True):
    """One of a customer's addresses, the only place where this vendor keeps a phone number."""

    id: Annotated[int | None, Meta(description="The address's number.")] = None
    title: Annotated[str | None, Meta(description="Salutation of the recipient.")] = None
    first_name: Annotated[str | None, Meta(description="Given name of the recipient.")] = None
    last_name: Annotated[str | None, Meta(description="Family name of the recipient.")] = None
    name: Annotated[str | None, Meta(description="Title and names of the recipient in one text.")] = None
    company: Annotated[str | None, Meta(description="Company at this address.")] = None
    address1: Annotated[str | None, Meta(description="First line, mostly street and number.")] = None
    address2: Annotated[str | None, Meta(description="Second line.")] = None
    city: Annotated[str | None, Meta(description="City or town.")] = None
    province: Annotated[str | None, Meta(description="Name of the state, province or region.")] = None
    province_code: Annotated[str | None, Meta(description="Code of the state, province or region.")] = None
    country: Annotated[str | None, Meta(description="Name of the country as the vendor spells it.")] = None
    country_code: Annotated[str | None, Meta(description="ISO 3166-1 alpha-2 code of the country.")] = None
    zip: Annotated[str | None, Meta(description="Postal code.")] = None
    phone: Annotated[str | None, Meta(description="Phone number as entered.")] = None
    default: Annotated[bool | None, Meta(description="Whether this is the default address.")] = None


class SpiffyCustomer(msgspec.Struct, frozen=True, kw_only=True):
    """A customer as Spiffy Stores gives it."""

    id: Annotated[int, Meta(description="The customer's number, unique in the store.")]
    title: Annotated[str | None, Meta(description="Salutation, such as Mr.")] = None
    first_name: Annotated[str | None, Meta(description="Given name.")] = None
    last_name: Annotated[str | None, Meta(description="Family name.")] = None
    name: Annotated[str | None, Meta(description="Title and names in one text, made by the vendor.")] = None
    company: Annotated[str | None, Meta(description="Company; newer revisions of the API only.")] = None
    email: Annotated[str | None, Meta(description="E-mail address, unique in the store.")] = None
    accepts_marketing: Annotated[bool | None, Meta(description="Consent to marketing by e-mail.")] = None
    note: Annotated[str | None, Meta(description="The store's note about the customer.")] = None
    orders_count: Annotated[int | None, Meta(description="How many orders the customer has placed.")] = None
    state: Annotated[
        str | None, Meta(description="The account: guest, disabled, invited, enabled or declined.")
    ] = None
    total_spent: Annotated[
        Decimal | None, Meta(description="Spent over all orders, in the store's currency.")
    ] = None
    credit: Annotated[Decimal | None, Meta(description="Store credit, in the store's currency.")] = None
    sign_in_count: Annotated[int | None, Meta(description="How often the customer has signed in.")] = None
    current_sign_in_at: Annotated[datetime | None, Meta(description="When the present sign-in began.")] = None
    current_sign_in_ip: Annotated[str | None, Meta(description="Where the present sign-in came from.")] = None
    last_sign_in_at: Annotated[datetime | None, Meta(description="When the sign-in before that began.")] = (
        None
    )
    last_sign_in_ip: Annotated[str | None, Meta(description="Where the sign-in before that came from.")] = (
        None
    )
    last_order_id: Annotated[int | None, Meta(description="The number of the newest order.")] = None
    wholesale: Annotated[bool | None, Meta(description="Whether wholesale prices are open to them.")] = None
    accounting_id: Annotated[
        str | None, Meta(description="The customer's id in the connected accounting software.")
    ] = None
    pos_id: Annotated[
        str | None, Meta(description="The customer's id in the connected point-of-sale software.")
    ] = None
    tags: Annotated[str | None, Meta(description="The store's tags, separated by commas.")] = None
    created_at: Annotated[datetime | None, Meta(description="When the customer was created.")] = None
    updated_at: Annotated[datetime | None, Meta(description="When the customer was last changed.")] = None
    default_address: Annotated[
        SpiffyAddress | None, Meta(description="The default address, repeated from the addresses.")
    ] = None
    addresses: Annotated[tuple[SpiffyAddress, ...] | None, Meta(description="All addresses.")] = None
