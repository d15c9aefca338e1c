"""Tiendanube's rows as records of ours."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.customer import (
    AccountState,
    Address,
    AddressKind,
    CustomerRecord,
    CustomField,
    Money,
    TaxId,
    TaxIdKind,
)
from gateway.spec import Origin
from gateway.vendors.tiendanube.row import TiendanubeAddress, TiendanubeCustomer


def read(row: TiendanubeCustomer, origin: Origin) -> CustomerRecord:
    """The row as a record; fields that were not asked for are None. Raises ValueError for a time out of range."""
    return CustomerRecord(
        source_name=origin.source_name,
        vendor_id=str(row.id),
        name=_text(row.name),
        email=_text(row.email),
        phone=_text(row.phone),
        tax_ids=_tax_ids(row, origin),
        note=_text(row.note),
        account_state=_account_state(row),
        accepts_marketing=row.accepts_marketing,
        total_spent=_total_spent(row, origin),
        last_order_id=None if row.last_order_id is None else str(row.last_order_id),
        addresses=_addresses(row, origin),
        custom_fields=_custom_fields(row, origin),
        created_at=_time(row.created_at, origin, "created_at"),
        updated_at=_time(row.updated_at, origin, "updated_at"),
        details=row,
        fetched_at=origin.fetched_at,
    )


def _text(value: str | None) -> str | None:
    return (value.strip() or None) if value else None


def _tax_ids(row: TiendanubeCustomer, origin: Origin) -> tuple[TaxId, ...] | None:
    if not row.is_identification_told:
        return None
    value = _text(row.identification)
    return (
        () if value is None else (TaxId(source_name=origin.source_name, kind=TaxIdKind.OTHER, value=value),)
    )


def _account_state(row: TiendanubeCustomer) -> AccountState | None:
    if row.active is None:
        return None
    return AccountState.ENABLED if row.active else AccountState.DISABLED


def _total_spent(row: TiendanubeCustomer, origin: Origin) -> tuple[Money, ...] | None:
    if row.total_spent is None:
        return None
    return (Money(amount=row.total_spent, currency=_text(row.total_spent_currency) or origin.currency),)


def _addresses(row: TiendanubeCustomer, origin: Origin) -> tuple[Address, ...] | None:
    """The shipping addresses in the vendor's order, then the billing texts as one more."""
    billing = _billing(row, origin)
    if row.addresses is None and billing is None:
        return None
    shipping = tuple(_address(one, origin) for one in row.addresses or ())
    return shipping if billing is None else (*shipping, billing)


def _address(address: TiendanubeAddress, origin: Origin) -> Address:
    return Address(
        source_name=origin.source_name,
        vendor_id=None if address.id is None else str(address.id),
        kinds=(AddressKind.DEFAULT if address.default else AddressKind.OTHER,),
        name=_text(address.name),
        line1=_line(address.address, address.number),
        line2=_text(address.floor),
        street=_text(address.address),
        number=_text(address.number),
        floor=_text(address.floor),
        locality=_text(address.locality),
        city=_text(address.city),
        province=_text(address.province),
        postal_code=_text(address.zipcode),
        country_code=_country(address.country),
        phone=_text(address.phone),
        created_at=_time(address.created_at, origin, "addresses.created_at"),
        updated_at=_time(address.updated_at, origin, "addresses.updated_at"),
    )


def _billing(row: TiendanubeCustomer, origin: Origin) -> Address | None:
    """The flat billing texts; None where every one of them is empty."""
    address = Address(
        source_name=origin.source_name,
        kinds=(AddressKind.BILLING,),
        name=_text(row.billing_name),
        line1=_line(row.billing_address, row.billing_number),
        line2=_text(row.billing_floor),
        street=_text(row.billing_address),
        number=_text(row.billing_number),
        floor=_text(row.billing_floor),
        locality=_text(row.billing_locality),
        city=_text(row.billing_city),
        province=_text(row.billing_province),
        postal_code=_text(row.billing_zipcode),
        country_code=_country(row.billing_country),
        phone=_text(row.billing_phone),
    )
    nothing = Address(source_name=origin.source_name, kinds=(AddressKind.BILLING,))
    return None if address == nothing else address


def _line(street: str | None, number: str | None) -> str | None:
    return " ".join(part for part in map(_text, (street, number)) if part) or None


def _country(value: str | None) -> str | None:
    """ISO 3166-1 alpha-2; anything but two letters is no code, and stays in the details."""
    code = (value or "").strip().upper()
    return code if len(code) == 2 and code.isascii() and code.isalpha() else None


def _custom_fields(row: TiendanubeCustomer, origin: Origin) -> tuple[CustomField, ...] | None:
    if row.extra is None:
        return None
    return tuple(
        CustomField(source_name=origin.source_name, key=key, value=value) for key, value in row.extra.items()
    )


def _time(value: datetime | None, origin: Origin, field: str) -> datetime | None:
    """In UTC; a time without an offset is the source's, the earlier one in an hour that is repeated."""
    if value is None:
        return None
    try:
        return (value.replace(tzinfo=origin.zone) if value.tzinfo is None else value).astimezone(UTC)
    except OverflowError:
        raise ValueError(field) from None
