"""What a customer can be given: every unified field that can be written, with its parts."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import strawberry
from strawberry.scalars import JSON

from resolvers.description import needed, optional
from resolvers.enumeration import AddressKind, Gender, TaxIdKind


@strawberry.input(description="A tax number.")
class TaxIdInput:
    """See `gateway.customer.TaxId`."""

    kind: TaxIdKind = needed("Whose number it is.")
    value: str = needed("The number.")


@strawberry.input(description="Buying on account.")
class HouseAccountInput:
    """The balance moves by transactions only."""

    is_enabled: bool | None = optional("Whether the customer may buy on account.")
    limit: Decimal | None = optional("How much may be owed.")


@strawberry.input(description="Loyalty points.")
class LoyaltyInput:
    """The balance moves by transactions only."""

    is_enabled: bool | None = optional("Whether the customer collects points.")


@strawberry.input(description="One key of a vendor's free-form fields.")
class CustomFieldInput:
    """See `gateway.customer.CustomField`."""

    key: str = needed("The field's key at the vendor.")
    value: JSON | None = optional("What it is set to; null clears the key.")


@strawberry.input(description="An address. A vendor takes the parts that it has a place for.")
class AddressInput:
    """See `gateway.customer.Address`."""

    kinds: list[AddressKind] | None = optional("What the address is for.")
    name: str | None = optional("Who lives or receives there.")
    title: str | None = optional("The recipient's salutation.")
    first_name: str | None = optional("The recipient's given name.")
    last_name: str | None = optional("The recipient's family name.")
    company: str | None = optional("The company at this address.")
    line1: str | None = optional("The first line as a whole, mostly street and number.")
    line2: str | None = optional("The second line.")
    street: str | None = optional("The street alone.")
    number: str | None = optional("The number in the street.")
    floor: str | None = optional("Floor or flat.")
    locality: str | None = optional("The quarter or neighbourhood.")
    city: str | None = optional("The city or town.")
    province: str | None = optional("The province, state or region by name.")
    province_code: str | None = optional("The code of the province, state or region.")
    postal_code: str | None = optional("The postal code.")
    country: str | None = optional("The country by name.")
    country_code: str | None = optional("The country's ISO 3166-1 alpha-2 code.")
    phone: str | None = optional("The phone number there.")
    mobile: str | None = optional("The mobile number there.")
    fax: str | None = optional("The fax number there.")
    email: str | None = optional("The e-mail address there.")
    latitude: float | None = optional("Degrees north.")
    longitude: float | None = optional("Degrees east.")
    delivery_zone_id: str | None = optional("The vendor's id of the delivery zone.")


@strawberry.input(
    description="A customer's values. A field left out stays as it is, null clears it. "
    "Fields that a vendor cannot hold are listed in the outcome's `ignoredFields`."
)
class UnifiedFieldsInput:
    """Every writable unified field; `vendor_input` adds the vendors' own objects."""

    name: str | None = optional("The whole name.")
    title: str | None = optional("The salutation.")
    first_name: str | None = optional("The given name.")
    last_name: str | None = optional("The family name.")
    company: str | None = optional("The company.")
    email: str | None = optional("The e-mail address, by which a customer's records belong together.")
    phone: str | None = optional("The phone number.")
    mobile: str | None = optional("The mobile number.")
    website: str | None = optional("The website.")
    gender: Gender | None = optional("The gender.")
    birth_date: date | None = optional("The date of birth.")
    locale: str | None = optional("The language, with or without a region.")
    code: str | None = optional("The store's own code of the customer.")
    tax_ids: list[TaxIdInput] | None = optional("All tax numbers; they replace those there are.")
    note: str | None = optional("A note about the customer.")
    accepts_marketing: bool | None = optional("Whether the customer accepts marketing.")
    is_blacklisted: bool | None = optional("Whether the store refuses the customer.")
    is_wholesale: bool | None = optional("Whether wholesale prices are open to the customer.")
    tags: list[str] | None = optional("All tags; they replace those there are.")
    group_id: str | None = optional("The vendor's id of the group; groups belong to one source.")
    custom_fields: list[CustomFieldInput] | None = optional("Free-form fields, merged by key.")
    addresses: list[AddressInput] | None = optional("Addresses; they replace those there are.")
    billing_address: AddressInput | None = optional("The billing address.")
    shipping_address: AddressInput | None = optional("The shipping address.")
    house_account: HouseAccountInput | None = optional("Buying on account.")
    loyalty: LoyaltyInput | None = optional("Loyalty points.")
    password: str | None = optional("The password for the store; it is never told again.")
    send_invite: bool | None = optional("Whether the vendor invites the customer by e-mail.")
