"""From the API's inputs to the domain's drafts: left out is UNSET, null is None, texts are trimmed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import strawberry
from msgspec import UNSET

from gateway.change import AddressDraft, Draft, HouseAccountDraft, LoyaltyDraft, TaxIdDraft
from gateway.customer import Json
from gateway.errors import InvalidInput
from resolvers.profile_input import AddressInput, CustomFieldInput, TaxIdInput
from resolvers.vendor_input import OWN_INPUTS, CustomerFieldsInput

T = TypeVar("T")


def given(value: T | None) -> T | None:
    """An argument for which left out and null mean the same."""
    return None if value is strawberry.UNSET else value


def draft_of(fields: CustomerFieldsInput) -> Draft:
    """The unified fields; the vendors' own objects are `owns_of`."""
    values = {name: _value(name, getattr(fields, name)) for name in _NAMES}
    return Draft(**values)


def owns_of(fields: CustomerFieldsInput) -> Mapping[str, Mapping[str, Json]]:
    """The vendors' own objects that were given, less the fields that were left out in them."""
    objects = {name: getattr(fields, name) for name in OWN_INPUTS}
    return {
        name: _own(one) for name, one in objects.items() if one is not strawberry.UNSET and one is not None
    }


def address_of(address: AddressInput) -> AddressDraft:
    """One address, or changes to it."""
    return AddressDraft(
        **{name: _value(name, getattr(address, name)) for name in AddressDraft.__struct_fields__}
    )


def custom_fields_of(fields: Iterable[CustomFieldInput]) -> Mapping[str, Json]:
    """Key → value; raises `InvalidInput` for a key that comes twice."""
    found: dict[str, Json] = {}
    for at, field in enumerate(fields):
        if field.key in found:
            raise InvalidInput(f"The key {field.key!r} comes twice.", path=("customFields", str(at), "key"))
        found[field.key] = given(field.value)
    return found


def tags_of(tags: Iterable[str]) -> tuple[str, ...]:
    """Each name once, trimmed, in the order they came."""
    return tuple(dict.fromkeys(tag.strip() for tag in tags))


def _own(one: object) -> dict[str, Json]:
    names = type(one).__annotations__
    values = {name: _value(name, getattr(one, name)) for name in names}
    return {name: value for name, value in values.items() if value is not UNSET}


def _tax_ids(tax_ids: Iterable[TaxIdInput]) -> tuple[TaxIdDraft, ...]:
    return tuple(TaxIdDraft(kind=one.kind, value=one.value.strip()) for one in tax_ids)


_CONVERTERS: Mapping[str, Callable[[Any], Any]] = {
    "tax_ids": _tax_ids,
    "tags": tags_of,
    "custom_fields": custom_fields_of,
    "addresses": lambda addresses: tuple(map(address_of, addresses)),
    "billing_address": address_of,
    "shipping_address": address_of,
    "house_account": lambda account: HouseAccountDraft(
        is_enabled=_value("", account.is_enabled), limit=_value("", account.limit)
    ),
    "loyalty": lambda loyalty: LoyaltyDraft(is_enabled=_value("", loyalty.is_enabled)),
    "kinds": tuple,
    "password": str,  # blanks belong to it
    "extra": lambda value: value,
}
_NAMES = tuple(name for name in Draft.__struct_fields__ if name != "own")


def _value(name: str, value: Any) -> Any:  # noqa: ANN401  # whatever an input field holds
    if value is strawberry.UNSET:
        return UNSET
    if value is None:
        return None
    if name in _CONVERTERS:
        return _CONVERTERS[name](value)
    return (value.strip() or None) if isinstance(value, str) else value
