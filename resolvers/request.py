"""A request as a question: what its headers, its query string and its body say, or why they say nothing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from starlette.requests import Request

from gateway.access import Caller, Scope
from gateway.customer import Json
from gateway.explain import HEADER, Mode, mode_of
from resolvers.execution import Question
from resolvers.negotiation import JSON

COST = "gateway-cost"
"""The header that asks for `extensions.cost`."""


class Refused(Exception):
    """A request that is no question; `status` and message say why."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.headers = headers


def explained(request: Request, caller: Caller) -> Mode | None:
    """What the caller wants explained; the one place where an explanation is allowed. Raises `Refused`."""
    value = request.headers.get(HEADER)
    if value is None:
        return None
    mode = mode_of(value)
    if mode is None:
        raise Refused(400, f"`Gateway-Explain` is {' or '.join(Mode)}.")
    if Scope.EXPLAIN not in caller.scopes:
        raise Refused(403, f"`Gateway-Explain` needs the scope {Scope.EXPLAIN}.")
    return mode


def wants_cost(request: Request) -> bool:
    """Whether the answer is to tell its cost. Raises `Refused`."""
    value = request.headers.get(COST)
    if value not in (None, "report"):
        raise Refused(400, "`Gateway-Cost` is report.")
    return value is not None


async def body_of(request: Request, most: int) -> bytes:
    """The whole body; one that is too large is refused before it is read to its end."""
    declared = request.headers.get("content-length", "")
    if declared.isdigit() and int(declared) > most:
        raise Refused(413, f"A request has at most {most} bytes.")
    chunks: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size > most:
            raise Refused(413, f"A request has at most {most} bytes.")
        chunks.append(chunk)
    return b"".join(chunks)


def by_post(request: Request, body: bytes) -> Question:
    """The question of a JSON body. Raises `Refused`."""
    kind, *parameters = request.headers.get("content-type", "").lower().split(";")
    if kind.strip() != JSON:
        raise Refused(415, f"Send {JSON}.")
    charset = next((one.strip()[8:] for one in parameters if one.strip().startswith("charset=")), "utf-8")
    if charset.strip('"') not in {"utf-8", "utf8"}:
        raise Refused(415, "Send UTF-8.")
    if request.headers.get("content-encoding", "identity") != "identity":
        raise Refused(415, "Send the body as it is, not compressed.")
    value = _decoded(body, "The body")
    if isinstance(value, list):
        raise Refused(400, "The body is a list; batches are not served, send one operation at a time.")
    if not isinstance(value, dict):
        raise Refused(400, "The body is not a JSON object.")
    return _question(value)


def by_get(request: Request) -> Question:
    """The question of a query string; `variables` and `extensions` are JSON in it. Raises `Refused`."""
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
    except msgspec.DecodeError as error:
        reason = str(error).removeprefix("JSON is malformed: ")
        raise Refused(400, f"{what} is not valid JSON: {reason[0].lower()}{reason[1:]}.") from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise Refused(400, f"{what} is not valid JSON.") from error


_OPTIONAL: Mapping[str, tuple[type, str]] = {
    "query": (str, "a GraphQL document"),
    "variables": (dict, "an object"),
    "operationName": (str, "a text"),
    "extensions": (dict, "an object"),
    "documentId": (str, "a text"),
}


def _question(given: Mapping[str, Any]) -> Question:
    for name, (kind, words) in _OPTIONAL.items():
        if given.get(name) is not None and not isinstance(given[name], kind):
            raise Refused(400, f"`{name}` must be {words}.")
    return Question(
        query=given.get("query"),
        operation_name=given.get("operationName"),
        variables=given.get("variables") or {},
        extensions=given.get("extensions") or {},
        document_id=given.get("documentId"),
    )
