"""Tiendanube's refusals and what guards its endpoints: versions, store, User-Agent, token and scope."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from gateway.sandbox.credential import TIENDANUBE
from gateway.sandbox.limit import Verdict
from gateway.sandbox.vendor import Incoming, Refused, State, answer

DATED = "2025-03"
VERSIONS = ("v1", DATED)
READ_TOKEN = "sandbox-tiendanube-read-token"  # noqa: S105 - fake, and meant to be read
"""A token with the scope read_customers alone."""

Problems = Mapping[str, Sequence[str]]


def refusal(status: int, description: str, headers: Mapping[str, str] | None = None) -> Response:
    """The envelope of everything but validation and broken JSON."""
    content = {"code": status, "message": HTTPStatus(status).phrase, "description": description}
    return answer(content, status, headers)


def unprocessable(state: State, problems: Problems) -> Refused:
    """Validation: a bare map of field to messages, as documented; with the envelope around it where contrary."""
    if state.contrary:
        envelope = {"code": 422, "message": "Unprocessable Entity", "description": "Validation error"}
        return Refused(answer({**envelope, **problems}, 422))
    return Refused(answer(problems, 422))


def missing(description: str = "Customer not found") -> Refused:
    """404 for one thing; lists answer 404 too, for an empty page, with other words."""
    return Refused(refusal(404, description))


def authorize(state: State, request: Request) -> None:
    """Refuse by version, User-Agent, token, store and scope, in this order (an assumption); bodies are assumed too."""
    path = request.path_params
    if "version" not in path:
        return
    if path["version"] not in VERSIONS:
        raise missing("Unknown API version")
    if not request.headers.get("user-agent", "").strip():
        raise Refused(refusal(400, "Missing User-Agent header"))
    kind, _, token = request.headers.get("authentication", "").partition(" ")
    known = kind.lower() == "bearer" and token in (TIENDANUBE["access_token"], READ_TOKEN)
    if not known or path["store"] != TIENDANUBE["store_id"]:
        raise Refused(refusal(401, "Invalid access token"))
    if token == READ_TOKEN and request.method not in ("GET", "HEAD"):
        raise Refused(refusal(403, f"{state.name}: missing scope write_customers"))


def over_limit(state: State, verdict: Verdict) -> Response:
    """429; its body is assumed, and so is that there is no Retry-After."""
    headers = {"Retry-After": str(max(1, round(verdict.wait)))} if state.contrary else None
    return refusal(429, "Too many requests", headers)


def limit_headers(_state: State, verdict: Verdict) -> Mapping[str, str]:
    """Size, credit left, and the milliseconds until the bucket is empty."""
    return {
        "X-Rate-Limit-Limit": str(verdict.limit),
        "X-Rate-Limit-Remaining": str(verdict.remaining),
        "X-Rate-Limit-Reset": str(int(verdict.reset * 1000)),
    }


def unknown(_state: State, _request: Request, status: int) -> Response:
    """A path or method that is not there."""
    return refusal(status, "Unknown resource")


def body(incoming: Incoming) -> object:
    """The JSON body; 415 without its Content-Type, 400 where it cannot be read."""
    kind = incoming.request.headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() != "application/json":
        raise Refused(refusal(415, "Content-Type must be application/json; charset=utf-8"))
    try:
        return incoming.json()
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Refused(answer({"error": "Problems parsing JSON"}, 400)) from None


def body_object(incoming: Incoming) -> dict[str, Any]:
    """The body where it must be an object."""
    content = body(incoming)
    if not isinstance(content, dict):
        raise Refused(answer({"error": "Problems parsing JSON"}, 400))
    return content
