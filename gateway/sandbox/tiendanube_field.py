"""Tiendanube's custom fields of customers: their definitions, and their values one by one."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from starlette.responses import Response

from gateway.sandbox.store import Document, Table
from gateway.sandbox.tiendanube_read import find
from gateway.sandbox.tiendanube_reply import body, body_object, missing, unprocessable
from gateway.sandbox.vendor import Incoming, State, answer

FIELD = Table(id_type="TEXT", columns={"number": "INTEGER"}, values=lambda document: (document["number"],))
VALUE = Table(
    id_type="TEXT",
    columns={"field": "TEXT", "customer": "INTEGER"},
    values=lambda document: (document["field"], document["customer"]),
    indexes=("field", "customer"),
)

_TYPES = ("text", "text_list", "numeric", "date")


def side() -> Mapping[str, Sequence[Document]]:
    """The custom field of the vendor's documentation, with a value at the first sample customer."""
    field = _field("f6b3ca8c-2271-4895-b417-14350e6755a7", 1)
    field |= {
        "name": "Client type", "description": "Indicates the type of customer", "value_type": "text_list",
        "values": ["Wholesale", "Retail"],
    }  # fmt: skip
    return {"field": [field], "value": [_value(field["id"], 101, "Retail")]}


def list_fields(state: State, _incoming: Incoming) -> Response:
    """Every definition."""
    return answer([_shown(field) for field in state.tables["field"].select(order="number")])


def get_field(state: State, incoming: Incoming) -> Response:
    """One definition."""
    return answer(_shown(_find(state, incoming.path["field"])))


def create_field(state: State, incoming: Incoming) -> Response:
    """Define a field."""
    draft = body_object(incoming)
    number = max([field["number"] for field in state.tables["field"].select()], default=0) + 1
    field = _field(str(uuid5(NAMESPACE_URL, f"sandbox/field/{number}/{state.now()}")), number)
    _define(state, field, draft)
    return answer(_shown(field), 201)


def change_field(state: State, incoming: Incoming) -> Response:
    """Change a definition; its type stays (an assumption)."""
    field = _find(state, incoming.path["field"])
    draft = {name: value for name, value in body_object(incoming).items() if name != "value_type"}
    _define(state, field, draft)
    return answer(_shown(field))


def delete_field(state: State, incoming: Incoming) -> Response:
    """Remove a definition and its values."""
    field = _find(state, incoming.path["field"])
    for value in state.tables["value"].select("field = ?", (field["id"],)):
        state.tables["value"].remove(value["id"])
    state.tables["field"].remove(field["id"])
    return Response(status_code=204)


def list_owners(state: State, incoming: Incoming) -> Response:
    """The customers that have a value; the shape is assumed."""
    field = _find(state, incoming.path["field"])
    values = state.tables["value"].select("field = ?", (field["id"],), order="customer")
    return answer([{"id": value["customer"], "value": value["value"]} for value in values])


def list_values(state: State, incoming: Incoming) -> Response:
    """A customer's custom fields, each with its value; the shape is assumed."""
    customer = find(state, incoming)
    values = state.tables["value"].select("customer = ?", (customer["id"],))
    return answer([{**_shown(_find(state, value["field"])), "value": value["value"]} for value in values])


def set_values(state: State, incoming: Incoming) -> Response:
    """Set values by field id; null clears one."""
    customer = find(state, incoming)
    drafts = body(incoming)
    if not isinstance(drafts, list):
        raise unprocessable(state, {"values": ["is invalid"]})
    for draft in drafts:
        _set(state, customer["id"], draft)
    return Response(status_code=204)


def _set(state: State, customer: int, draft: object) -> None:
    if not isinstance(draft, dict) or not isinstance(draft.get("id"), str):
        raise unprocessable(state, {"id": ["can't be blank"]})
    field, value = _find(state, draft["id"]), draft.get("value")
    entry = _value(field["id"], customer, value)
    if value is None:
        state.tables["value"].remove(entry["id"])
    elif _fits(field, value):
        state.tables["value"].put(entry)
    else:
        raise unprocessable(state, {"value": ["is invalid"]})


def _fits(field: Document, value: object) -> bool:
    if not isinstance(value, str):
        return field["value_type"] == "numeric" and isinstance(value, int | float)
    match field["value_type"]:
        case "text_list":
            return value in field["values"]
        case "numeric":
            return value.replace(".", "", 1).lstrip("-").isdecimal()
        case "date":
            return _is_date(value)
        case _:
            return True


def _is_date(text: str) -> bool:
    try:
        date.fromisoformat(text[:10])
    except ValueError:
        return False
    return True


def _find(state: State, identifier: str) -> Document:
    field = state.tables["field"].get(identifier)
    if field is None:
        raise missing("Custom field not found")
    return field


def _field(identifier: str, number: int) -> Document:
    return {"id": identifier, "number": number, "description": None, "read_only": False, "values": []}


def _value(field: str, customer: int, value: object) -> Document:
    return {"id": f"{field}/{customer}", "field": field, "customer": customer, "value": value}


def _define(state: State, field: Document, draft: Mapping[str, Any]) -> None:
    known = ("name", "description", "value_type", "read_only", "values")
    field |= {name: draft[name] for name in known if name in draft}
    if not isinstance(field.get("name"), str) or not field["name"]:
        raise unprocessable(state, {"name": ["can't be blank"]})
    if field.get("value_type") not in _TYPES:
        raise unprocessable(state, {"value_type": ["is invalid"]})
    if not isinstance(field["values"], list) or not all(isinstance(value, str) for value in field["values"]):
        raise unprocessable(state, {"values": ["is invalid"]})
    state.tables["field"].put(field)


def _shown(field: Document) -> Document:
    return {
        "id": field["id"],
        "name": field["name"],
        "description": field["description"],
        "value_type": field["value_type"],
        "read_only": field["read_only"],
        "owner_resource": "customer",
        "values": [{"value": value, "created": True} for value in field["values"]],
    }
