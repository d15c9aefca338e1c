"""Foodics' rows as records of ours."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.customer import (
    Address,
    CustomerRecord,
    Gender,
    HouseAccount,
    Loyalty,
    Tag,
)
from gateway.spec import Origin
from gateway.vendors.foodics.row import FoodicsAddress, FoodicsCustomer, FoodicsTag

_GENDERS = {1: Gender.MALE, 2: Gender.FEMALE}


def read(row: FoodicsCustomer, origin: Origin) -> CustomerRecord:
    """The row as a record. Times are UTC whatever the source's zone; raises ValueError for a text that is no time."""
    return CustomerRecord(
        source_name=origin.source_name,
        vendor_id=row.id,
        name=_text(row.name),
        email=_text(row.email),
        phone=_phone(row),
        gender=None if row.gender is None else _GENDERS.get(row.gender),
        birth_date=row.birth_date,
        note=_text(row.notes),
        is_blacklisted=row.is_blacklisted,
        orders_count=row.order_count,
        last_order_at=_time(row.last_order_at, "last_order_at"),
        house_account=_house_account(row),
        loyalty=_loyalty(row),
        addresses=None if row.addresses is None else tuple(_address(one, origin) for one in row.addresses),
        tags=None if row.tags is None else tuple(_tag(one, origin) for one in row.tags),
        created_at=_time(row.created_at, "created_at"),
        updated_at=_time(row.updated_at, "updated_at"),
        deleted_at=_time(row.deleted_at, "deleted_at"),
        details=row,
        fetched_at=origin.fetched_at,
    )


def _text(value: str | None) -> str | None:
    return (value.strip() or None) if value else None


def _phone(row: FoodicsCustomer) -> str | None:
    phone = _text(row.phone)
    if phone is None or row.dial_code is None or phone.startswith("+"):
        return phone
    return f"+{row.dial_code}{phone}"


def _house_account(row: FoodicsCustomer) -> HouseAccount | None:
    account = HouseAccount(
        is_enabled=row.is_house_account_enabled,
        limit=row.house_account_limit,
        balance=row.house_account_balance,
    )
    return None if account == HouseAccount() else account


def _loyalty(row: FoodicsCustomer) -> Loyalty | None:
    loyalty = Loyalty(is_enabled=row.is_loyalty_enabled, balance=row.loyalty_balance)
    return None if loyalty == Loyalty() else loyalty


def _address(address: FoodicsAddress, origin: Origin) -> Address:
    return Address(
        source_name=origin.source_name,
        vendor_id=address.id,
        name=_text(address.name),
        line1=_text(address.description),
        latitude=address.latitude,
        longitude=address.longitude,
        delivery_zone_id=None if address.delivery_zone is None else address.delivery_zone.id,
        created_at=_time(address.created_at, "addresses.created_at"),
        updated_at=_time(address.updated_at, "addresses.updated_at"),
    )


def _tag(tag: FoodicsTag, origin: Origin) -> Tag:
    return Tag(source_name=origin.source_name, vendor_id=tag.id, name=_text(tag.name) or tag.id)


def _time(text: str | None, field: str) -> datetime | None:
    """A time of this vendor; its document writes HH-MM-SS where its samples have colons, so both are read."""
    if not text:
        return None
    day, clock = text[:10], text[10:]
    if clock[3:4] == "-":
        clock = clock.replace("-", ":")
    try:
        time = datetime.fromisoformat(day + clock)
    except ValueError:
        raise ValueError(field) from None
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
