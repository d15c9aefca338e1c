"""Spiffy's customers as the emulation keeps them: the document's sample, the population and the indexed columns."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

from gateway.sandbox import search
from gateway.sandbox.place import PLACES, Address
from gateway.sandbox.population import END, Person, Presence
from gateway.sandbox.store import Document, Table, Value
from gateway.sandbox.text import folded, lowered
from gateway.sandbox.vendor import State

STATES = ("guest", "disabled", "invited", "enabled", "declined")
STORE_ZONE = timezone(timedelta(hours=10))
ADDRESS = (
    "title", "first_name", "last_name", "company", "address1", "address2", "city", "province", "province_code",
    "country", "country_code", "zip", "phone",
)  # fmt: skip
HIDDEN = frozenset({"ordered_at", "abandoned_at", "address_serial"})
"""What the shop knows beside the customer: unix seconds of the last order and of the last abandoned one, and how many
addresses there ever were."""
COUNTRY_NAMES: Mapping[str, str] = {place.country: place.country_name for place in PLACES}


def written(milliseconds: int) -> str:
    """A time as the vendor shows it: milliseconds, and the offset of the store."""
    return datetime.fromtimestamp(milliseconds / 1000, STORE_ZONE).isoformat(timespec="milliseconds")


def full_name(parts: Mapping[str, Any]) -> str:
    """The derived name: title, first and last name as far as they are there."""
    return " ".join(part for name in ("title", "first_name", "last_name") if (part := parts.get(name)))


def blank() -> Document:
    """Every field of a customer without anything; ``id``, ``name`` and times are still missing."""
    return {
        "title": "", "first_name": "", "last_name": "", "email": None, "accepts_marketing": False, "note": None,
        "orders_count": 0, "state": "disabled", "total_spent": 0.0, "sign_in_count": 0, "current_sign_in_at": None,
        "current_sign_in_ip": None, "last_sign_in_at": None, "last_sign_in_ip": None, "last_order_id": None,
        "wholesale": False, "credit": 0.0, "tags": "", "addresses": [], "ordered_at": None, "abandoned_at": None,
        "address_serial": 0,
    }  # fmt: skip


def _values(document: Document) -> Sequence[Value]:
    addresses: Sequence[Mapping[str, Any]] = document["addresses"]
    email = document["email"]
    # Whether the search sees companies is not documented: here it does.
    places = [
        address.get(name) for address in addresses for name in ("city", "province", "country", "company")
    ]
    places.append(document.get("company"))
    countries = [_country(address) for address in addresses]
    default = next((_country(address) for address in addresses if address.get("default")), None)
    return (
        _milliseconds(document["created_at"]),
        _milliseconds(document["updated_at"]),
        None if email is None else lowered(email),
        document["accepts_marketing"],
        document["wholesale"],
        document["state"],
        document["orders_count"],
        float(document["total_spent"]),
        float(document["credit"]),
        document["ordered_at"],
        document["abandoned_at"],
        default,
        f"|{'|'.join(countries)}|",
        *search.values((document["name"], email, *places)),
    )


def _country(address: Mapping[str, Any]) -> str:
    return folded(address.get("country") or "")


def _milliseconds(time: str) -> int:
    return round(datetime.fromisoformat(time).timestamp() * 1000)


_COLUMNS: Mapping[str, str] = {
    "created": "INTEGER", "updated": "INTEGER", "email": "TEXT", "accepts_marketing": "INTEGER",
    "wholesale": "INTEGER", "state": "TEXT", "orders_count": "INTEGER", "total_spent": "REAL", "credit": "REAL",
    "ordered": "INTEGER", "abandoned": "INTEGER", "country": "TEXT", "countries": "TEXT", **search.COLUMNS,
}  # fmt: skip
CUSTOMER = Table(
    columns=_COLUMNS,
    values=_values,
    indexes=(
        "created, accepts_marketing, wholesale", "updated, accepts_marketing, wholesale", "email",
        "accepts_marketing", "wholesale", *search.INDEXES,
    ),
)  # fmt: skip


def load(state: State, document: Document) -> Document:
    """A document with what it lacks filled in; without an ``updated_at`` it was never changed."""
    created = document.get("created_at") or written(state.now() * 1000)
    identifier = document["id"] if "id" in document else state.customers.next_id()
    filled: Document = {
        "id": identifier,
        "name": full_name(document),
        "created_at": created,
        "updated_at": created,
    }
    filled |= {**blank(), **document}
    filled["address_serial"] = len(filled["addresses"])
    return with_default(filled)


def dump(_state: State, document: Document) -> Document:
    """The complete customer, without what only the shop knows."""
    return visible(document)


def visible(document: Document) -> Document:
    """A customer as the list shows it."""
    return {name: value for name, value in document.items() if name not in HIDDEN}


def with_default(document: Document) -> Document:
    """The same with the default address repeated on its own, or without that key where there is none."""
    rest = {name: value for name, value in document.items() if name != "default_address"}
    default = next((address for address in document["addresses"] if address.get("default")), None)
    return rest if default is None else {**rest, "default_address": default}


def seed(person: Person, presence: Presence, number: int) -> Document:
    """One member of the population; what the vendor's documents show in two ways is here in both."""
    identifier = 500 + number * 5 + person.lot % 5
    spent = person.spent / 100
    document: Document = {
        **blank(),
        "id": identifier,
        "title": person.title if number % 2 else person.title or "",
        "first_name": person.first_name,
        "last_name": person.last_name,
        "name": full_name(
            {"title": person.title, "first_name": person.first_name, "last_name": person.last_name}
        ),
        "email": presence.email,
        "accepts_marketing": person.consent is True,
        "note": person.note,
        "orders_count": person.orders,
        "total_spent": f"{spent:.2f}" if number % 3 == 0 else spent,
        "created_at": written(_moment(presence.created_at)),
        "updated_at": written(_moment(presence.changed_at)),
        "last_order_id": 20_000 + person.lot % 90_000 if person.orders else None,
        "wholesale": person.wholesale,
        "credit": person.credit / 100,
        "tags": _tags(person, number),
        "addresses": [
            _address(place, person, identifier * 100, n) for n, place in enumerate(person.addresses, 1)
        ],
        "address_serial": len(person.addresses),
        **_account(person, presence),
        **_programs(person, number),
    }
    if person.orders:
        document["ordered_at"] = min(END, presence.created_at + person.lot % 30_000_000)
    if person.lot % 11 == 0:
        document["abandoned_at"] = min(END, presence.created_at + person.lot % 20_000_000)
    return with_default(document)


