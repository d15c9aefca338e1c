"""Foodics' addresses, a resource of their own (from a public collection of requests)."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from starlette.responses import Response

from gateway.sandbox.foodics_customer import tag_entries
from gateway.sandbox.foodics_endpoint import Call, done, invalid, not_found, one
from gateway.sandbox.foodics_filter import filters
from gateway.sandbox.foodics_row import ZONES, identifier, show, show_address
from gateway.sandbox.foodics_rule import Rule, Rules, note, read, required, text
from gateway.sandbox.foodics_table import listed
from gateway.sandbox.text import naive
from gateway.sandbox.vendor import Document, State

RULES: Rules = {
    "customer_id": Rule(text, required=True),
    "name": Rule(text, required=True),
    "description": Rule(note, nullable=True),
    "latitude": Rule(note, nullable=True),
    "longitude": Rule(note, nullable=True),
    "delivery_zone_id": Rule(text, nullable=True),
}
_SPREAD = 1 << 40
Owned = tuple[Document, Document]
"""A customer, and one of its addresses."""


def address_id(number: int, position: int) -> str:
    """The UUID of a customer's address; positions count from 1 and are never given again."""
    return identifier(number + position * _SPREAD)


def _owner_number(address: str) -> int | None:
    """The number inside an id made by ``address_id``; None for ids of another form."""
    end = address.rpartition("-")[2]
    return int(end, 16) % _SPREAD if re.fullmatch("[0-9a-f]{12}", end) else None


class Addresses:
    """The address endpoints over the customers' own addresses."""

    def __init__(self, state: State) -> None:
        self._state, self._customers = state, state.customers

    def list(self, call: Call) -> Response:
        """Addresses of living customers, one page of fifty; quick where the filters name a customer."""
        rows = [_whole(owned) for owned in self._owned(filters(call))]
        return listed(self._state, call, rows, shown=lambda row: self._shown(call, row))

    def get(self, call: Call) -> Response:
        """One address."""
        return one(self._shown(call, _whole(self._named(call))))

    def create(self, call: Call) -> Response:
        """A new address of a customer; the recorded status is 200."""
        fields = self._fields(call, required(RULES))
        owner = self._customers.get(fields["customer_id"])
        if owner is None or owner["deleted_at"] is not None:
            raise invalid({"customer_id": ["The selected customer id is invalid."]})
        now = naive(self._state.now())
        fresh = dict.fromkeys(("name", "description", "latitude", "longitude", "delivery_zone_id")) | {
            "id": address_id(owner["number"], len(owner["addresses"]) + 1),
            "created_at": now,
            "updated_at": now,
            "deleted_at": None,
        }
        address = fresh | {name: value for name, value in fields.items() if name != "customer_id"}
        self._customers.put(owner | {"addresses": [*owner["addresses"], address]})
        return one(self._shown(call, _whole((owner, address))))

    def update(self, call: Call) -> Response:
        """Left-out fields stay; the owner cannot be changed (an assumption)."""
        owner, before = self._named(call)
        fields = self._fields(call, ())
        fields.pop("customer_id", None)
        after = before | fields | {"updated_at": naive(self._state.now())}
        self._put(owner, after)
        return one(self._shown(call, _whole((owner, after))))

    def delete(self, call: Call) -> Response:
        """Softly."""
        owner, address = self._named(call)
        self._put(owner, address | {"deleted_at": naive(self._state.now())})
        return done(self._state)

    def _fields(self, call: Call, needed: Sequence[str]) -> Document:
        fields = read(RULES, call.content(), needed)
        if fields.get("delivery_zone_id") not in (None, *ZONES):
            raise invalid({"delivery_zone_id": ["The selected delivery zone id is invalid."]})
        return fields

    def _put(self, owner: Document, address: Document) -> None:
        addresses = [address if one["id"] == address["id"] else one for one in owner["addresses"]]
        self._customers.put(owner | {"addresses": addresses})

    def _named(self, call: Call) -> Owned:
        found = self._owned({"id": call.incoming.path["id"]})
        owned = next(((owner, one) for owner, one in found if one.get("deleted_at") is None), None)
        if owned is None:
            raise not_found()
        return owned

    def _owned(self, wanted: Mapping[str, str]) -> Iterator[Owned]:
        """Every address that the filters may mean; deleted customers' are not told."""
        for owner in self._owners(wanted):
            for address in owner["addresses"]:
                if wanted.get("id") in (None, address["id"]):
                    yield owner, address

    def _owners(self, wanted: Mapping[str, str]) -> Iterable[Document]:
        """Found quickly where the filters name a customer, or an address whose id tells it."""
        if "customer_id" in wanted:
            return self._customers.select("id = ? AND +is_deleted = 0", (wanted["customer_id"],))
        if "id" not in wanted:
            return self._customers.stream("address_ids IS NOT NULL AND is_deleted = 0", order="number")
        named, mark = "instr(address_ids, ?) AND +is_deleted = 0", f",{wanted['id']},"
        told = self._customers.select(f"number = ? AND {named}", (_owner_number(wanted["id"]), mark))
        return told or self._customers.select(named, (mark,), order="number")

    def _shown(self, call: Call, row: Document) -> Document:
        includes = set(call.incoming.query.get("include", "").split(","))
        shown = show_address(
            {name: row[name] for name in row if name != "customer"}, zoned="delivery_zone" in includes
        )
        if "customer" in includes:
            owner = row["customer"]
            shown["customer"] = show(owner, call.scopes, (), tag_entries(self._state, [owner]))
        return shown


def _whole(owned: Owned) -> Document:
    """The address with its owner, and with what the page's sample leaves out."""
    owner, address = owned
    blank = dict.fromkeys(("name", "description", "latitude", "longitude", "delivery_zone_id", "deleted_at"))
    times = {"created_at": owner["created_at"], "updated_at": owner["created_at"]}
    return blank | times | address | {"customer_id": owner["id"], "customer": owner}
