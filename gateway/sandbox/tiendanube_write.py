"""Tiendanube's creating, changing and deleting of customers."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from gateway.sandbox.store import Document
from gateway.sandbox.text import lowered
from gateway.sandbox.tiendanube_read import find, visible
from gateway.sandbox.tiendanube_reply import DATED, Problems, body_object, refusal, unprocessable
from gateway.sandbox.tiendanube_row import ADDRESS, BILLING, blank, default_of, written
from gateway.sandbox.vendor import Incoming, Refused, State, answer

BLANK = "can't be blank"
INVALID = "is invalid"
TAKEN = "has already been taken"

_TEXTS = ("name", "email", "phone", "identification", "note", "billing_name", *BILLING)
_ADDRESS_TEXTS = (*ADDRESS, "name")


def create_customer(state: State, incoming: Incoming) -> Response:
    """Create one from name and e-mail at least. The reply lacks a phone that was not given, as the sample does."""
    draft = body_object(incoming)
    problems: Problems = {name: [BLANK] for name in ("name", "email") if not draft.get(name)}
    _refuse(state, {**_problems(state, draft, None), **problems})
    identifier = max(state.customers.next_id(), state.tables["removed"].next_id())
    now = written(state.now())
    document: Document = {"id": identifier, "created_at": now, "updated_at": now, **blank()}
    _apply(document, draft)
    document |= {name: draft[name] for name in ("password", "send_email_invite") if name in draft}
    _add_addresses(document, draft.get("addresses") or [], now)
    state.customers.put(document)
    absent = set() if "phone" in draft else {"phone"}
    return answer({name: value for name, value in visible(document).items() if name not in absent}, 201)


def change_customer(state: State, incoming: Incoming) -> Response:
    """Change what the body names; read-only fields and an id are ignored (an assumption), addresses never removed."""
    document = find(state, incoming)
    draft = body_object(incoming)
    blanks: Problems = {name: [BLANK] for name in ("name", "email") if name in draft and not draft[name]}
    _refuse(state, {**_problems(state, draft, document), **blanks})
    now = written(state.now())
    _apply(document, draft)
    _add_addresses(document, draft.get("addresses") or [], now)
    document["updated_at"] = now
    state.customers.put(document)
    return answer(visible(document))


def delete_customer(state: State, incoming: Incoming) -> Response:
    """Delete one without orders, in the dated version alone; an id is never given again."""
    if incoming.path["version"] != DATED:
        raise Refused(refusal(405, f"Deleting needs version {DATED}"))
    document = find(state, incoming)
    if document["last_order_id"] is not None:
        raise unprocessable(state, {"customer": ["has orders and cannot be deleted"]})
    state.customers.remove(document["id"])
    state.tables["removed"].put({"id": document["id"]})
    for value in state.tables["value"].select("customer = ?", (document["id"],)):
        state.tables["value"].remove(value["id"])
    return answer({})


def _refuse(state: State, problems: Problems) -> None:
    if problems:
        raise unprocessable(state, problems)


def _problems(state: State, draft: Mapping[str, Any], former: Document | None) -> dict[str, list[str]]:
    """What is wrong with the fields that are there; the words are assumed."""
    problems = {name: [INVALID] for name in _TEXTS if not _is_text(draft.get(name))}
    if not _is_extra(draft.get("extra")):
        problems["extra"] = [INVALID]
    if not _are_addresses(draft.get("addresses")):
        problems["addresses"] = [INVALID]
    email = draft.get("email")
    if isinstance(email, str) and email:
        problems |= _email_problems(state, email, former)
    return problems


def _email_problems(state: State, email: str, former: Document | None) -> dict[str, list[str]]:
    local, _, domain = email.strip().rpartition("@")
    if not local or not domain or " " in email.strip():
        return {"email": [INVALID]}
    if former is not None and lowered(email) == lowered(former["email"] or ""):
        return {}  # two of the samples share one and can still be changed
    taken = state.customers.count("email = ?", (lowered(email.strip()),))
    return {"email": [TAKEN]} if taken else {}


def _is_text(value: object) -> bool:
    return value is None or isinstance(value, str)


def _is_extra(value: object) -> bool:
    if value is None or value == []:
        return True
    return isinstance(value, dict) and not any(isinstance(item, dict | list) for item in value.values())


def _are_addresses(value: object) -> bool:
    return value is None or (
        isinstance(value, list)
        and all(
            isinstance(item, dict) and all(_is_text(item.get(name)) for name in _ADDRESS_TEXTS)
            for item in value
        )
    )


def _apply(document: Document, draft: Mapping[str, Any]) -> None:
    document |= {name: draft[name] for name in _TEXTS if name in draft}
    if "extra" in draft:
        document["extra"] = {name: _extra_text(value) for name, value in dict(draft["extra"] or {}).items()}


def _extra_text(value: object) -> str | None:
    """Values of the custom map are text, numbers too."""
    return value if value is None or isinstance(value, str) else str(value)


def _add_addresses(document: Document, drafts: Sequence[Mapping[str, Any]], now: str) -> None:
    """Change the addresses whose id is known and add the others; the first of all is the default for ever."""
    addresses: list[dict[str, Any]] = [dict(address) for address in document["addresses"]]
    known = {address["id"]: address for address in addresses}
    for draft in drafts:
        facts = {name: draft[name] for name in _ADDRESS_TEXTS if name in draft}
        former = known.get(draft.get("id"))
        if former is None:
            addresses.append(_address(document["id"], addresses, facts, now))
        elif any(former.get(name) != value for name, value in facts.items()):
            former.update(facts, updated_at=now)
    document["addresses"] = addresses
    document["default_address"] = default_of(addresses)


def _address(
    customer: int, others: Sequence[Mapping[str, Any]], facts: Mapping[str, Any], now: str
) -> dict[str, Any]:
    return {
        **dict.fromkeys(ADDRESS),
        **facts,
        "id": customer * 100 + len(others) + 1,
        "default": not others,
        "created_at": now,
        "updated_at": now,
    }