def _moment(seconds: int) -> int:
    """Unix milliseconds; equal seconds stay equal, so that bulk imports do."""
    return seconds * 1000 + seconds % 1000


def _tags(person: Person, number: int) -> str | None:
    if not person.tags:
        return None if number % 2 else ""
    return (", " if number % 4 == 0 else ",").join(person.tags)


def _account(person: Person, presence: Presence) -> Document:
    if not person.registered:
        return {"state": "guest"}
    state = STATES[1 + person.lot % 4]
    if state != "enabled":
        return {"state": state}
    last = _moment(presence.created_at + person.lot % 1_000_000)
    return {
        "state": state,
        "sign_in_count": 1 + person.lot % 300,
        "current_sign_in_at": written(last),
        "current_sign_in_ip": f"203.0.113.{person.lot % 250}",
        "last_sign_in_at": written(last - person.lot % 100_000_000) if person.lot % 300 else None,
        "last_sign_in_ip": f"198.51.100.{person.lot % 250}" if person.lot % 300 else None,
    }


def _programs(person: Person, number: int) -> Document:
    """Fields that not every shop or revision has."""
    shown: Document = {}
    if number % 2:
        shown["company"] = person.company or ""
    if person.lot % 3 == 0:
        shown["accounting_id"] = str(UUID(int=person.lot << 90 | person.lot))
        shown["pos_id"] = f"{person.lot:026X}"
    return shown


def _address(address: Address, person: Person, base: int, position: int) -> dict[str, Any]:
    place = address.place
    facts = {
        "title": person.title or "", "first_name": person.first_name, "last_name": person.last_name,
        "company": person.company or "", "address1": address.line, "address2": address.floor or "",
        "city": place.city, "province": place.province, "province_code": place.province_code,
        "country": place.country_name, "country_code": place.country, "zip": place.postal_code,
        "phone": f"+{place.dial_code} {person.phone}" if person.phone else "",
    }  # fmt: skip
    return {"id": base + position, "name": full_name(facts), **facts, "default": position == 1}


def samples() -> Sequence[Document]:
    """The customer of the vendor's document; its last order's time is invented."""
    person = {"title": "Mr", "first_name": "Bilbo", "last_name": "Baggins", "name": "Mr Bilbo Baggins"}
    home = {
        "id": 1969, **person, "company": "The Fellowship of the Ring", "address1": "2 Bag End", "address2": "",
        "city": "Hobbiton", "province": "Waikato", "province_code": "WKO", "country": "New Zealand",
        "country_code": "NZ", "zip": "1234", "phone": "123456789", "default": True,
    }  # fmt: skip
    bilbo: Document = {
        **blank(), "id": 6, **person, "email": "bilbo@lordoftherings.com", "accepts_marketing": True,
        "note": "Here is some sample text.", "orders_count": 200, "state": "enabled", "total_spent": 13908.63,
        "created_at": "2010-06-15T23:15:50.925+10:00", "updated_at": "2017-09-20T10:47:18.428+10:00",
        "sign_in_count": 314, "current_sign_in_at": "2017-09-20T10:47:18.424+10:00",
        "current_sign_in_ip": "192.168.10.200", "last_sign_in_at": "2017-09-20T10:43:18.716+10:00",
        "last_sign_in_ip": "192.168.10.200", "last_order_id": 1353,
        "accounting_id": "2b74006d-a599-42dd-b228-52596f49333c", "pos_id": "JDKYHBWT1D4F8MFH63DBMEN8Y4",
        "tags": "wholesaler", "addresses": [home], "address_serial": 1,
        "ordered_at": int(datetime(2017, 9, 20, 0, 47, tzinfo=UTC).timestamp()),
    }  # fmt: skip
    return [with_default(bilbo)]
