"""Open2b's rows as records of ours."""

from __future__ import annotations

from datetime import UTC, datetime

from gateway.customer import (
    AccountState,
    Address,
    AddressKind,
    CustomerGroup,
    CustomerRecord,
    SignIn,
    Tag,
    TaxId,
    TaxIdKind,
)
from gateway.spec import Origin
from gateway.vendors.open2b.row import Open2bBillingAddress, Open2bCustomer, Open2bShippingAddress

_NO_BILLING = Open2bBillingAddress()
_NO_TIMES = frozenset({"", "0000-00-00 00:00:00"})
"""What databases write where a column cannot be null (assumed for times that the document does not call nullable)."""


def read(row: Open2bCustomer, origin: Origin) -> CustomerRecord:
    """The row as a record; raises ValueError, with the field's name alone, for a text that is no time."""
    billing = row.billing_address or _NO_BILLING
    return CustomerRecord(
        source_name=origin.source_name,
        vendor_id=str(row.id),
        name=_text(row.full_name),
        first_name=_text(billing.first_name),
        last_name=_text(billing.last_name),
        company=_text(billing.company_name),
        email=_text(billing.email),
        phone=_text(billing.phone_number),
        mobile=_text(billing.mobile_number),
        locale=_text(row.locale),
        code=_text(row.code),
        tax_ids=_tax_ids(row.billing_address, origin),
        account_state=_account_state(row),
        sign_in=_sign_in(row, origin),
        addresses=_addresses(row, origin),
        tags=_tags(row, origin),
        groups=_groups(row, origin),
        created_at=_time(row.creation_time, "creationTime", origin),
        updated_at=_time(row.update_time, "updateTime", origin),
        details=row,
        fetched_at=origin.fetched_at,
    )


def _text(value: str | None) -> str | None:
    return (value.strip() or None) if value else None


def _time(text: str | None, field: str, origin: Origin) -> datetime | None:
    """Of an hour that a clock change repeats, the earlier instant."""
    if text is None or text.strip() in _NO_TIMES:
        return None
    try:
        time = datetime.fromisoformat(text.strip())
        return (time if time.tzinfo else time.replace(tzinfo=origin.zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(field) from None


def _account_state(row: Open2bCustomer) -> AccountState | None:
    if row.can_login:
        return AccountState.ENABLED
    if row.can_login is None or row.has_password is None:
        return None
    return AccountState.DISABLED if row.has_password else AccountState.GUEST


def _sign_in(row: Open2bCustomer, origin: Origin) -> SignIn | None:
    last_at = _time(row.login_time, "loginTime", origin)
    return None if last_at is None else SignIn(last_at=last_at)


def _tax_ids(billing: Open2bBillingAddress | None, origin: Origin) -> tuple[TaxId, ...] | None:
    if billing is None:
        return None
    numbers = (
        (TaxIdKind.PERSONAL, _text(billing.personal_code)),
        (TaxIdKind.COMPANY, _text(billing.company_code)),
        (TaxIdKind.COMPANY, _text(billing.company_code2)),
    )
    return tuple(
        TaxId(source_name=origin.source_name, kind=kind, value=value) for kind, value in numbers if value
    )


def _tags(row: Open2bCustomer, origin: Origin) -> tuple[Tag, ...] | None:
    """Labels have names in the vendor's own browser interface only: the number is all that is told."""
    if row.labels is None:
        return None
    return tuple(
        Tag(source_name=origin.source_name, vendor_id=str(label), name=str(label)) for label in row.labels
    )


def _groups(row: Open2bCustomer, origin: Origin) -> tuple[CustomerGroup, ...] | None:
    if row.group is None:
        return None
    if row.group == 0:
        return ()
    group_id = str(row.group)
    return (
        CustomerGroup(source_name=origin.source_name, vendor_id=group_id, name=origin.names.get(group_id)),
    )


def _addresses(row: Open2bCustomer, origin: Origin) -> tuple[Address, ...] | None:
    if row.billing_address is None:
        return None
    billing = _billing(row.billing_address, origin)
    if row.shipping_address is None:
        return (billing,)
    return (billing, _shipping(row.shipping_address, origin))


def _country_code(text: str | None) -> str | None:
    code = _text(text)
    return code.upper() if code else None


def _billing(address: Open2bBillingAddress, origin: Origin) -> Address:
    return Address(
        source_name=origin.source_name,
        kinds=(AddressKind.BILLING, AddressKind.DEFAULT),
        first_name=_text(address.first_name),
        last_name=_text(address.last_name),
        company=_text(address.company_name),
        line1=_text(address.street1),
        line2=_text(address.street2),
        city=_text(address.city),
        province_code=_text(address.state_prov),
        postal_code=_text(address.postal_code),
        country_code=_country_code(address.country),
        phone=_text(address.phone_number),
        mobile=_text(address.mobile_number),
        fax=_text(address.fax_number),
        email=_text(address.email),
    )


def _shipping(address: Open2bShippingAddress, origin: Origin) -> Address:
    return Address(
        source_name=origin.source_name,
        kinds=(AddressKind.SHIPPING,),
        name=_text(address.name),
        line1=_text(address.street1),
        line2=_text(address.street2),
        city=_text(address.city),
        province_code=_text(address.state_prov),
        postal_code=_text(address.postal_code),
        country_code=_country_code(address.country),
    )
