"""The HTTP endpoint: GraphQL over HTTP by POST and GET, GraphiQL's page for browsers, and no batches."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.customer import Json
from gateway.explain import HEADER, Mode, mode_of
from gateway.planner.reader import Gateway
from resolvers.execution import Answer, Engine, Question
from resolvers.problems import refusal

MAXIMUM_BODY = 1024 * 1024
"""Bytes of a request."""
RESPONSE = "application/graphql-response+json"
JSON = "application/json"
PAGE = "text/html"
BAD_REQUEST = "BAD_REQUEST"


class Refused(Exception):
    """A request that is no question; `status` and message say why."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers


class GraphQLEndpoint:
    """An ASGI application for one path. `page` answers browsers that want HTML."""

    def __init__(self, gateway: Gateway, *, page: Callable[[Request], Response]) -> None:
        self._engine = Engine(gateway)
        self._page = page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        media_type = media_type_of(request)
        try:
            response = await self._respond(request, media_type)
        except Refused as error:
            body = {"errors": [refusal(error.message, BAD_REQUEST)]}
            response = _encoded(Answer(body=body, status=error.status), media_type or JSON, error.headers)
        except ClientDisconnect:
            return
        await response(scope, receive, send)

    async def _respond(self, request: Request, media_type: str | None) -> Response:
        if request.method not in {"GET", "HEAD", "POST"}:
            raise Refused(405, "Ask by POST or GET.", {"allow": "GET, HEAD, POST"})
        is_safe = request.method != "POST"
        if is_safe and media_type == PAGE:
            return self._page(request)
        if media_type is None or media_type == PAGE:
            raise Refused(406, f"Answers are {RESPONSE} or {JSON}.")
        mode = _explained(request)
        question = _by_get(request) if is_safe else _by_post(request, await _body(request))
        question = msgspec.structs.replace(question, explain=mode)
        answer = await self._engine.answer(question, is_safe=is_safe)
        headers = {"allow": "POST"} if answer.status == 405 else None
        if media_type == JSON and answer.status == 400 and answer.is_question:
            # The old media type says 200 to every well-formed request; its errors are in the body alone.
            answer = msgspec.structs.replace(answer, status=200)
        return _encoded(answer, media_type, headers)


def _explained(request: Request) -> Mode | None:
    """What the caller wants explained; the one place where an explanation is allowed or refused."""
    value = request.headers.get(HEADER)
    if value is None:
        return None
    mode = mode_of(value)
    if mode is None:
        raise Refused(400, f"`Gateway-Explain` is {' or '.join(Mode)}.")
    return mode


def _encoded(answer: Answer, media_type: str, headers: Mapping[str, str] | None = None) -> Response:
    return Response(
        msgspec.json.encode(answer.body),
        status_code=answer.status,
        media_type=f"{RESPONSE}; charset=utf-8" if media_type == RESPONSE else JSON,
        headers={"vary": f"accept, {HEADER}", **(headers or {})},
    )


def media_type_of(request: Request) -> str | None:
    """What the answer is to be: the caller's choice among ours, None where it takes none of them."""
    accept = ",".join(request.headers.getlist("accept")) or "*/*"
    ranges = _ranges(accept)
    offers = (RESPONSE, JSON, PAGE) if request.method in {"GET", "HEAD"} else (RESPONSE, JSON)
    best, best_quality = None, 0.0
    for offer in offers:
        quality = _quality(offer, ranges)
        if quality > best_quality:
            best, best_quality = offer, quality
    if best == RESPONSE and RESPONSE not in ranges:
        return JSON
    return best


def _ranges(accept: str) -> dict[str, float]:
    """Media range → quality; parameters other than q make no difference here."""
    ranges: dict[str, float] = {}
    for part in accept.split(","):
        name, *parameters = (piece.strip().lower() for piece in part.split(";"))
        ranges[name] = next((_number(one[2:]) for one in parameters if one.startswith("q=")), 1.0)
    return ranges


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _quality(offer: str, ranges: Mapping[str, float]) -> float:
    family = offer.split("/", maxsplit=1)[0]
    return ranges.get(offer, ranges.get(f"{family}/*", ranges.get("*/*", 0.0)))


async def _body(request: Request) -> bytes:
    """The whole body; one that is too large is refused before it is read to its end."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > MAXIMUM_BODY:
        raise Refused(413, f"A request has at most {MAXIMUM_BODY} bytes.")
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > MAXIMUM_BODY:
            raise Refused(413, f"A request has at most {MAXIMUM_BODY} bytes.")
        chunks.append(chunk)
    return b"".join(chunks)


def _by_post(request: Request, body: bytes) -> Question:
    kind, *parameters = request.headers.get("content-type", "").lower().split(";")
    if kind.strip() != JSON:
        raise Refused(415, f"Send {JSON}.")
    charset = next((one.strip()[8:] for one in parameters if one.strip().startswith("charset=")), "utf-8")
    if charset.strip('"') not in {"utf-8", "utf8"}:
        raise Refused(415, "Send UTF-8.")
    value = _decoded(body, "The body")
    if isinstance(value, list):
        raise Refused(400, "The body is a list; batches are not served, send one operation at a time.")
    if not isinstance(value, dict):
        raise Refused(400, "The body is not a JSON object.")
    return _question(value)


def _by_get(request: Request) -> Question:
    """The query string's parameters; `variables` and `extensions` are JSON in it."""
    given: dict[str, Json] = dict(request.query_params)
    for name in ("variables", "extensions"):
        if text := given.get(name):
            given[name] = _decoded(text.encode(errors="replace"), f"`{name}`")
        else:
            given.pop(name, None)
    if not given.get("operationName"):
        given.pop("operationName", None)
    return _question(given)


def _decoded(text: bytes, what: str) -> Json:
    try:
        return msgspec.json.decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(400, f"{what} is not valid JSON.") from error


_OPTIONAL: Mapping[str, tuple[type, str]] = {
    "variables": (dict, "an object"),
    "operationName": (str, "a text"),
    "extensions": (dict, "an object"),
}


def _question(given: Mapping[str, Any]) -> Question:
    query = given.get("query")
    if not isinstance(query, str) or not query.strip():
        raise Refused(400, "`query` must be a GraphQL document.")
    for name, (kind, words) in _OPTIONAL.items():
        if given.get(name) is not None and not isinstance(given[name], kind):
            raise Refused(400, f"`{name}` must be {words}.")
    return Question(
        query=query, operation_name=given.get("operationName"), variables=given.get("variables") or {}
    )
