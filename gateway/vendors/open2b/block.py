"""Open2b's two address blocks, which are read, merged and sent whole: billing holds the person's own data too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import msgspec
from msgspec import UNSET

from gateway.change import AddressDraft, Draft, Maybe, TaxIdDraft
from gateway.customer import AddressKind, TaxIdKind, Value
from gateway.spelling import camel
from gateway.vendors.open2b.row import Open2bBillingAddress, Open2bShippingAddress

Path = tuple[str, ...]

PLACE: Final = {
    "line1": "street1",
    "line2": "street2",
    "city": "city",
    "postal_code": "postalCode",
    "province_code": "stateProv",
    "country_code": "country",
}
"""What both blocks have: part of an address → the vendor's name."""
PERSON: Final = {
    "first_name": "firstName",
    "last_name": "lastName",
    "company": "companyName",
    "phone": "phoneNumber",
    "mobile": "mobileNumber",
    "email": "email",
}
"""What the customer and its billing address have alike."""
BILLING: Final = {**PERSON, **PLACE, "fax": "faxNumber"}
SHIPPING: Final = {"name": "name", **PLACE}
ADDRESS_FIELDS: Final = frozenset(BILLING) | {"kinds", "name"}
NEEDED: Final = frozenset({"street1", "city", "postalCode", "country"})
"""What neither block can be without."""
NEEDED_BILLING: Final = NEEDED | {"firstName", "lastName", "email"}

_CODES: Final = ("personalCode", "companyCode", "companyCode2")
_BILLED: Final = frozenset({AddressKind.BILLING, AddressKind.DEFAULT})


class Text(Value, frozen=True, kw_only=True):
    """One value of a block, and where the input says it; null is the empty text."""

    value: str
    path: Path


Texts = Mapping[str, Text]
"""The vendor's name → what it is to be."""


class Placed(Value, frozen=True, kw_only=True):
    """Which addresses of a list become the blocks, by their places; the rest has no room."""

    billing: int | None
    shipping: int | None
    rest: tuple[int, ...]


def placed(addresses: tuple[AddressDraft, ...]) -> Placed:
    """By their kinds; an address of no kind is the billing one where none is said to be."""
    kinds = [frozenset(one.kinds or ()) for one in addresses]
    places = range(len(addresses))
    said = next((at for at in places if kinds[at] & _BILLED), None)
    unsaid = next((at for at in places if AddressKind.SHIPPING not in kinds[at]), None)
    billing = unsaid if said is None else said
    shipping = next((at for at in places if AddressKind.SHIPPING in kinds[at]), None)
    rest = tuple(at for at in places if at not in {billing, shipping})
    return Placed(billing=billing, shipping=shipping, rest=rest)


def billing_layers(draft: Draft) -> Iterator[Texts]:
    """What a draft says of the billing block, each layer stronger than those before it."""
    if draft.addresses and (at := placed(draft.addresses).billing) is not None:
        path = ("customer", "addresses", str(at))
        yield _whole(texts(draft.addresses[at], BILLING, path), {**PLACE, "fax": "faxNumber"}, path)
    if isinstance(draft.billing_address, AddressDraft):
        yield texts(draft.billing_address, BILLING, ("customer", "billingAddress"))
    yield _codes(draft.tax_ids)
    yield texts(draft, PERSON, ("customer",))


def billing_texts(draft: Draft) -> Texts:
    """What a draft says of the billing block."""
    return {name: text for layer in billing_layers(draft) for name, text in layer.items()}


def shipping_texts(draft: Draft) -> Maybe[Texts]:
    """What a draft says of the shipping block; None removes it. Addresses as a list leave nothing of a former one."""
    if draft.shipping_address is not UNSET:
        own = draft.shipping_address
        return None if own is None else recipient(own, ("customer", "shippingAddress"))
    if not draft.addresses:
        return UNSET
    at = placed(draft.addresses).shipping
    if at is None:
        return None
    path = ("customer", "addresses", str(at))
    return _whole(recipient(draft.addresses[at], path), PLACE, path)


def recipient(address: AddressDraft, path: Path) -> Texts:
    """The values of a shipping address, whose recipient is one text."""
    told = texts(address, SHIPPING, path)
    parts = [one for one in (address.first_name, address.last_name) if isinstance(one, str)]
    if "name" in told or not parts:
        return told
    return {**told, "name": Text(value=" ".join(parts), path=(*path, "firstName"))}


def texts(source: Draft | AddressDraft, names: Mapping[str, str], path: Path) -> Texts:
    """The values that were given, of these names. Country codes are kept in capitals."""
    return {
        name: Text(
            value=(value or "").upper() if name == "country" else value or "", path=(*path, camel(field))
        )
        for field, name in names.items()
        if (value := getattr(source, field)) is not UNSET
    }


def _whole(told: Texts, names: Mapping[str, str], path: Path) -> Texts:
    emptied = {name: Text(value="", path=(*path, camel(field))) for field, name in names.items()}
    return {**emptied, **told}


def _codes(tax_ids: Maybe[tuple[TaxIdDraft, ...]]) -> Texts:
    """All three codes, where tax numbers are given at all."""
    if tax_ids is UNSET:
        return {}
    emptied = {name: Text(value="", path=("customer", "taxIds")) for name in _CODES}
    return {**emptied, **dict(kept_codes(tax_ids or ()))}


def kept_codes(tax_ids: tuple[TaxIdDraft, ...]) -> Iterator[tuple[str, Text]]:
    """There is room for one number of the person and two of the company."""
    free = {TaxIdKind.PERSONAL: ["personalCode"], TaxIdKind.COMPANY: ["companyCode", "companyCode2"]}
    for at, tax_id in enumerate(tax_ids):
        if names := free.get(tax_id.kind):
            yield names.pop(0), Text(value=tax_id.value, path=("customer", "taxIds", str(at), "value"))


def as_sent(block: Open2bBillingAddress | Open2bShippingAddress | None) -> dict[str, str] | None:
    """A block as the vendor takes it: every part, absent ones as empty texts."""
    if block is None:
        return None
    return {name: value or "" for name, value in msgspec.to_builtins(block).items()}


def merged(former: Open2bBillingAddress | Open2bShippingAddress, told: Texts) -> dict[str, str]:
    """The former block with what is told of it."""
    return {**(as_sent(former) or {}), **{name: text.value for name, text in told.items()}}
