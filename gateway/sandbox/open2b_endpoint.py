"""What Open2b's methods share: the key, the two kinds of errors, and reading a request."""

from collections.abc import Callable

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from gateway.sandbox.credential import OPEN2B
from gateway.sandbox.limit import Verdict
from gateway.sandbox.open2b_rule import Rules, Wrong, read
from gateway.sandbox.vendor import Document, Incoming, Refused, Route, State, answer

BASIC_KEY = "sandbox-open2b-basic"
"""A second key whose app may use no labels."""
PREFIX = "/api/v13/"


class Call(msgspec.Struct, frozen=True):
    """A checked request, and whether its app may use labels."""

    request: Document
    may_label: bool


Method = Callable[[Call], Document]
"""Gives the reply without ``status``; may raise Wrong."""


def authorize(state: State, request: Request) -> None:
    """Refuse a missing or wrong key, in plain text.

    The vendor's pages name two headers, ``X-Secret-Key`` and ``X-Key``; usually only the first is taken.
    """
    key = request.headers.get("x-secret-key")
    if key is None and state.contrary:
        key = request.headers.get("x-key")
    if key is None:
        raise Refused(plain("Forbidden, missing key", 403))
    if key not in (OPEN2B["secret_key"], BASIC_KEY):
        raise Refused(plain("Forbidden, malformed key", 403))


def plain(message: str, status: int) -> Response:
    """An error of the transport: another status than 200, and no JSON."""
    return Response(message, status, media_type="text/plain")


def over_limit(state: State, verdict: Verdict) -> Response:
    """1000 calls in five minutes are documented; the status is an assumption."""
    if state.contrary:
        return plain("Service Unavailable, too many requests", 503)
    response = plain("Too Many Requests", 429)
    response.headers["Retry-After"] = str(int(verdict.wait) + 1)
    return response


def unknown(_state: State, _request: Request, status: int) -> Response:
    """A method that is not there, or another HTTP method than POST."""
    return plain("Method Not Allowed" if status == 405 else "Not Found, unknown method", status)


def route(state: State, name: str, rules: Rules, method: Method) -> Route:
    """The endpoint of one method, its request checked by ``rules``."""

    def handle(incoming: Incoming) -> Response:
        try:
            request = read(rules, _decoded(state, incoming))
            return answer({"status": "ok"} | method(Call(request, _may_label(incoming))))
        except Wrong as wrong:
            raise Refused(answer(_error(state, wrong))) from None

    return Route("POST", PREFIX + name, handle)


def _decoded(state: State, incoming: Incoming) -> object:
    """The body; that the content type does not matter is an assumption, as is the status of a body that is no JSON."""
    if state.contrary and "json" not in incoming.request.headers.get("content-type", ""):
        raise Refused(plain("Unsupported Media Type", 415))
    try:
        return incoming.json() if incoming.body else {}
    except msgspec.DecodeError:
        raise Refused(plain("Bad Request, malformed JSON", 400)) from None


def _may_label(incoming: Incoming) -> bool:
    return incoming.request.headers.get("x-secret-key") != BASIC_KEY


def _error(state: State, wrong: Wrong) -> Document:
    field = wrong.field.rpartition(".")[2] if state.contrary else wrong.field
    return {
        "status": "error",
        "error": {"field": field, "type": wrong.kind, "description": wrong.description},
    }
