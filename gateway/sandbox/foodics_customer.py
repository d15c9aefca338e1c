"""Foodics' customer endpoints: list, get, create, update, delete and restore."""

from collections.abc import Mapping, Sequence

import msgspec
from starlette.responses import Response

from gateway.sandbox.foodics_endpoint import (
    PAGE,
    Call,
    done,
    forbidden,
    invalid,
    not_found,
    one,
    page,
    page_number,
)
from gateway.sandbox.foodics_filter import CustomerFilter
from gateway.sandbox.foodics_row import blank, identifier, show
from gateway.sandbox.foodics_rule import (
    Rule,
    Rules,
    day,
    email,
    flag,
    gender,
    note,
    read,
    references,
    required,
    text,
    whole,
)
from gateway.sandbox.text import naive
from gateway.sandbox.vendor import Document, State

RULES: Rules = {
    "name": Rule(text, required=True),
    "dial_code": Rule(whole, required=True),
    "phone": Rule(text, required=True),
    "email": Rule(email, nullable=True),
    "gender": Rule(gender, nullable=True),
    "birth_date": Rule(day, nullable=True),
    "house_account_limit": Rule(whole, nullable=True),
    "is_house_account_enabled": Rule(flag),
    "is_loyalty_enabled": Rule(flag),
    "is_blacklisted": Rule(flag),
    "notes": Rule(note, nullable=True),
    "tags": Rule(references),
}
"""The updatable fields; no balance is, though the page's request sends one. ``notes`` is an assumption."""
_GUARDED = {
    "house_account_limit": "customers.accounts.write",
    "is_house_account_enabled": "customers.accounts.write",
    "is_loyalty_enabled": "customers.loyalty.write",
}


class Customers:
    """The customer endpoints over one store."""

    def __init__(self, state: State) -> None:
        self._state, self._customers, self._tags = state, state.customers, state.tables["tag"]
        self._filter = CustomerFilter(state)

    def list(self, call: Call) -> Response:
        """One page of fifty with the total."""
        where, values = self._filter.where(call)
        offset = (page_number(call) - 1) * PAGE
        found = self._customers.select(
            where, values, order=self._filter.order(call), limit=PAGE, offset=offset
        )
        return page(self._state, call, self._shown(call, found), self._customers.count(where, values))

    def get(self, call: Call) -> Response:
        """A deleted customer is found too; the contrary reading says it is not (not documented)."""
        return self._one(call, self._named(call, deleted=not self._state.contrary))

    def create(self, call: Call) -> Response:
        """The new customer; status 201 under the contrary reading (not documented)."""
        fields = self._fields(call, required(RULES))
        number = self._next_number()
        document = blank(number, fields["name"], naive(self._state.now())) | fields
        self._check_phone(document)
        self._customers.put(document)
        return self._one(call, document, 201 if self._state.contrary else 200)

    def update(self, call: Call) -> Response:
        """Left-out fields stay; the contrary reading needs the required ones again (not documented)."""
        before = self._named(call, deleted=False)
        fields = self._fields(call, required(RULES) if self._state.contrary else ())
        if "tags" in fields and self._state.contrary:
            fields["tags"] = list(dict.fromkeys([*before["tags"], *fields["tags"]]))
        after = before | fields
        self._check_phone(after)
        if after != before:
            after["updated_at"] = naive(self._state.now())
            self._customers.put(after)
        return self._one(call, after)

    def delete(self, call: Call) -> Response:
        """Softly: the customer stays, with the time in ``deleted_at``."""
        document, now = self._named(call, deleted=False), naive(self._state.now())
        self._customers.put(document | {"deleted_at": now, "updated_at": now})
        return done(self._state)

    def restore(self, call: Call) -> Response:
        """What is not deleted stays as it is; the contrary reading does not find it (not documented)."""
        document = self._named(call, deleted=True)
        if document["deleted_at"] is None:
            if self._state.contrary:
                raise not_found()
        else:
            self._customers.put(document | {"deleted_at": None, "updated_at": naive(self._state.now())})
        return done(self._state)

    def _named(self, call: Call, *, deleted: bool) -> Document:
        document = self._customers.get(call.incoming.path["id"])
        if document is None or (document["deleted_at"] is not None and not deleted):
            raise not_found()
        return document

    def _next_number(self) -> int:
        last = self._customers.select(order="number DESC", limit=1)
        number = int(last[0]["number"]) + 1 if last else 1
        while self._customers.get(identifier(number)) is not None:
            number += 1
        return number

    def _fields(self, call: Call, needed: Sequence[str]) -> Document:
        """The checked fields. Those that a scope is missing for pass unnoticed, or are refused (not documented)."""
        fields = read(RULES, call.content(), needed)
        self._check_tags(fields.get("tags", []))
        for name, scope in _GUARDED.items():
            if name in fields and scope not in call.scopes:
                if self._state.contrary:
                    raise forbidden()
                del fields[name]
        return fields

    def _check_tags(self, tags: Sequence[str]) -> None:
        for index, tag in enumerate(tags):
            if self._tags.get(tag) is None:
                raise invalid({f"tags.{index}.id": ["The selected tag is invalid."]})

    def _check_phone(self, document: Document) -> None:
        """No rule is documented; the contrary reading lets two customers not share a phone."""
        where = "phone = ? AND dial_code = ? AND id != ? AND is_deleted = 0"
        values = (document["phone"], document["dial_code"], document["id"])
        if self._state.contrary and self._customers.count(where, values):
            raise invalid({"phone": ["The phone has already been taken."]})

    def _one(self, call: Call, document: Document, status: int = 200) -> Response:
        return one(self._shown(call, [document])[0], status)

    def _shown(self, call: Call, documents: Sequence[Document]) -> Sequence[Document]:
        tags = tag_entries(self._state, documents) if "tags" in call.includes else {}
        shown = [show(document, call.scopes, call.includes, tags) for document in documents]
        if self._state.contrary:  # live answers were seen with a boolean
            return [one | {"is_loyalty_enabled": bool(one["is_loyalty_enabled"])} for one in shown]
        return shown


def tag_entries(state: State, documents: Sequence[Document]) -> Mapping[str, Document]:
    """What customers' answers tell of their tags by id: the name where there is one, or the id alone."""
    ids = {tag for document in documents for tag in document["tags"]}
    wanted = msgspec.json.encode(sorted(ids)).decode()
    found = state.tables["tag"].select("id IN (SELECT value FROM json_each(?))", (wanted,))
    named = {} if state.contrary else {tag["id"]: tag["name"] for tag in found if tag["name"]}
    return {one: {"id": one, "name": named[one]} if one in named else {"id": one} for one in ids}
