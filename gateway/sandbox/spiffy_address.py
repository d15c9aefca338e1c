"""Spiffy's addresses of a customer, a resource of their own."""

from collections.abc import Mapping, Sequence
from typing import Any

from starlette.responses import Response

from gateway.sandbox.spiffy_read import find, window
from gateway.sandbox.spiffy_reply import body, missing, unprocessable
from gateway.sandbox.spiffy_row import ADDRESS, COUNTRY_NAMES, full_name, with_default, written
from gateway.sandbox.store import Document
from gateway.sandbox.vendor import Incoming, State, answer

_CODES = {name: code for code, name in COUNTRY_NAMES.items()}


def list_addresses(state: State, incoming: Incoming) -> Response:
    """A page of addresses; the document's own sample misspells the root, which only the contrary reading follows."""
    page, limit = window(state, incoming.query)
    addresses = find(state, incoming)["addresses"][(page - 1) * limit : page * limit]
    root = "addressess" if state.contrary else "addresses"
    return answer({root: [_shown(address, incoming.query) for address in addresses]})


def count_addresses(state: State, incoming: Incoming) -> Response:
    """How many addresses the customer has."""
    return answer({"count": len(find(state, incoming)["addresses"])})


def get_address(state: State, incoming: Incoming) -> Response:
    """One address."""
    return answer({"address": _shown(_find(state, find(state, incoming), incoming), incoming.query)})


def create_address(state: State, incoming: Incoming) -> Response:
    """Add an address; the first is the default."""
    document = find(state, incoming)
    draft = body(incoming, "address")
    _check(state, draft)
    document = added(document, draft)
    _save(state, document)
    return answer({"address": document["addresses"][-1]}, 201)


def change_address(state: State, incoming: Incoming) -> Response:
    """Change what the body names; ``default`` true takes that from the others, false is ignored (assumptions)."""
    document = find(state, incoming)
    former = _find(state, document, incoming)
    draft = body(incoming, "address")
    _check(state, draft)
    address = _filled({**former, **_facts(draft)})
    others = [address if each["id"] == address["id"] else each for each in document["addresses"]]
    document["addresses"] = _with_one_default(others, address["id"] if draft.get("default") is True else None)
    _save(state, document)
    return answer({"address": _find(state, document, incoming)})


def delete_address(state: State, incoming: Incoming) -> Response:
    """Remove an address; the first of the rest becomes the default (an assumption), where contrary it must stay."""
    document = find(state, incoming)
    former = _find(state, document, incoming)
    if state.contrary and former["default"]:
        raise unprocessable(state, {"base": ["The default address cannot be deleted"]})
    rest = [address for address in document["addresses"] if address["id"] != former["id"]]
    document["addresses"] = _with_one_default(rest, rest[0]["id"] if rest and former["default"] else None)
    _save(state, document)
    return answer({})


def added(document: Document, draft: Mapping[str, Any]) -> Document:
    """The customer with one more address."""
    serial = document["address_serial"] + 1
    identifier = document["id"] * 100 + serial
    facts = {**dict.fromkeys(ADDRESS, ""), **_facts(draft)}
    address = _filled({"id": identifier, **facts, "default": False})
    is_default = draft.get("default") is True or not document["addresses"]
    addresses = _with_one_default([*document["addresses"], address], identifier if is_default else None)
    return with_default({**document, "addresses": addresses, "address_serial": serial})


def _save(state: State, document: Document) -> None:
    """Whether a change of addresses is one of the customer is not documented: yes, where contrary no."""
    if not state.contrary:
        document["updated_at"] = written(state.now() * 1000)
    state.customers.put(with_default(document))


def _check(state: State, draft: Mapping[str, Any]) -> None:
    problems = {name: ["is invalid"] for name in ADDRESS if not isinstance(draft.get(name), str | None)}
    if problems:
        raise unprocessable(state, problems)


def _facts(draft: Mapping[str, Any]) -> dict[str, Any]:
    facts = {name: draft[name] for name in ADDRESS if name in draft}
    if "country_code" in facts and "country" not in facts:
        facts["country"] = COUNTRY_NAMES.get(facts["country_code"], "")
    elif "country" in facts and "country_code" not in facts:
        facts["country_code"] = _CODES.get(facts["country"], "")
    return facts


def _filled(address: Mapping[str, Any]) -> dict[str, Any]:
    return {**address, "name": full_name(address)}


def _with_one_default(addresses: Sequence[Mapping[str, Any]], default: int | None) -> list[dict[str, Any]]:
    """The same with this one as the default; None leaves the default where it is."""
    if default is None:
        return [dict(address) for address in addresses]
    return [{**address, "default": address["id"] == default} for address in addresses]


def _find(state: State, document: Document, incoming: Incoming) -> dict[str, Any]:
    wanted = incoming.path["address"]
    found = next((address for address in document["addresses"] if str(address["id"]) == wanted), None)
    if found is None:
        raise missing(state)
    address: dict[str, Any] = found
    return address


def _shown(address: Mapping[str, Any], query: Mapping[str, str]) -> Mapping[str, Any]:
    wanted = {name.strip() for name in query.get("fields", "").split(",")} - {""}
    return {name: value for name, value in address.items() if name in wanted} if wanted else address
