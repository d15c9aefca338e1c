"""The shapes of Storeden's customers: the whole record, its list row, its detail, and its address book."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from gateway.sandbox.place import PLACES

Document = dict[str, Any]
ZONE = ZoneInfo("Europe/Rome")

COUNTRY_NUMBERS = {
    "IT": 119, "US": 254, "BR": 30, "AR": 10, "MX": 153, "AU": 13, "NZ": 167, "GB": 253, "SA": 205, "DE": 89,
    "JP": 121, "TR": 246, "GR": 92, "UA": 251,
}  # fmt: skip
"""Storeden's own number of a country by ISO code; all but 119 and 254 are invented."""
COUNTRY_NAMES = {COUNTRY_NUMBERS[place.country]: place.country_name for place in PLACES}
STATE_BASE = 6480
STATE_NAMES = {STATE_BASE + number: place.province for number, place in enumerate(PLACES)}
"""State names by Storeden's number; all numbers are invented."""

GROUPS: tuple[Document, ...] = (
    {"id": "59fb00b016f46afa7d0031da", "name": "Gold", "label_color": "#d4af37", "description": "", "metadata": []},
    {"id": "59fb00b016f46afa7d0031db", "name": "Rivenditori", "label_color": "#008000", "description": "Resellers",
     "metadata": {"discount": "10"}},
    {"id": "59fb00b016f46afa7d0031dc", "name": "Amici & famiglia", "label_color": "", "description": "",
     "metadata": []},
)  # fmt: skip
"""The customer groups that a new store has; empty metadata is ``[]``, as PHP writes it."""

_DETAIL = (
    "fullname", "website", "email", "phone", "mobile", "address", "city", "zip", "state", "country", "code",
    "userUID", "id", "accountType",
)  # fmt: skip


def record(identifier: str, email: str) -> Document:
    """A whole record, empty but for id and e-mail: a guest without consent. Times are unix seconds."""
    return {
        "id": identifier,
        "fullname": "",
        "first_name": "",
        "last_name": "",
        "email": email,
        "created": 0,
        "updated": None,
        "userUID": 0,
        "accept_marketing": False,
        "accountType": "guest",
        "website": "",
        "phone": "",
        "mobile": "",
        "address": "",
        "city": "",
        "zip": "",
        "state": "",
        "country": "",
        "code": "",
        "group": None,
        "custom_fields": {},
        "tags": [],
        "note": "",
        "tax_number": "",
        "metadata": {},
        "consent_log": [],
        "book": [],
    }


def moment(seconds: int | None) -> str | None:
    """Unix seconds as Storeden writes times: with Italy's offset of that day."""
    return None if seconds is None else datetime.fromtimestamp(seconds, ZONE).isoformat()


def list_row(document: Document, nodes: Collection[str], group: object, *, contrary: bool) -> Document:
    """One row of a list. That ``fullname`` needs no node, and ``accountType`` does, is an assumption."""
    row = {
        "id": document["id"],
        "fullname": document["fullname"],
        "last_name": document["last_name"],
        "first_name": document["first_name"],
        "email": document["email"],
        "created_at": moment(document["created"]),
        "updated_at": moment(document["updated"]),
        "userUID": document["userUID"],
        "accept_marketing": document["accept_marketing"],
    }
    if contrary and "fullname" not in nodes:
        del row["fullname"]
    if contrary or "accountType" in nodes:
        row["accountType"] = document["accountType"]
    if "custom_fields" in nodes:
        row["custom_fields"] = document["custom_fields"] or ([] if contrary else {})
    if "group" in nodes:
        row["group"] = group
    return row


def detail(document: Document) -> Document:
    """One customer as ``client.json`` shows it."""
    return {name: document[name] for name in _DETAIL}


def book_entry(document: Document, number: int, given: Document) -> Document:
    """Entry ``number`` (from 1) of a customer's address book; what is not given is taken from the customer."""
    state, country = str(given.get("state", "")), str(given.get("country", ""))
    return {
        "id": f"{document['id'][:20]}{number:04x}",
        "fullname": document["fullname"],
        "email": document["email"],
        "phone": document["phone"],
        "tax_code": "",
        "address": "",
        "city": "",
        "postal_code": "",
        "principalAddress": False,
        "hidden": False,
        "metadata": {"address_name": ""},
        **given,
        "state": state,
        "stateName": STATE_NAMES.get(_number(state), ""),
        "country": country,
        "countryName": COUNTRY_NAMES.get(_number(country), ""),
    }


def address_book(document: Document) -> list[Document]:
    """A registered customer's addresses: the inline one as the principal, then the book."""
    return [*_principal(document), *document["book"]]


def _principal(document: Document) -> list[Document]:
    if not document["address"]:
        return []
    given = {
        "address": document["address"],
        "city": document["city"],
        "postal_code": document["zip"],
        "state": next((key for key, name in STATE_NAMES.items() if name == document["state"]), ""),
        "country": document["country"],
        "principalAddress": not any(entry["principalAddress"] for entry in document["book"]),
    }
    return [book_entry(document, 1, given) | {"stateName": document["state"]}]


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0
