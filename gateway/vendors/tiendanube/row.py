"""Tiendanube's customer on the wire: every documented field, absent and null alike None."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Final

import msgspec
from msgspec import Meta

from gateway.customer import Json

_ABSENT: Any = msgspec.UNSET
_SWITCHES: Final = {"true": True, "1": True, "false": False, "0": False}


class TiendanubeAddress(msgspec.Struct, frozen=True, kw_only=True):
    """A shipping address. Its id is not unique in the vendor's own samples."""

    id: Annotated[int | None, Meta(description="The address's number.")] = None
    name: Annotated[str | None, Meta(description="Who receives there; live stores only.")] = None
    address: Annotated[str | None, Meta(description="The street.")] = None
    number: Annotated[str | None, Meta(description="The number in the street.")] = None
    floor: Annotated[str | None, Meta(description="Floor or flat.")] = None
    locality: Annotated[str | None, Meta(description="The quarter or neighbourhood.")] = None
    city: Annotated[str | None, Meta(description="The city.")] = None
    province: Annotated[str | None, Meta(description="The province by its full name.")] = None
    country: Annotated[str | None, Meta(description="The country's ISO 3166-1 alpha-2 code.")] = None
    zipcode: Annotated[str | None, Meta(description="The postal code.")] = None
    phone: Annotated[str | None, Meta(description="The phone number there.")] = None
    default: Annotated[bool | None, Meta(description="Whether it is the default address.")] = None
    created_at: Annotated[datetime | None, Meta(description="When it was created.")] = None
    updated_at: Annotated[datetime | None, Meta(description="When it last changed.")] = None


class TiendanubeCustomer(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """A customer. Billing is a set of flat texts, not an address object."""

    id: Annotated[int, Meta(description="The customer's number.")]
    name: Annotated[str | None, Meta(description="The whole name.")] = None
    email: Annotated[str | None, Meta(description="The e-mail address; several customers may share one.")] = (
        None
    )
    phone: Annotated[str | None, Meta(description="The phone number.")] = None
    identification: Annotated[
        str | None, Meta(description="The tax or identity number, such as CPF or CNPJ.")
    ] = _ABSENT
    note: Annotated[str | None, Meta(description="What the store's owner wrote down.")] = None
    default_address: Annotated[
        TiendanubeAddress | None, Meta(description="The default shipping address.")
    ] = None
    addresses: Annotated[tuple[TiendanubeAddress, ...] | None, Meta(description="Shipping addresses.")] = None
    billing_name: Annotated[str | None, Meta(description="Who is billed; live stores only.")] = None
    billing_address: Annotated[str | None, Meta(description="The billing street.")] = None
    billing_number: Annotated[str | None, Meta(description="The number in the billing street.")] = None
    billing_floor: Annotated[str | None, Meta(description="The billing floor or flat.")] = None
    billing_locality: Annotated[str | None, Meta(description="The billing quarter.")] = None
    billing_zipcode: Annotated[str | None, Meta(description="The billing postal code.")] = None
    billing_city: Annotated[str | None, Meta(description="The billing city.")] = None
    billing_province: Annotated[str | None, Meta(description="The billing province by its full name.")] = None
    billing_country: Annotated[
        str | None, Meta(description="The billing country's ISO 3166-1 alpha-2 code.")
    ] = None
    billing_phone: Annotated[str | None, Meta(description="The billing phone number.")] = None
    extra: Annotated[Json, Meta(description="Custom texts by key.")] = None
    total_spent: Annotated[Decimal | None, Meta(description="What was spent at the store.")] = None
    total_spent_currency: Annotated[str | None, Meta(description="Its currency, ISO 4217.")] = None
    last_order_id: Annotated[int | None, Meta(description="The last order's number; null for none.")] = None
    active: Annotated[
        bool | str | int | None, Meta(description="Whether the customer has activated the account.")
    ] = None
    accepts_marketing: Annotated[
        bool | None, Meta(description="Whether marketing is accepted; since October 2024.")
    ] = None
    accepts_marketing_updated_at: Annotated[
        datetime | None, Meta(description="When that consent last changed.")
    ] = None
    created_at: Annotated[datetime | None, Meta(description="When the customer was created.")] = None
    updated_at: Annotated[datetime | None, Meta(description="When the customer last changed.")] = None

    def __post_init__(self) -> None:
        """Brings the documented variants into one form: `active` is a boolean, `extra` a map; else ValueError."""
        force = msgspec.structs.force_setattr
        if self.identification is _ABSENT:
            force(self, "identification", None)
        else:
            self.__dict__["tells_identification"] = True
        force(self, "active", _switch(self.active))
        if self.extra is not None and not isinstance(self.extra, dict):
            force(self, "extra", _map(self.extra))

    @property
    def is_identification_told(self) -> bool:
        """True where the answer had the field, null included: only then is the lack of a number known."""
        return "tells_identification" in self.__dict__


def _switch(value: bool | str | int | None) -> bool | None:  # noqa: FBT001  # a value on the wire
    if value is None or isinstance(value, bool):
        return value
    switch = _SWITCHES.get(str(value).lower())
    if switch is None:
        raise ValueError("active is no boolean")
    return switch


def _map(value: Json) -> dict[str, Json]:
    """An empty map may come as an empty list (assumed of a PHP back end)."""
    if value == []:
        return {}
    raise ValueError("extra is no map")
