"""Foodics' smaller tables: tags, house account and loyalty transactions, and how such a table is listed."""

from collections.abc import Callable, Mapping, Sequence

from starlette.responses import Response

from gateway.sandbox.foodics_endpoint import PAGE, Call, done, invalid, not_found, one, page, page_number
from gateway.sandbox.foodics_filter import day, filters, moment, truth
from gateway.sandbox.foodics_row import identifier
from gateway.sandbox.foodics_rule import Rule, Rules, amount, note, read, required, text, whole
from gateway.sandbox.text import lowered, naive
from gateway.sandbox.vendor import Document, State

TAG_RULES: Rules = {
    "name": Rule(text, required=True),
    "name_localized": Rule(note, nullable=True),
    "type": Rule(whole, required=True),
}
CUSTOMER_TYPE = 1
TRANSACTION_RULES: Rules = {
    "amount": Rule(amount, required=True),
    "customer_id": Rule(text, required=True),
    "user_id": Rule(text, nullable=True),
    "order_id": Rule(text, nullable=True),
    "payment_method_id": Rule(text, nullable=True),
}
_TAG_NUMBERS, _TRANSACTION_NUMBERS = 2 << 40, 3 << 40
Shown = Callable[[Document], Document]


def listed(state: State, call: Call, rows: Sequence[Document], shown: Shown = dict) -> Response:
    """One page of rows that meet the request's filters, in its order; deleted ones only where asked for."""
    given = dict(filters(call))
    deleted = given.pop("is_deleted", "1" if "deleted_on" in given else "0")
    wanted = truth("is_deleted", deleted)
    found = [row for row in rows if (row["deleted_at"] is not None) is wanted]
    for name, value in given.items():
        found = [row for row in found if _meets(row, name, value)]
    for key in reversed([key for key in call.incoming.query.get("sort", "").split(",") if key]):
        field = key.removeprefix("-")
        if all(field in row for row in found):
            found.sort(
                key=lambda row: (row[field] is not None, row[field] or ""), reverse=key.startswith("-")
            )
    start = (page_number(call) - 1) * PAGE
    return page(state, call, [shown(row) for row in found[start : start + PAGE]], len(found))


def _meets(row: Mapping[str, object], name: str, value: str) -> bool:
    """Filters of fields that the rows do not have pass unnoticed."""
    if name == "updated_after":
        return str(row["updated_at"]) > moment(name, value)
    if name.endswith("_on"):
        return str(row[f"{name.removesuffix('_on')}_at"]).startswith(day(name, value))
    return name not in row or lowered(str(row[name])) == lowered(value)


class Tags:
    """The tag endpoints; a customer's tags are of type 1."""

    def __init__(self, state: State) -> None:
        self._state, self._tags = state, state.tables["tag"]

    def list(self, call: Call) -> Response:
        """Tags by name, type and the rest."""
        return listed(self._state, call, self._tags.select())

    def get(self, call: Call) -> Response:
        """One tag."""
        return one(self._named(call))

    def create(self, call: Call) -> Response:
        """A new tag."""
        fields = read(TAG_RULES, call.content(), required(TAG_RULES))
        now = naive(self._state.now())
        document = tag(identifier(_TAG_NUMBERS + self._tags.count()), "", now) | fields
        self._tags.put(document)
        return one(document)

    def update(self, call: Call) -> Response:
        """Left-out fields stay."""
        return self._changed(call, read(TAG_RULES, call.content(), ()))

    def delete(self, call: Call) -> Response:
        """Softly; customers keep it (an assumption)."""
        self._changed(call, {"deleted_at": naive(self._state.now())})
        return done(self._state)

    def restore(self, call: Call) -> Response:
        """Back to life."""
        self._changed(call, {"deleted_at": None})
        return done(self._state)

    def _changed(self, call: Call, fields: Document) -> Response:
        document = self._named(call) | fields | {"updated_at": naive(self._state.now())}
        self._tags.put(document)
        return one(document)

    def _named(self, call: Call) -> Document:
        document = self._tags.get(call.incoming.path["id"])
        if document is None:
            raise not_found()
        return document


def tag(identifier: str, name: str, now: str) -> Document:
    """A tag of customers."""
    times = {"created_at": now, "updated_at": now, "deleted_at": None}
    return {"id": identifier, "name": name, "name_localized": None, "type": CUSTOMER_TYPE} | times


class Ledger:
    """House account transactions, the only way to move a balance, and loyalty transactions."""

    def __init__(self, state: State) -> None:
        self._state, self._customers = state, state.customers
        self._house, self._loyalty = (
            state.tables["house_account_transaction"],
            state.tables["loyalty_transaction"],
        )

    def list_house(self, call: Call) -> Response:
        """Transactions by customer_id and the rest."""
        return listed(self._state, call, self._house.select())

    def list_loyalty(self, call: Call) -> Response:
        """Loyalty transactions; a new sandbox has none."""
        return listed(self._state, call, self._loyalty.select())

    def create_house(self, call: Call) -> Response:
        """Add the amount, negative ones too, to the customer's balance."""
        fields = read(TRANSACTION_RULES, call.content(), required(TRANSACTION_RULES))
        customer = self._customers.get(fields["customer_id"])
        if customer is None or not customer["is_house_account_enabled"]:
            raise invalid({"customer_id": ["The selected customer id is invalid."]})
        now = naive(self._state.now())
        document = dict.fromkeys(TRANSACTION_RULES) | fields
        document |= {"created_at": now, "updated_at": now, "deleted_at": None}
        document["id"] = identifier(_TRANSACTION_NUMBERS + self._house.count())
        document["new_balance"] = round(customer["house_account_balance"] + fields["amount"], 2)
        self._house.put(document)
        self._customers.put(customer | {"house_account_balance": document["new_balance"], "updated_at": now})
        return one(document)
