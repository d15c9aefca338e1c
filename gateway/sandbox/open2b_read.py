"""Open2b's reading methods: find, get, count and authenticate."""

from collections.abc import Sequence

import msgspec

from gateway.sandbox.open2b_endpoint import Call
from gateway.sandbox.open2b_row import BILLING, FIELDS, ORDERS, SHIPPING, fits, label_bits, show
from gateway.sandbox.open2b_rule import (
    Rule,
    Rules,
    Wrong,
    array,
    boolean,
    country,
    invalid,
    record,
    text,
    unknown,
    whole,
)
from gateway.sandbox.option import TextSearch
from gateway.sandbox.text import lowered, naive
from gateway.sandbox.vendor import Document, State

DEFAULT_LIMIT = 10
MAX_LIMIT = 100
"""Version 3's documented maximum; version 13 names none, so usually more is silently cut to this (an assumption)."""
CONDITIONS: Rules = {
    "ids": Rule(array(whole(1))),
    "code": Rule(text(0, 32)),
    "canLogin": Rule(boolean),
    "group": Rule(whole(1, 255)),
    "email": Rule(text(3, 120)),
    "personalCode": Rule(text(1, 20)),
    "companyCode": Rule(text(1, 20)),
    "keywords": Rule(text(1, 120)),
    "country": Rule(country),
    "stateProv": Rule(text(1, 3)),
    "labels": Rule(array(whole(1, 64))),
    "after": Rule(whole(0)),
}
_FIELDS = Rule(array(text(1, 60)))
FIND: Rules = {
    "conditions": Rule(record(CONDITIONS)),
    "fields": _FIELDS,
    "order": Rule(array(text(1, 20))),
    "limit": Rule(whole(1)),
    "first": Rule(whole(0)),
}
GET: Rules = {"id": Rule(whole(1), required=True), "fields": _FIELDS}
COUNT: Rules = {"conditions": Rule(record(CONDITIONS))}
AUTHENTICATE: Rules = {
    "email": Rule(text(3, 120), required=True),
    "password": Rule(text(4, 16), required=True),
    "fields": _FIELDS,
}
_EXACT = {
    "canLogin": "can_login",
    "group": "customer_group",
    "personalCode": "personal_code",
    "companyCode": "company_code",
}
_JSON = "CAST(document AS TEXT)"


