"""Spiffy's rows as records of ours."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal

from gateway.customer import AccountState, Address, AddressKind, CustomerRecord, Money, SignIn, Tag
from gateway.spec import Origin
from gateway.vendors.spiffy.row import SpiffyAddress, SpiffyCustomer

_STATES = {state.value.lower(): state for state in AccountState}


def read(row: SpiffyCustomer, origin: Origin) -> CustomerRecord:
    """The row as a record; raises ValueError, with the field's name alone, for a time or an amount that is none."""
    default = row.default_address
    return CustomerRecord(
        source_name=origin.source_name,
        vendor_id=str(row.id),
        name=_text(row.name),
        title=_text(row.title),
        first_name=_text(row.first_name),
        last_name=_text(row.last_name),
        company=_text(row.company) or (_text(default.company) if default else None),
        email=_text(row.email),
        phone=_text(default.phone) if default else None,
        note=_text(row.note),
        account_state=_STATES.get(row.state.strip().lower()) if row.state else None,
        accepts_marketing=row.accepts_marketing,
        is_wholesale=row.wholesale,
        orders_count=row.orders_count,
        total_spent=_money(row.total_spent, "total_spent", origin),
        last_order_id=None if row.last_order_id is None else str(row.last_order_id),
        store_credit=_money(row.credit, "credit", origin),
        sign_in=_sign_in(row, origin),
        addresses=None if row.addresses is None else tuple(_address(one, origin) for one in row.addresses),
        tags=None if row.tags is None else _tags(row.tags, origin),
        created_at=_time(row.created_at, "created_at", origin),
        updated_at=_time(row.updated_at, "updated_at", origin),
        details=row,
        fetched_at=origin.fetched_at,
    )


def _text(value: str | None) -> str | None:
    return (value.strip() or None) if value else None


def _time(value: datetime | None, field: str, origin: Origin) -> datetime | None:
    """Every sample has an offset; a time without one is read in the source's zone (assumed)."""
    if value is None:
        return None
    try:
        return (value if value.tzinfo else value.replace(tzinfo=origin.zone)).astimezone(UTC)
    except OverflowError:
        raise ValueError(field) from None


def _money(amount: Decimal | None, field: str, origin: Origin) -> tuple[Money, ...] | None:
    """The vendor names no currency: it is the store's. A text such as "NaN" decodes but is no amount."""
    if amount is None:
        return None
    if not amount.is_finite():
        raise ValueError(field)
    return (Money(amount=amount, currency=origin.currency),)


def _sign_in(row: SpiffyCustomer, origin: Origin) -> SignIn | None:
    sign_in = SignIn(
        count=row.sign_in_count,
        current_at=_time(row.current_sign_in_at, "current_sign_in_at", origin),
        current_ip=_text(row.current_sign_in_ip),
        last_at=_time(row.last_sign_in_at, "last_sign_in_at", origin),
        last_ip=_text(row.last_sign_in_ip),
    )
    return None if sign_in == SignIn() else sign_in


def _tags(text: str, origin: Origin) -> tuple[Tag, ...]:
    names = (name.strip() for name in text.split(","))
    return tuple(Tag(source_name=origin.source_name, name=name) for name in names if name)


def _address(address: SpiffyAddress, origin: Origin) -> Address:
    country_code = _text(address.country_code)
    return Address(
        source_name=origin.source_name,
        vendor_id=None if address.id is None else str(address.id),
        kinds=(AddressKind.DEFAULT if address.default else AddressKind.OTHER,),
        name=_text(address.name),
        title=_text(address.title),
        first_name=_text(address.first_name),
        last_name=_text(address.last_name),
        company=_text(address.company),
        line1=_text(address.address1),
        line2=_text(address.address2),
        city=_text(address.city),
        province=_text(address.province),
        province_code=_text(address.province_code),
        postal_code=_text(address.zip),
        country=_text(address.country),
        country_code=country_code.upper() if country_code else None,
        phone=_text(address.phone),
    )
