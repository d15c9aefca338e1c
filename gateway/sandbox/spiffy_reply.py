"""Spiffy's refusals and what guards its endpoints: credentials, headers and the request limit."""

import binascii
from base64 import b64decode
from collections.abc import Mapping, Sequence
from datetime import UTC, timedelta
from math import ceil
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from gateway.sandbox.credential import SPIFFY
from gateway.sandbox.limit import Verdict
from gateway.sandbox.vendor import Incoming, Refused, State, answer

PERIOD = 300
LIMIT = 500
"""Requests in one period; both from a comment of the vendor's client library, which says not to rely on them."""
OPEN_PATHS = ("/admin/oauth/token", "/api/oauth/token")

Problems = Mapping[str, Sequence[str]]


def refusal(status: int, words: str, headers: Mapping[str, str] | None = None) -> Refused:
    """An error as one text under ``errors``; the words are assumed."""
    return Refused(answer({"errors": words}, status, headers))


def unprocessable(state: State, problems: Problems) -> Refused:
    """Validation: a map under ``errors``, one text where contrary; the vendor's client library knows both."""
    if not state.contrary:
        return Refused(answer({"errors": problems}, 422))
    words = (
        f"{name.replace('_', ' ').capitalize()} {word}" for name, some in problems.items() for word in some
    )
    return refusal(422, ", ".join(words))


def missing(state: State) -> Refused:
    """404; a text under ``errors`` is an assumption, an empty body the contrary one."""
    return Refused(Response(status_code=404)) if state.contrary else refusal(404, "Not Found")


def unknown(state: State, _request: Request, status: int) -> Response:
    """A path or method that is not there."""
    return missing(state).response if status == 404 else refusal(status, "Method Not Allowed").response


def authorize(state: State, request: Request) -> None:
    """Refuse by credentials, then by Accept; the statuses and bodies are assumed."""
    if request.url.path.endswith(OPEN_PATHS):
        return
    if not _is_known(state, request.headers.get("authorization", "")):
        headers = {"WWW-Authenticate": 'Basic realm="API"'}
        if state.contrary:
            raise Refused(Response("HTTP Basic: Access denied.\n", 401, headers, media_type="text/plain"))
        raise refusal(401, "Invalid API key or access token", headers)
    accept = request.headers.get("accept", "*/*")
    if not any(kind in accept for kind in ("application/json", "*/*", "application/*")):
        raise refusal(406, "Only application/json is offered")


def _is_known(state: State, authorization: str) -> bool:
    kind, _, secret = authorization.partition(" ")
    if kind.lower() == "bearer":
        return secret == SPIFFY["access_token"] or _is_issued(state, secret)
    try:
        pair = b64decode(secret, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError):
        return False
    return kind.lower() == "basic" and pair == f"{SPIFFY['api_key']}:{SPIFFY['api_password']}"


def _is_issued(state: State, token: str) -> bool:
    issued = state.tables["token"].get(token)
    return issued is not None and state.now() < issued["until"]


def limit_headers(state: State, verdict: Verdict) -> Mapping[str, str]:
    """The window in one JSON header, on every reply."""
    until = (state.options.clock() + timedelta(seconds=verdict.reset)).astimezone(UTC)
    window = {
        "name": "API", "period": PERIOD, "limit": verdict.limit, "remaining": verdict.remaining,
        "until": until.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }  # fmt: skip
    return {"X-Ratelimit": msgspec.json.encode(window).decode()}


def over_limit(_state: State, verdict: Verdict) -> Response:
    """429 in plain text, as the limiter that the client library names answers by default (an assumption)."""
    seconds = max(1, ceil(verdict.wait))
    words = f"API rate limit exceeded. Please wait {seconds} seconds then retry your request."
    return Response(words, 429, {"Retry-After": str(seconds)}, media_type="text/plain")


def body(incoming: Incoming, root: str) -> dict[str, Any]:
    """What is under the root key of a JSON body; refusals of other bodies are assumed: 415, else 400."""
    kind = incoming.request.headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() != "application/json":
        raise refusal(415, "Content-Type must be application/json")
    try:
        content = incoming.json()
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise refusal(400, "Problems parsing JSON") from None
    if not isinstance(content, dict) or not isinstance(content.get(root), dict):
        raise refusal(400, f"Required parameter missing or invalid: {root}")
    inner: dict[str, Any] = content[root]
    return inner
