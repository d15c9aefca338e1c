"""Storeden's rows as records of ours."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from gateway.customer import AccountState, Address, AddressKind, CustomerGroup, CustomerRecord, CustomField
from gateway.spec import Origin
from gateway.vendors.storeden.row import StoredenCustomer, group_entries

STATES: Final = {"guest": AccountState.GUEST, "registered": AccountState.ENABLED}
"""The vendor's two kinds of account."""


def read(row: StoredenCustomer, origin: Origin) -> CustomerRecord:
    """The row as a record; what its endpoint does not carry is None. Raises ValueError for a time out of range."""
    return CustomerRecord(
        source_name=origin.source_name,
        vendor_id=row.id,
        name=_text(row.fullname),
        first_name=_text(row.first_name),
        last_name=_text(row.last_name),
        email=_text(row.email),
        phone=_text(row.phone),
        mobile=_text(row.mobile),
        website=_text(row.website),
        code=_text(row.code),
        account_state=STATES.get(row.account_type or ""),
        accepts_marketing=row.accept_marketing,
        addresses=_addresses(row, origin),
        groups=_groups(row, origin),
        custom_fields=_custom_fields(row, origin),
        created_at=_time(row.created_at, origin, "created_at"),
        updated_at=_time(row.updated_at, origin, "updated_at"),
        details=row,
        fetched_at=origin.fetched_at,
    )


def _text(value: str | None) -> str | None:
    return (value.strip() or None) if value else None


def _addresses(row: StoredenCustomer, origin: Origin) -> tuple[Address, ...] | None:
    """The inline address. A country alone is none, and stays in the details: it is the vendor's own number."""
    parts = (row.address, row.city, row.zip, row.state)
    if not any(map(_text, parts)):
        return () if row.is_detailed else None
    address = Address(
        source_name=origin.source_name,
        kinds=(AddressKind.DEFAULT,),
        line1=_text(row.address),
        city=_text(row.city),
        province=_text(row.state),
        postal_code=_text(row.zip),
    )
    return (address,)


def _groups(row: StoredenCustomer, origin: Origin) -> tuple[CustomerGroup, ...] | None:
    if row.group is None:
        return None
    return tuple(
        CustomerGroup(
            source_name=origin.source_name, vendor_id=key, name=_text(name) or _text(origin.names.get(key))
        )
        for key, name in group_entries(row.group)
    )


def _custom_fields(row: StoredenCustomer, origin: Origin) -> tuple[CustomField, ...] | None:
    if row.custom_fields is None:
        return None
    return tuple(
        CustomField(source_name=origin.source_name, key=key, value=value)
        for key, value in row.custom_fields.items()
    )


def _time(value: datetime | None, origin: Origin, field: str) -> datetime | None:
    """In UTC; a time without an offset is the source's, the earlier one in an hour that is repeated."""
    if value is None:
        return None
    try:
        return (value.replace(tzinfo=origin.zone) if value.tzinfo is None else value).astimezone(UTC)
    except OverflowError:
        raise ValueError(field) from None
