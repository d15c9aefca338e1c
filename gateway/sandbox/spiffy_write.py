"""Spiffy's creating, changing and deleting of customers, and its OAuth tokens."""

from collections.abc import Mapping
from functools import reduce
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from starlette.responses import Response

from gateway.sandbox.credential import SPIFFY
from gateway.sandbox.spiffy_address import added
from gateway.sandbox.spiffy_read import find, shown_alone
from gateway.sandbox.spiffy_reply import body, refusal, unprocessable
from gateway.sandbox.spiffy_row import blank, full_name, with_default, written
from gateway.sandbox.store import Document
from gateway.sandbox.text import lowered
from gateway.sandbox.vendor import Incoming, State, answer

REFRESH_TOKEN = "sandbox-spiffy-refresh"  # noqa: S105 - fake, and meant to be read
CODE = "sandbox-spiffy-code"
TOKEN_LIFE = 86_400
"""Seconds."""

_TEXTS = ("title", "first_name", "last_name", "email", "note", "tags", "company", "accounting_id", "pos_id")
_FLAGS = ("accepts_marketing", "wholesale")
"""Both are assumed to be writable."""


def create_customer(state: State, incoming: Incoming) -> Response:
    """Create one; its state is "disabled", as documented, and where contrary "guest", as documented too."""
    draft = body(incoming, "customer")
    _check(state, draft, None)
    identifier = max(state.customers.next_id(), state.tables["removed"].next_id())
    now = written(state.now() * 1000)
    document: Document = {**blank(), "id": identifier, "name": "", "created_at": now, "updated_at": now}
    if state.contrary:
        document["state"] = "guest"
        document = _with_addresses(state, document, draft.get("addresses"))
    document = _changed(document, draft)
    state.customers.put(document)
    return answer({"customer": shown_alone(document, {})}, 201)


def change_customer(state: State, incoming: Incoming) -> Response:
    """Change what the body names; what cannot be written is ignored. The body of the reply is assumed."""
    document = find(state, incoming)
    draft = body(incoming, "customer")
    _check(state, draft, document)
    document = _changed(document, draft) | {"updated_at": written(state.now() * 1000)}
    state.customers.put(document)
    return Response() if state.contrary else answer({"customer": shown_alone(document, {})})


def delete_customer(state: State, incoming: Incoming) -> Response:
    """Delete one; with orders too (an assumption), where contrary not. An id is never given again."""
    document = find(state, incoming)
    if state.contrary and document["orders_count"]:
        raise refusal(422, "Customer has orders and cannot be deleted")
    state.customers.remove(document["id"])
    state.tables["removed"].put({"id": document["id"]})
    return answer({})


def issue_token(state: State, incoming: Incoming) -> Response:
    """A new access token for the app's key and password with a code or a refresh token."""
    given = _parameters(incoming)
    app = (given.get("client_id"), given.get("client_secret"))
    grant = given.get("refresh_token") == REFRESH_TOKEN or given.get("code") == CODE
    if app != (SPIFFY["api_key"], SPIFFY["api_password"]) or not grant:
        return answer({"error": "invalid_grant", "error_description": "The grant is invalid or expired"}, 401)
    tokens = state.tables["token"]
    token = f"{SPIFFY['access_token']}-{tokens.count() + 1}"
    tokens.put({"id": token, "until": state.now() + TOKEN_LIFE})
    return answer(
        {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": TOKEN_LIFE,
            "refresh_token": REFRESH_TOKEN,
            "scope": "read_customers write_customers",
        }
    )


def _parameters(incoming: Incoming) -> Mapping[str, Any]:
    if "json" not in incoming.request.headers.get("content-type", ""):
        return dict(parse_qsl(incoming.body.decode("latin-1")))
    try:
        content = incoming.json()
    except msgspec.DecodeError:
        return {}
    return content if isinstance(content, dict) else {}


def _check(state: State, draft: Mapping[str, Any], former: Document | None) -> None:
    """Refuse wrong types, broken e-mails and those of another customer; the words are assumed."""
    problems = {name: ["is invalid"] for name in _TEXTS if not isinstance(draft.get(name), str | None)}
    problems |= {name: ["is invalid"] for name in _FLAGS if not isinstance(draft.get(name, False), bool)}
    email = draft.get("email")
    if isinstance(email, str) and email:
        problems |= _email_problems(state, email, former)
    elif state.contrary and "email" not in problems and ("email" in draft or former is None):
        problems["email"] = ["can't be blank"]  # whether it is required is not documented
    if problems:
        raise unprocessable(state, problems)


def _email_problems(state: State, email: str, former: Document | None) -> dict[str, list[str]]:
    local, _, domain = email.strip().rpartition("@")
    if not local or not domain or " " in email.strip():
        return {"email": ["is invalid"]}
    own = -1 if former is None else former["id"]
    taken = state.customers.count("email = ? AND id <> ?", (lowered(email.strip()), own))
    return {"email": ["has already been taken"]} if taken else {}


def _with_addresses(state: State, document: Document, drafts: object) -> Document:
    """Whether addresses are honoured inside a customer is not documented."""
    if drafts is None:
        return document
    if not isinstance(drafts, list) or not all(isinstance(draft, dict) for draft in drafts):
        raise unprocessable(state, {"addresses": ["is invalid"]})
    return reduce(added, drafts, document)


def _changed(document: Document, draft: Mapping[str, Any]) -> Document:
    facts = {name: draft[name] for name in (*_TEXTS, *_FLAGS) if name in draft}
    if "email" in facts:
        facts["email"] = (facts["email"] or "").strip() or None
    changed = {**document, **facts}
    return with_default(changed | {"name": full_name(changed)})
