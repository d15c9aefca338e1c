"""The HTTP endpoint: GraphQL over HTTP by POST and GET, GraphiQL's page for browsers, and no batches."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import msgspec
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from gateway.access import ANYBODY, Caller, Door, KeySetUnavailable, Unauthenticated
from gateway.errors import ErrorCode
from gateway.explain import HEADER
from gateway.observation import Observation
from gateway.planner.reader import Gateway
from gateway.settings import DocumentSettings, LimitSettings
from gateway.throttle import Throttle, allowance
from resolvers.execution import Answer, Engine
from resolvers.negotiation import JSON, PAGE, RESPONSE, media_type_of
from resolvers.preflight import MARKS, is_unasked
from resolvers.problems import refusal
from resolvers.request import COST, Refused, body_of, by_get, by_post, explained, wants_cost

BAD_REQUEST = "BAD_REQUEST"
_CODES = {
    401: ErrorCode.UNAUTHENTICATED,
    403: ErrorCode.FORBIDDEN,
    429: ErrorCode.RATE_LIMITED,
    503: ErrorCode.INTERNAL,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How the endpoint serves. Without a door everybody may ask everything; `observe` is told of each answer."""

    limits: LimitSettings = field(default_factory=LimitSettings)
    documents: DocumentSettings = field(default_factory=DocumentSettings)
    preflight: str = "browsers"
    door: Door | None = None
    observe: Callable[[Observation], None] | None = None


class GraphQLEndpoint:
    """An ASGI application for one path. `page` answers browsers that want HTML."""

    def __init__(
        self, gateway: Gateway, *, page: Callable[[Request], Response], rules: Rules | None = None
    ) -> None:
        self._rules = rules or Rules()
        self._engine = Engine(gateway, limits=self._rules.limits, documents=self._rules.documents)
        self._page = page
        self._door = self._rules.door
        is_open = self._door is None or self._door.is_open
        self._throttle = Throttle(allowance(self._rules.limits.requests, is_open=is_open))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        request = Request(scope, receive)
        exchange = _Exchange(request)
        try:
            response = await self._respond(exchange)
        except Refused as error:
            code = _CODES.get(error.status, BAD_REQUEST)
            exchange.answer = Answer(body={"errors": [refusal(error.message, code)]}, status=error.status)
            response = exchange.encoded(exchange.answer, error.headers)
        except ClientDisconnect:
            return
        await response(scope, receive, send)
        if self._rules.observe is not None and exchange.answer is not None:
            self._rules.observe(exchange.observed(response.status_code))

    async def _respond(self, exchange: _Exchange) -> Response:
        request, media_type = exchange.request, exchange.media_type
        if request.method not in {"GET", "HEAD", "POST"}:
            raise Refused(405, "Ask by POST or GET.", {"allow": "GET, HEAD, POST"})
        is_safe = request.method != "POST"
        if is_safe and media_type == PAGE:
            return self._page(request)
        if media_type is None or media_type == PAGE:
            raise Refused(406, f"Answers are {RESPONSE} or {JSON}.")
        if is_safe and is_unasked(request.headers, self._rules.preflight):
            raise Refused(400, f"A browser's GET needs the header {MARKS[0]}; or ask by POST.")
        exchange.caller = await self._admitted(request)
        mode, cost = explained(request, exchange.caller), wants_cost(request)
        question = (
            by_get(request) if is_safe else by_post(request, await body_of(request, self._rules.limits.body))
        )
        question = msgspec.structs.replace(question, explain=mode, wants_cost=cost)
        answer = await self._engine.answer(question, exchange.caller, is_safe=is_safe)
        headers = {"allow": "POST"} if answer.status == 405 else None
        if media_type == JSON and answer.status == 400 and answer.is_question:
            # The old media type says 200 to every well-formed request; its errors are in the body alone.
            answer = msgspec.structs.replace(answer, status=200)
        exchange.answer = answer
        return exchange.encoded(answer, headers)

    async def _admitted(self, request: Request) -> Caller:
        """Who asks, if the caller may ask now. Strangers are counted by their address, so that keys are not guessed."""
        address = f"address:{request.client.host if request.client else None}"
        try:
            caller = ANYBODY if self._door is None else await self._door.caller(request.headers)
        except Unauthenticated as error:
            await self._counted(address)
            raise Refused(401, error.message, {"www-authenticate": "Bearer"}) from error
        except KeySetUnavailable as error:
            raise Refused(503, "The issuer's keys cannot be read now.", {"retry-after": "10"}) from error
        await self._counted(address if caller is ANYBODY else caller.name)
        return caller

    async def _counted(self, caller: str) -> None:
        wait = await self._throttle.wait(caller)
        if wait is not None:
            raise Refused(429, f"Too many requests; ask again in {wait} s.", {"retry-after": str(wait)})


class _Exchange:
    """One request on its way to an answer, and what is noted of it."""

    def __init__(self, request: Request) -> None:
        self.request = request
        self.media_type = media_type_of(request)
        self.caller: Caller | None = None
        self.answer: Answer | None = None
        self._began = time.perf_counter()

    def encoded(self, answer: Answer, more: Mapping[str, str] | None = None) -> Response:
        """The response; a GET's is marked, so that who has it already need not be sent it again."""
        body = msgspec.json.encode(answer.body)
        headers = {
            "vary": f"accept, authorization, x-api-key, {COST}, {HEADER}",
            "cache-control": "no-store",
            **(more or {}),
        }
        if self.request.method != "POST" and answer.status == 200 and "errors" not in answer.body:
            mark = f'W/"{hashlib.blake2b(body, digest_size=16).hexdigest()}"'
            headers |= {"etag": mark, "cache-control": "private, no-cache"}
            known = self.request.headers.get("if-none-match", "")
            if known.strip() == "*" or mark in (one.strip() for one in known.split(",")):
                return Response(status_code=304, headers=headers)
        kind = f"{RESPONSE}; charset=utf-8" if self.media_type == RESPONSE else JSON
        return Response(body, status_code=answer.status, media_type=kind, headers=headers)

    def observed(self, status: int) -> Observation:
        """What is noted of it; nothing of it is personal data."""
        answer = self.answer or Answer(body={})
        account = answer.account
        operation = None if account is None else account.operation
        return Observation(
            kind="refused" if account is None else account.kind,
            status=status,
            seconds=time.perf_counter() - self._began,
            caller=None if self.caller is None else self.caller.name,
            name=None if account is None else account.name,
            digest=None if account is None else account.digest,
            codes=[str(error["extensions"]["code"]) for error in answer.body.get("errors", ())],
            cost=None if account is None else account.cost,
            calls=() if operation is None else operation.trace,
        )
