"""Tiendanube's customers as the emulation keeps them: samples, population and indexed columns."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from gateway.sandbox import search
from gateway.sandbox.place import Address
from gateway.sandbox.population import Person, Presence
from gateway.sandbox.store import Document, Table, Value
from gateway.sandbox.text import lowered
from gateway.sandbox.vendor import State

BILLING = (
    "billing_address", "billing_city", "billing_country", "billing_floor", "billing_locality", "billing_number",
    "billing_phone", "billing_province", "billing_zipcode",
)  # fmt: skip
ADDRESS = ("address", "city", "country", "floor", "locality", "number", "phone", "province", "zipcode")
HIDDEN = frozenset({"password", "send_email_invite"})
"""Keys of a document that are written and never shown."""
STORE_ZONE = timezone(timedelta(hours=-3))


def written(seconds: int) -> str:
    """A time of a write, with the offset of the vendor's own samples."""
    return datetime.fromtimestamp(seconds, STORE_ZONE).isoformat()


def _live(seconds: int) -> str:
    """A time as live shops answer it: +0000 without a colon (issue 32 of the vendor's api-docs repository)."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%S+0000")


def blank() -> Document:
    """Every field of a customer without anything; ``id`` and times are still missing."""
    return {
        "email": None, "identification": None, "last_order_id": None, "name": None, "note": None, "phone": None,
        "total_spent": "0.00", "total_spent_currency": "USD", **dict.fromkeys(BILLING), "extra": {},
        "default_address": None, "addresses": [],
    }  # fmt: skip


def _values(document: Document) -> Sequence[Value]:
    email = document["email"]
    return (
        _seconds(document["created_at"]),
        _seconds(document["updated_at"]),
        None if email is None else lowered(email),
        *search.values((document["name"], email, document["identification"])),
    )


def _seconds(time: str) -> int:
    return int(datetime.fromisoformat(time).timestamp())


CUSTOMER = Table(
    columns={"created": "INTEGER", "updated": "INTEGER", "email": "TEXT", **search.COLUMNS},
    values=_values,
    indexes=("created", "updated", "email", "text_lowered", "text_folded", *search.INDEXES),
)


def load(state: State, document: Document) -> Document:
    """A document with what it lacks filled in; without an ``updated_at`` it was never changed."""
    created = document.get("created_at") or written(state.now())
    addresses = document.get("addresses") or []
    identifier = document["id"] if "id" in document else state.customers.next_id()
    filled = {"id": identifier, "created_at": created, "updated_at": created, **blank(), **document}
    if document.get("default_address") is None:
        filled["default_address"] = default_of(addresses)
    return filled


def default_of(addresses: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """The address marked as the default, None where there is none."""
    return next((address for address in addresses if address["default"]), None)


def seed(person: Person, presence: Presence, number: int) -> Document:
    """One member of the population; what live shops show and the document does not is there for some of them."""
    identifier = 1_000_000 + number * 7 + person.lot % 7
    created, updated = _live(presence.created_at), _live(presence.changed_at)
    addresses = [
        _address(place, person, identifier * 10 + position, (created, updated), default=position == 1)
        for position, place in enumerate(person.addresses, 1)
    ]
    return {
        "id": identifier,
        "created_at": created,
        "updated_at": updated,
        "email": presence.email,
        "identification": person.personal_tax_id or person.company_tax_id,
        "last_order_id": 5_000_000 + person.lot % 900_000 if person.orders else None,
        "name": person.name,
        "note": person.note,
        "phone": None if person.phone is None else f"+{person.dial_code}{person.phone}",
        "total_spent": f"{person.spent // 100}.{person.spent % 100:02d}",
        "total_spent_currency": "BRL" if person.locale == "pt_BR" else "USD",
        **_billing(person),
        "extra": _extra(person),
        "default_address": addresses[0] if addresses else None,
        "addresses": addresses,
        **_sometimes(person, updated),
    }


def _address(
    address: Address, person: Person, identifier: int, times: tuple[str, str], *, default: bool
) -> dict[str, Any]:
    place = address.place
    shown = {
        "address": place.street, "city": place.city, "country": place.country, "created_at": times[0],
        "default": default, "floor": address.floor, "id": identifier, "locality": address.locality,
        "number": address.number, "phone": person.phone, "province": place.province, "updated_at": times[1],
        "zipcode": place.postal_code,
    }  # fmt: skip
    if identifier % 2:
        shown["name"] = person.name
    return shown


def _billing(person: Person) -> dict[str, str | None]:
    if person.lot % 3 or not person.addresses:
        return dict.fromkeys(BILLING)
    address = person.addresses[-1]
    place = address.place
    return {
        "billing_address": place.street, "billing_city": place.city, "billing_country": place.country,
        "billing_floor": address.floor, "billing_locality": address.locality, "billing_number": address.number,
        "billing_phone": person.phone, "billing_province": place.province, "billing_zipcode": place.postal_code,
    }  # fmt: skip


def _extra(person: Person) -> dict[str, str] | list[str]:
    """The custom map: empty as an object for some and as a list for others (assumed of a PHP back end)."""
    if person.tags:
        return {"number_of_children": str(person.lot % 4), "interest": person.tags[0]}
    return [] if person.lot % 2 else {}


def _sometimes(person: Person, updated: str) -> Document:
    shown: Document = {}
    if person.lot % 4 == 1:
        shown["active"] = (
            "true" if person.registered else "false"
        )  # as documented; live shops answer booleans
    elif person.lot % 4:
        shown["active"] = person.registered
    if person.lot % 5 == 0:
        shown["billing_name"] = person.company or person.name
    if person.consent is not None:
        shown["accepts_marketing"] = person.consent
        shown["accepts_marketing_updated_at"] = updated if person.lot % 3 else None
    return shown


_EVERGREEN: Mapping[str, str | None] = {
    "address": "Evergreen Terrace", "city": "Springfield", "country": "US", "floor": None, "locality": None,
    "number": "742", "phone": "555-123-0413", "province": "Oregon", "zipcode": "97475",
}  # fmt: skip
_PRACA: Mapping[str, str | None] = {
    "address": "Praça Roberto Gomes Pedrosa", "city": "São Paulo", "country": "BR", "floor": None,
    "locality": "Morumbi", "number": "1", "phone": "11 3749-8000", "province": "São Paulo", "zipcode": "05653-070",
}  # fmt: skip


def samples() -> Sequence[Document]:
    """The two customers of the vendor's document; they share an e-mail, and their addresses an id."""
    john = {
        "id": 101, "created_at": "2013-01-03T09:11:51-03:00", "updated_at": "2013-03-11T09:14:11-03:00",
        "identification": "28776255670", "last_order_id": 9001, "name": "John Doe", "phone": None,
        "total_spent": "89.00",
    }  # fmt: skip
    nobody = {
        "id": 112, "created_at": "2013-04-07T09:11:51-03:00", "updated_at": "2013-04-08T11:11:51-03:00",
        "identification": "28776255671", "last_order_id": None, "name": "Zé Ninguém", "phone": "392502584",
        "total_spent": "0.00",
    }  # fmt: skip
    return [
        _sample(john, _EVERGREEN, "2013-03-10T11:13:01-03:00"),
        _sample(nobody, _PRACA, "2013-04-08T11:13:01-03:00"),
    ]


def _sample(own: Document, place: Mapping[str, str | None], changed: str) -> Document:
    address = {**place, "id": 1234, "default": True, "created_at": own["created_at"], "updated_at": changed}
    return {
        **blank(),
        **{f"billing_{name}": value for name, value in _EVERGREEN.items()},
        **own,
        "email": "john.doe@example.com",
        "extra": {"number_of_children": "2", "gender": "male"},
        "default_address": address,
        "addresses": [address],
    }
