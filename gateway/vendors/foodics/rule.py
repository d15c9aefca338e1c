"""What Foodics' pages ask of an input, and what it has no place for."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Final

from msgspec import UNSET
from phonenumbers import COUNTRY_CODE_TO_REGION_CODE

from gateway.change import AddressCreate, AddressDraft, AddressUpdate, Change, Create, Draft, Update, given
from gateway.spelling import camel
from gateway.write import Fault

_KEPT: Final = ("name", "phone", "is_blacklisted")
"""What can be no null."""
_MOST_DIGITS: Final = 3
"""Of a country calling code (ITU-T E.164)."""


def parts_of(phone: str) -> tuple[int | None, str]:
    """Dial code and national digits; no dial code where the number does not begin with "+" and a known one."""
    digits = "".join(letter for letter in phone if letter.isascii() and letter.isdigit())
    if not phone.strip().startswith("+"):
        return None, digits
    codes = (digits[:length] for length in range(1, _MOST_DIGITS + 1))
    code = next((one for one in codes if one and int(one) in COUNTRY_CODE_TO_REGION_CODE), None)
    return (None, digits) if code is None else (int(code), digits.removeprefix(code))


def check(change: Change) -> Iterator[Fault]:
    """What its table does not call nullable, the whole numbers of limits, and phone numbers in two parts."""
    match change:
        case Create(draft=draft):
            yield from _needed(draft)
            yield from _draft(draft)
        case Update(draft=draft):
            yield from _draft(draft)
        case AddressUpdate(address=address):
            if address.name is None:
                yield Fault(path=("address", "name"), message="Foodics' addresses have a name.")
        case _:
            return


def _needed(draft: Draft) -> Iterator[Fault]:
    if draft.name is UNSET and not whole_name(draft):
        yield Fault(path=("customer", "name"), message="Foodics needs `name`, or `firstName` and `lastName`.")
    if draft.phone is UNSET:
        yield Fault(path=("customer", "phone"), message="Foodics needs a phone number.")
    elif isinstance(draft.phone, str) and dial_code(draft) is None:
        message = "Foodics needs the phone's country code: a leading + with one, or `foodics.dialCode`."
        yield Fault(path=("customer", "phone"), message=message)


def whole_name(draft: Draft) -> str | None:
    """The name, or what first and last name make together; None where neither is told."""
    if isinstance(draft.name, str):
        return draft.name
    parts = [one for one in (draft.first_name, draft.last_name) if isinstance(one, str)]
    return " ".join(parts) if len(parts) == len(("first", "last")) else None


def dial_code(draft: Draft) -> int | None:
    """The one that is given, else the phone number's own."""
    told = draft.own.get("dial_code")
    if isinstance(told, int):
        return told
    return parts_of(draft.phone)[0] if isinstance(draft.phone, str) else None


def _draft(draft: Draft) -> Iterator[Fault]:
    for field in _KEPT:
        if getattr(draft, field) is None:
            yield Fault(path=("customer", camel(field)), message="Foodics cannot be without it.")
    yield from _phone(draft)
    for field in ("house_account", "loyalty"):
        part = getattr(draft, field)
        if part and part.is_enabled is None:
            message = "Foodics knows yes and no: null is neither."
            yield Fault(path=("customer", camel(field), "isEnabled"), message=message)
    account = draft.house_account
    if account and isinstance(account.limit, Decimal) and account.limit != account.limit.to_integral_value():
        message = "Foodics' limits are whole numbers."
        yield Fault(path=("customer", "houseAccount", "limit"), message=message)


def _phone(draft: Draft) -> Iterator[Fault]:
    if "dial_code" in draft.own and (code := draft.own["dial_code"]) not in COUNTRY_CODE_TO_REGION_CODE:
        message = (
            "Foodics cannot be without it." if code is None else "There is no such country calling code."
        )
        yield Fault(path=("customer", "foodics", "dialCode"), message=message)
    if not isinstance(draft.phone, str):
        return
    code, digits = parts_of(draft.phone)
    if not digits or (draft.phone.strip().startswith("+") and code is None):
        yield Fault(path=("customer", "phone"), message="This is no phone number that Foodics could hold.")
    elif code is not None and draft.own.get("dial_code") not in (None, code):
        message = "The phone number begins with another country calling code."
        yield Fault(path=("customer", "foodics", "dialCode"), message=message)


def ignores(change: Change) -> Iterator[str]:
    """Parts of a name beside a whole one, or without the other part."""
    if isinstance(change, AddressCreate | AddressUpdate) and isinstance(change.address.name, str):
        parts = (name for name in given(change.address) if name in {"first_name", "last_name"})
        yield from (f"address.{camel(name)}" for name in parts)
    if isinstance(change, Create) and (isinstance(change.draft.name, str) or not whole_name(change.draft)):
        names = (name for name in given(change.draft) if name in {"first_name", "last_name"})
        yield from map(camel, names)


def recipient(address: AddressDraft, customer: str | None) -> str | None:
    """An address has a name: that of who receives there, the customer where nobody else is named."""
    if isinstance(address.name, str):
        return address.name
    parts = [one for one in (address.first_name, address.last_name) if isinstance(one, str)]
    return " ".join(parts) or customer