class Reader:
    """The reading methods over one store."""

    def __init__(self, state: State) -> None:
        self._state, self._customers = state, state.customers

    def find(self, call: Call) -> Document:
        """One page; past the end it is empty (an assumption)."""
        request = call.request
        where, values = self._where(call)
        fields = self._fields(request)
        order = self._order(request.get("order", []))
        # Ids first: sorting and skipping whole documents is ten times slower.
        page = f"SELECT id FROM {self._customers.name} WHERE {where} ORDER BY {', '.join(order)} LIMIT ? OFFSET ?"
        found = self._customers.select(
            f"id IN ({page})",
            [*values, self._limit(request), request.get("first", 0)],
            order=", ".join(f"+{key}" for key in order),
        )
        return {"customers": [self._show(document, fields) for document in found]}

    def get(self, call: Call) -> Document:
        """The customer, null where there is none."""
        fields = self._fields(call.request)
        document = self._customers.get(call.request["id"])
        return {"customer": None if document is None else self._show(document, fields)}

    def count(self, call: Call) -> Document:
        """How many customers meet the conditions."""
        return {"count": self._customers.count(*self._where(call))}

    def authenticate(self, call: Call) -> Document:
        """The customer as before its login, whose time is kept; null where e-mail and password do not fit."""
        request = call.request
        fields = self._fields(request)
        where, values = self._email(request["email"])
        for document in self._customers.select(f"{where} AND can_login", values):
            if fits(request["password"], document):
                self._customers.put(document | {"loginTime": naive(self._state.now())})
                return {"customer": self._show(document, fields)}
        return {"customer": None}

    def _show(self, document: Document, fields: Sequence[str] | None) -> Document:
        """What a missing ``fields`` shows is not documented: everything, or all but the secret."""
        return show(document, fields, secret=not self._state.contrary)

    def _fields(self, request: Document) -> Sequence[str] | None:
        """Nested names are not documented; they are unknown, unless the contrary reading is asked for."""
        fields: Sequence[str] | None = request.get("fields")
        for field in fields or ():
            name, _, part = field.partition(".")
            parts = {"billingAddress": BILLING, "shippingAddress": SHIPPING}.get(name, ())
            if name not in FIELDS or (part and not (self._state.contrary and part in parts)):
                raise unknown(field)
        return fields

    def _order(self, keys: Sequence[str]) -> Sequence[str]:
        """Ties follow the direction of the last key; the contrary reading looks at the first key alone."""
        for key in keys:
            if key.removeprefix("-") not in ORDERS:
                raise invalid("order")
        parts = [f"{ORDERS[key.removeprefix('-')]} {_direction(key)}" for key in self._used(keys)]
        return *parts, f"id {_direction(keys[-1]) if keys else 'ASC'}"

    def _used(self, keys: Sequence[str]) -> Sequence[str]:
        return keys[:1] if self._state.contrary else keys

    def _limit(self, request: Document) -> int:
        if self._state.contrary:
            return int(request.get("limit", MAX_LIMIT))
        return min(int(request.get("limit", DEFAULT_LIMIT)), MAX_LIMIT)

    def _where(self, call: Call) -> tuple[str, list[str | int]]:
        parts, values = ["1"], list[str | int]()
        for name, value in call.request.get("conditions", {}).items():
            if name == "labels" and not call.may_label:
                raise Wrong("conditions.labels", "AccessDenied", "Access denied to field labels")
            part, more = self._condition(name, value)
            parts.append(f"({part})")
            values.extend(more)
        return " AND ".join(parts), values

    def _condition(self, name: str, value: object) -> tuple[str, Sequence[str | int]]:
        if name in _EXACT and isinstance(value, str | int):
            return f"{_EXACT[name]} = ?", (value,)
        match name, value:
            case "ids", list():
                return "id IN (SELECT value FROM json_each(?))", (msgspec.json.encode(value).decode(),)
            case "after", int():
                return "id > ?", (value,)
            case "labels", list():
                return self._labels(value)
        return self._text(name, str(value))

    def _text(self, name: str, value: str) -> tuple[str, Sequence[str | int]]:
        match name:
            case "email":
                return self._email(value)
            case "code":
                return "code_key = ?", (lowered(value),)
            case "keywords":
                return self._keywords(value)
        return self._place({"country": "country", "stateProv": "state_prov"}[name], name, value)

    def _email(self, email: str) -> tuple[str, Sequence[str]]:
        """Whether case matters is not documented; usually it does not."""
        if self._state.contrary:
            return f"email_key = ? AND json_extract({_JSON}, '$.billingAddress.email') = ?", (
                lowered(email),
                email,
            )
        return "email_key = ?", (lowered(email),)

    def _keywords(self, keywords: str) -> tuple[str, Sequence[str]]:
        """How words match is not documented: each anywhere, or each at the beginning of a word."""
        column = (
            "coalesce(words_folded, words_lowered)"
            if self._state.options.text_search is TextSearch.FOLDING
            else "words_lowered"
        )
        words = self._state.comparable(keywords).split() or [""]
        if self._state.contrary:
            spaced = f"replace(' ' || {column}, char(10), ' ')"
            return " AND ".join([f"instr({spaced}, ?)"] * len(words)), [f" {word}" for word in words]
        return " AND ".join([f"instr({column}, ?)"] * len(words)), words

    def _place(self, column: str, name: str, value: str) -> tuple[str, Sequence[str]]:
        """Which address is meant is not documented: either, or the billing one alone."""
        if self._state.contrary:
            return f"{column} = ?", (value,)
        shipping = f"json_extract({_JSON}, '$.shippingAddress.{name}')"
        return f"{column} = ? OR {shipping} = ?", (value, value)

    def _labels(self, labels: Sequence[int]) -> tuple[str, Sequence[int]]:
        """Whether any or all must be there is not documented; the customers' page knows labels to 32 only."""
        if not self._state.contrary and any(label > 32 for label in labels):
            raise invalid("conditions.labels")
        bits = label_bits(labels)
        if self._state.contrary:
            return "labels & ? = ?", (bits, bits)
        return "labels & ? != 0", (bits,)


def _direction(key: str) -> str:
    return "DESC" if key.startswith("-") else "ASC"
