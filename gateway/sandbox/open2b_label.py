"""Open2b's labels (commerce.labels, API v10 and later) and customer groups (commerce.customer-groups)."""

from collections.abc import Callable, Sequence

from gateway.sandbox.open2b_endpoint import Call
from gateway.sandbox.open2b_rule import (
    Rule,
    Rules,
    Wrong,
    array,
    boolean,
    invalid,
    record,
    text,
    unknown,
    whole,
)
from gateway.sandbox.vendor import Document, State

MAX_RESOURCES = 1000
NAMED = frozenset({1, 3, 5})
"""Labels whose name an app's browser page has set; the API itself never tells a name."""
_TYPES = frozenset({"Customer", "Product", "Order", "Quote", "Invoice", "Receipt", "PackingSlip", "Return"})
_RESOURCES: Rules = {
    "type": Rule(text(1, 20), required=True),
    "resources": Rule(array(whole(1)), required=True),
}
CHANGE: Rules = _RESOURCES | {"ids": Rule(array(whole(1, 64)), required=True)}
FIND: Rules = {
    "conditions": Rule(record(_RESOURCES | {"mustHaveName": Rule(boolean)}, prefixed=False), required=True)
}
GROUPS: tuple[Document, ...] = tuple(
    {
        "id": number,
        "code": code,
        "name": name,
        "list": 1,
        "sale": 2,
        "collection": 8,
        "discountList": False,
        "allowOrders": True,
        "isDefault": number == 1,
    }
    for number, (code, name) in enumerate(
        (
            ("RETAIL", "Retail"), ("VIP", "Clienti VIP"), ("RESELLERS", "Resellers"), ("STAFF", "Staff"),
            ("PRESS", "Press & media"), ("B2B", "B2B"), ("", "Città"), ("TRADE", "Trade"),
        ),
        1,
    )
)  # fmt: skip
"""The store's customer groups; the first is the default one."""
_GROUP_ORDERS = ("id", "name", "list", "sale", "allowOrders")
FIND_GROUPS: Rules = {
    "conditions": Rule(record({"isDefault": Rule(boolean), "after": Rule(whole(0, 255))})),
    "fields": Rule(array(text(1, 60))),
    "order": Rule(array(text(1, 20))),
    "limit": Rule(whole(1, 255)),
    "first": Rule(whole(0)),
}

Change = Callable[[set[int], set[int]], set[int]]


class Labeller:
    """The labels of customers; those of other types are always none."""

    def __init__(self, state: State) -> None:
        self._customers = state.customers

    def find(self, call: Call) -> Document:
        """Labels by customer id as text; customers without any are left out."""
        conditions = call.request["conditions"]
        _check(call, conditions)
        found = {one: self._labels(conditions, one) for one in conditions["resources"]}
        return {"labels": {str(one): labels for one, labels in found.items() if labels}}

    def add(self, call: Call) -> Document:
        """Put labels on every resource."""
        return self._change(call, lambda old, sent: old | sent)

    def replace(self, call: Call) -> Document:
        """Give every resource these labels and no others."""
        return self._change(call, lambda _old, sent: sent)

    def remove(self, call: Call) -> Document:
        """Take labels off every resource."""
        return self._change(call, lambda old, sent: old - sent)

    def _labels(self, conditions: Document, identifier: int) -> Sequence[int]:
        document = self._customers.get(identifier) if conditions["type"] == "Customer" else None
        labels = [] if document is None else document["labels"]
        return [one for one in labels if one in NAMED or not conditions.get("mustHaveName")]

    def _change(self, call: Call, change: Change) -> Document:
        """Unknown customers pass unnoticed, and a label is no update of the customer (both are assumptions)."""
        _check(call, call.request)
        sent = call.request["ids"]
        if len(set(sent)) < len(sent):
            raise Wrong("ids", "Malformed", "An identifier is repeated")
        for identifier in call.request["resources"] if call.request["type"] == "Customer" else ():
            document = self._customers.get(identifier)
            if document is not None:
                labels = sorted(change(set(document["labels"]), set(sent)))
                self._customers.put(document | {"labels": labels})
        return {}


def _check(call: Call, request: Document) -> None:
    if not call.may_label:
        raise Wrong("type", "AccessDenied", "Access denied to field type")
    if request["type"] not in _TYPES:
        raise invalid("type")
    resources = request["resources"]
    if len(set(resources)) < len(resources):
        raise Wrong("resources", "Malformed", "A resource is repeated")
    if len(resources) > MAX_RESOURCES:
        raise Wrong("resources", "Malformed", "There cannot be more than 1000 resources")


class Grouping:
    """The customer groups."""

    def __init__(self, state: State) -> None:
        self._groups = state.tables["grouping"]

    def find(self, call: Call) -> Document:
        """One page of the groups; without a limit all of them (an assumption)."""
        request = call.request
        found = [group for group in self._groups.select() if _meets(group, request.get("conditions", {}))]
        for key in reversed(request.get("order", [])):
            name = key.removeprefix("-")
            if name not in _GROUP_ORDERS:
                raise invalid("order")
            found.sort(key=lambda group: group[name], reverse=key.startswith("-"))
        first = request.get("first", 0)
        page = found[first : first + request.get("limit", 255)]
        return {"groups": [_shown(group, request.get("fields")) for group in page]}


def _meets(group: Document, conditions: Document) -> bool:
    default = conditions.get("isDefault")
    return group["id"] > conditions.get("after", 0) and default in (None, group["isDefault"])


def _shown(group: Document, fields: Sequence[str] | None) -> Document:
    for field in fields or ():
        if field not in group:
            raise unknown(field)
    return group if fields is None else {field: group[field] for field in fields}
