"""What Open2b's page asks of an input: lengths, what is needed, and what may not be cleared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Final

from gateway.change import AddressCreate, AddressDraft, AddressUpdate, Change, Create, Draft, Update
from gateway.customer import Json
from gateway.spelling import camel
from gateway.vendors.open2b.block import (
    BILLING,
    NEEDED,
    NEEDED_BILLING,
    PERSON,
    PLACE,
    Path,
    Texts,
    billing_layers,
    billing_texts,
    kept_codes,
    placed,
    recipient,
    shipping_texts,
    texts,
)
from gateway.vendors.open2b.label import label_number
from gateway.write import Fault

CRYPTED_BY: Final = ("Open2b", "osCommerce", "ZenCart", "CRELoaded")
"""The applications whose encrypted passwords it takes."""
_LENGTHS: Final = {
    "firstName": 25, "lastName": 25, "name": 100, "companyName": 100,
    "personalCode": 20, "companyCode": 20, "companyCode2": 20,
    "street1": 60, "street2": 60, "city": 35, "postalCode": 20, "stateProv": 3, "country": 2,
    "phoneNumber": 15, "mobileNumber": 15, "faxNumber": 15, "email": 120,
}  # fmt: skip
"""Characters of the parts of both blocks."""
_SHORTEST: Final = {"email": 3, "country": 2}
_LOCALE: Final = re.compile(r"[A-Za-z]{2}([-_][A-Za-z]{2})?")
_PLACES: Final = {name: field for field, name in {**BILLING, **PLACE}.items()}
_KEPT: Final = ("can_login", "creation_time")
"""What can be no null, of its own object."""
_LONGEST_CODE: Final = 32
_TOKEN: Final = 32
_LONGEST_RECIPIENT: Final = 256
_PLAIN: Final = range(6, 17)
_CRYPTED: Final = range(6, 51)
_MOST_COLLECTIONS: Final = 100


def paths() -> Mapping[str, Path]:
    """Where the input has what the error tables name; blocks' parts come with the block's name or without."""
    own = ("cart", "canLogin", "collection", "collections", "creationTime", "loginTime", "invoiceRecipient")
    told: dict[str, Path] = {name: ("customer", "open2b", name) for name in own}
    told |= {"group": ("customer", "groupId"), "password": ("customer", "password")}
    told |= {"password.cryptedBy": ("customer", "open2b", "passwordCryptedBy")}
    for field, name in {**PLACE, "name": "name"}.items():
        told[f"shippingAddress.{name}"] = ("customer", "shippingAddress", camel(field))
    for field, name in BILLING.items():
        root: Path = ("customer",) if field in PERSON else ("customer", "billingAddress")
        told[name] = told[f"billingAddress.{name}"] = (*root, camel(field))
    return told


def check(change: Change) -> Iterator[Fault]:
    """All of it is published; whether a group, a collection or a cart exists only the vendor knows."""
    match change:
        case Create(draft=draft):
            yield from _missing(billing_texts(draft), NEEDED_BILLING)
            if draft.own.get("can_login") is True and not draft.password:
                yield Fault(path=("customer", "password"), message="Open2b: who can sign in has a password.")
            yield from _draft(draft, is_new=True)
        case Update(draft=draft):
            yield from _draft(draft, is_new=False)
        case AddressCreate(address=address):
            told = recipient(address, ("address",))
            yield from _block(told)
            yield from _absent(told, ("address",))
        case AddressUpdate(address=address, address_id=address_id):
            yield from _block(_addressed(address, address_id))
        case _:
            return


def _addressed(address: AddressDraft, address_id: str | None) -> Texts:
    if (address_id or "").upper() == "SHIPPING":
        return recipient(address, ("address",))
    return texts(address, BILLING, ("address",))


def _missing(told: Texts, needed: Iterable[str]) -> Iterator[Fault]:
    """What a new customer lacks altogether; what is there and empty `_block` tells."""
    for name in sorted(frozenset(needed) - told.keys()):
        part = _PLACES[name]
        path: Path = ("customer", "billingAddress") if name in NEEDED else ("customer",)
        yield Fault(path=(*path, camel(part)), message=f"Open2b needs `{camel(part)}` in a new customer.")


def _absent(told: Texts, path: Path) -> Iterator[Fault]:
    for name in sorted(NEEDED - told.keys()):
        part = camel(_PLACES[name])
        yield Fault(path=(*path, part), message=f"Open2b needs `{part}` in an address.")


def _block(told: Texts) -> Iterator[Fault]:
    for name, text in told.items():
        length, longest = len(text.value), _LENGTHS[name]
        if not text.value and name in NEEDED_BILLING | {"name"}:
            yield Fault(path=text.path, message="Open2b cannot be without it.")
        elif length > longest:
            yield Fault(path=text.path, message=f"Open2b takes at most {longest} characters here.")
        elif length and length < _SHORTEST.get(name, 1):
            yield Fault(path=text.path, message=f"Open2b takes at least {_SHORTEST[name]} characters here.")


def _draft(draft: Draft, *, is_new: bool) -> Iterator[Fault]:
    yield from _block(billing_texts(draft))
    shipping = shipping_texts(draft)
    if isinstance(shipping, Mapping):
        yield from _block(shipping)
        if is_new:
            yield from _absent(shipping, ("customer", "shippingAddress"))
    yield from _texts(draft)
    yield from _password(draft)
    yield from _own(draft.own)


def _texts(draft: Draft) -> Iterator[Fault]:
    if isinstance(draft.code, str) and len(draft.code) > _LONGEST_CODE:
        message = f"Open2b's codes have at most {_LONGEST_CODE} characters."
        yield Fault(path=("customer", "code"), message=message)
    if draft.locale is None or (isinstance(draft.locale, str) and not _LOCALE.fullmatch(draft.locale)):
        message = "Open2b's locales are a language, with or without a region, such as en-GB."
        yield Fault(path=("customer", "locale"), message=message)
    if isinstance(draft.group_id, str) and not is_group(draft.group_id):
        yield Fault(path=("customer", "groupId"), message="Open2b's groups are numbers from 1 to 255.")
    if draft.billing_address is None or draft.addresses in (None, ()):
        path = ("customer", "billingAddress" if draft.billing_address is None else "addresses")
        yield Fault(path=path, message="Open2b cannot be without a billing address.")


def is_group(text: str) -> bool:
    """Whether a text is the number of a group."""
    return text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= 255


def _password(draft: Draft) -> Iterator[Fault]:
    application = draft.own.get("password_crypted_by")
    path = ("customer", "open2b", "passwordCryptedBy")
    if application is not None and application not in CRYPTED_BY:
        yield Fault(path=path, message=f"Open2b takes passwords encrypted by {', '.join(CRYPTED_BY)}.")
    if application is not None and not isinstance(draft.password, str):
        yield Fault(path=path, message="It says who has encrypted `password`, which is not given.")
    if isinstance(draft.password, str):
        lengths = _PLAIN if application is None else _CRYPTED
        if len(draft.password) not in lengths:
            message = f"Open2b's passwords have {lengths[0]} to {lengths[-1]} characters."
            yield Fault(path=("customer", "password"), message=message)


def _own(own: Mapping[str, Json]) -> Iterator[Fault]:
    yield from (_own_fault(key, "Open2b cannot be without it.") for key in _KEPT if own.get(key, 0) is None)
    for key in ("collection", "collections", "wish_list"):
        numbers = own.get(key, [])
        if any(
            number < 1
            for number in (numbers if isinstance(numbers, list) else [1 if numbers is None else numbers])
        ):
            yield _own_fault(key, "Open2b's numbers begin with 1.")
    collections = own.get("collections") or []
    if len(collections) > _MOST_COLLECTIONS or len(set(collections)) < len(collections):
        yield _own_fault("collections", f"At most {_MOST_COLLECTIONS} collections, each once.")
    if (cart := own.get("cart")) is not None and len(cart) != _TOKEN:
        yield _own_fault("cart", f"A cart's token has {_TOKEN} characters.")
    if len(own.get("invoice_recipient") or "") > _LONGEST_RECIPIENT:
        yield _own_fault("invoice_recipient", f"It has at most {_LONGEST_RECIPIENT} characters.")
    created, login = own.get("creation_time"), own.get("login_time")
    if isinstance(created, datetime) and isinstance(login, datetime) and login < created:
        yield _own_fault("login_time", "Nobody signs in before the creation.")


def _numbers(value: int | list[int] | None) -> list[int]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _own_fault(key: str, message: str) -> Fault:
    return Fault(path=("customer", "open2b", camel(key)), message=message)


def ignores(change: Change) -> Iterator[str]:
    """Values for which there is no room, or in whose place a stronger one was given."""
    match change:
        case Create(draft=draft) | Update(draft=draft):
            yield from _roomless(draft)
            yield from _displaced(draft)
            if isinstance(change, Create):
                yield from _no_labels(draft.tags or ())
        case AddressCreate(address=address):
            yield from _beside(address, "address")
        case AddressUpdate(address=address, address_id=address_id):
            if (address_id or "").upper() == "SHIPPING":
                yield from _beside(address, "address")
            elif isinstance(address.name, str):
                yield "address.name"
        case _:
            return


def _roomless(draft: Draft) -> Iterator[str]:
    kept = {text.path[2] for _, text in kept_codes(draft.tax_ids or ())}
    yield from (f"taxIds[{at}]" for at in range(len(draft.tax_ids or ())) if str(at) not in kept)
    at = placed(draft.addresses or ())
    yield from (f"addresses[{place}]" for place in at.rest)
    if draft.addresses and at.shipping is not None and at.shipping != at.billing:
        yield from _beside(draft.addresses[at.shipping], f"addresses[{at.shipping}]")
    if draft.shipping_address:
        yield from _beside(draft.shipping_address, "shippingAddress")
    if draft.billing_address and isinstance(draft.billing_address.name, str):
        yield "billingAddress.name"


def _beside(address: AddressDraft, path: str) -> Iterator[str]:
    """What the billing block has room for and the shipping block has not."""
    for field in ("company", "phone", "mobile", "fax", "email"):
        if isinstance(getattr(address, field), str):
            yield f"{path}.{field}"


def _displaced(draft: Draft) -> Iterator[str]:
    winner = billing_texts(draft)
    for layer in billing_layers(draft):
        for name, text in layer.items():
            if text.value and text.value != winner[name].value:
                yield _dotted(text.path[1:])


def _dotted(path: Path) -> str:
    return "".join(f"[{part}]" if part.isdigit() else f".{part}" for part in path).removeprefix(".")


def _no_labels(tags: tuple[str, ...]) -> Iterator[str]:
    yield from (f"tags[{at}]" for at, tag in enumerate(tags) if label_number(tag) is None)
