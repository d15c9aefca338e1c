"""Open2b's customer as it is on the wire: every documented field but the secret ones, absent and null alike None."""

from __future__ import annotations

from typing import Annotated

import msgspec
from msgspec import Meta


class Open2bBillingAddress(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The billing address: here the vendor also keeps names, tax codes, phone numbers and the e-mail address."""

    first_name: Annotated[str | None, Meta(description="Given name.")] = None
    last_name: Annotated[str | None, Meta(description="Family name.")] = None
    personal_code: Annotated[str | None, Meta(description="Tax code of the person.")] = None
    company_name: Annotated[str | None, Meta(description="Company.")] = None
    company_code: Annotated[str | None, Meta(description="Tax code of the company.")] = None
    company_code2: Annotated[str | None, Meta(description="A second tax code of the company.")] = None
    street1: Annotated[str | None, Meta(description="First line, mostly street and number.")] = None
    street2: Annotated[str | None, Meta(description="Second line.")] = None
    city: Annotated[str | None, Meta(description="City or town.")] = None
    postal_code: Annotated[str | None, Meta(description="Postal code.")] = None
    state_prov: Annotated[str | None, Meta(description="Code of the state, province or county.")] = None
    country: Annotated[str | None, Meta(description="ISO 3166-1 alpha-2 code of the country.")] = None
    phone_number: Annotated[str | None, Meta(description="Phone number as entered.")] = None
    mobile_number: Annotated[str | None, Meta(description="Mobile number as entered.")] = None
    fax_number: Annotated[str | None, Meta(description="Fax number as entered.")] = None
    email: Annotated[
        str | None, Meta(description="E-mail address; only customers with a sign-in need their own.")
    ] = None


class Open2bShippingAddress(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """The one shipping address."""

    name: Annotated[str | None, Meta(description="The recipient.")] = None
    street1: Annotated[str | None, Meta(description="First line, mostly street and number.")] = None
    street2: Annotated[str | None, Meta(description="Second line.")] = None
    city: Annotated[str | None, Meta(description="City or town.")] = None
    postal_code: Annotated[str | None, Meta(description="Postal code.")] = None
    state_prov: Annotated[str | None, Meta(description="Code of the state, province or county.")] = None
    country: Annotated[str | None, Meta(description="ISO 3166-1 alpha-2 code of the country.")] = None


class Open2bCustomer(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """A customer as Open2b gives it. Times are of the store's zone, as yyyy-mm-dd hh:mm:ss."""

    id: Annotated[int, Meta(description="The customer's number, unique in the store.")]
    code: Annotated[str | None, Meta(description="The customer's code, unique in the store.")] = None
    can_login: Annotated[bool | None, Meta(description="Whether the customer may sign in.")] = None
    has_password: Annotated[bool | None, Meta(description="Whether a password is set.")] = None
    locale: Annotated[str | None, Meta(description="Language, with or without a region, such as en-GB.")] = (
        None
    )
    creation_time: Annotated[str | None, Meta(description="When the customer was created.")] = None
    login_time: Annotated[str | None, Meta(description="When the customer last signed in.")] = None
    update_time: Annotated[str | None, Meta(description="When the customer was last changed.")] = None
    group: Annotated[int | None, Meta(description="The customer group's number.")] = None
    collection: Annotated[int | None, Meta(description="The number of the customer's own catalogue.")] = None
    collections: Annotated[
        tuple[int, ...] | None, Meta(description="The numbers of further collections of products.")
    ] = None
    wish_list: Annotated[
        tuple[int, ...] | None, Meta(description="The numbers of wished-for products, existing or not.")
    ] = None
    cart: Annotated[str | None, Meta(description="The token of the saved cart.")] = None
    invoice_recipient: Annotated[
        str | None, Meta(description="Recipient code or certified e-mail address for electronic invoices.")
    ] = None
    full_name: Annotated[
        str | None, Meta(description="The company, or else first and last name; made by the vendor.")
    ] = None
    billing_address: Annotated[Open2bBillingAddress | None, Meta(description="The billing address.")] = None
    shipping_address: Annotated[Open2bShippingAddress | None, Meta(description="The shipping address.")] = (
        None
    )
    labels: Annotated[
        tuple[int, ...] | None,
        Meta(
            description="The numbers of the labels, asked for apart; null where the source may not read them."
        ),
    ] = None
