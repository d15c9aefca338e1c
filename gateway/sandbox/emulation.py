"""One running vendor as an ASGI application: its routes behind log, faults, rate limit and authorisation."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import suppress

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as Endpoint
from starlette.types import Message, Receive, Scope, Send

from gateway.sandbox.fault import ConnectionDropped, Fault, FaultKind, Faults
from gateway.sandbox.limit import Verdict
from gateway.sandbox.log import Call, CallLog
from gateway.sandbox.option import SandboxOptions
from gateway.sandbox.population import Person
from gateway.sandbox.store import Document, Store
from gateway.sandbox.vendor import Incoming, Refused, Route, State, Vendor

DROPS_EARLY = frozenset({FaultKind.DROP_BEFORE, FaultKind.OUTAGE, FaultKind.HANG})
FOREVER = 3600.0
"""Seconds that a hang without a time lasts."""


class Emulation:
    """A vendor with its state; an ASGI application whose scope's ``root_path`` ends in the vendor's name."""

    def __init__(self, vendor: Vendor, store: Store, options: SandboxOptions) -> None:
        self.vendor, self._store, self._options = vendor, store, options
        tables = {name: store.collection(vendor.name, name, table) for name, table in vendor.tables.items()}
        self.state = State(name=vendor.name, options=options, tables=tables)
        self.faults = Faults(options.seed)
        self.log = CallLog()
        self.limit = vendor.limit(options.clock)
        self._number = 0
        self._app = self._application(vendor.routes(self.state))

    def found(self) -> None:
        """Begin anew: empty tables, their first documents and the vendor's own samples. Then ``settle``, ``finish``."""
        self._number = 0
        for table in self.state.tables.values():
            table.create()
        for name, documents in self.vendor.side().items():
            self.state.tables[name].put_all(documents)
        self.state.customers.put_all(self.vendor.samples())

    def settle(self, crowd: Sequence[Person]) -> None:
        """Add those of these people who are this vendor's customers."""
        self.state.customers.put_all(self._documents(crowd))

    def finish(self) -> None:
        """Index what was added."""
        for table in self.state.tables.values():
            table.create_indexes()

    def dump(self) -> list[Document]:
        """All records as complete vendor documents, by id; deleted ones that a vendor keeps too."""
        return [self.vendor.dump(self.state, document) for document in self.state.customers.stream()]

    def load(self, documents: Sequence[Document]) -> None:
        """Replace all records by these vendor documents."""
        with self._store.transaction():
            self.state.customers.clear()
            for document in documents:
                self.state.customers.put(self.vendor.load(self.state, document))

    def restart(self) -> None:
        """Forget faults, calls and rate limits; the records stay."""
        self.faults.set(())
        self.log.clear()
        self.limit.clear()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request and log it."""
        started = time.perf_counter()
        status: list[int | None] = [None]

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                status[0] = message["status"]
            await send(message)

        self.log.begin()
        try:
            await self._serve(scope, receive, watched)
        finally:
            self.log.end(self._call(scope, status[0], time.perf_counter() - started))

    def _call(self, scope: Scope, status: int | None, seconds: float) -> Call:
        return Call(
            at=self._options.clock(),
            method=scope["method"],
            path=_inner_path(scope),
            query=scope["query_string"].decode("latin-1"),
            status=status,
            seconds=seconds,
        )

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        faults = self.faults.take(scope["method"], _inner_path(scope))
        for fault in faults:
            if fault.kind is FaultKind.LATENCY:
                await asyncio.sleep(self.faults.delay(fault))
        fatal = [fault for fault in faults if fault.kind is not FaultKind.LATENCY]
        await self._with(fatal[0] if fatal else None, scope, receive, send)

    async def _with(self, fault: Fault | None, scope: Scope, receive: Receive, send: Send) -> None:
        if fault is None:
            await self._limited(scope, receive, send)
        elif fault.kind in DROPS_EARLY:
            await _hang(fault, receive)
            await drop(scope)
        elif fault.kind in (FaultKind.STATUS, FaultKind.THROTTLE):
            await _refusal(fault)(scope, receive, send)
        else:
            await self._spoiled(fault, scope, receive, send)

    async def _spoiled(self, fault: Fault, scope: Scope, receive: Receive, send: Send) -> None:
        """Carry the request out, then spoil its answer."""
        messages: list[Message] = []

        async def keep(message: Message) -> None:
            messages.append(message)

        await self._limited(scope, receive, keep)
        if fault.kind is FaultKind.DROP_AFTER:
            await drop(scope)
            return
        body = b"".join(message.get("body", b"") for message in messages)
        response = _spoiled_response(fault, messages[0]["status"], body)
        await response(scope, receive, send)

    async def _limited(self, scope: Scope, receive: Receive, send: Send) -> None:
        verdict = self.limit.take()
        if not self._options.rate_limits:
            verdict = Verdict(allowed=True, limit=verdict.limit, remaining=verdict.limit, wait=0.0, reset=0.0)
        headers = [
            (name.encode("latin-1"), value.encode("latin-1"))
            for name, value in self.vendor.limit_headers(self.state, verdict).items()
        ]

        async def headed(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", []), *headers]
            await send(message)

        app = self._app if verdict.allowed else self.vendor.over_limit(self.state, verdict)
        await app(scope, receive, headed)

    def _documents(self, crowd: Sequence[Person]) -> Iterator[Document]:
        for person in crowd:
            presence = person.presence.get(self.vendor.name)
            if presence is not None:
                self._number += 1
                yield self.vendor.seed(person, presence, self._number)

    def _application(self, routes: Sequence[Route]) -> Starlette:
        return Starlette(
            routes=[Endpoint(route.path, self._endpoint(route), methods=[route.method]) for route in routes],
            exception_handlers={HTTPException: self._unknown},
        )

    def _endpoint(self, route: Route) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            body = await request.body()
            try:
                self.vendor.authorize(self.state, request)
                with self._store.transaction():
                    return route.handler(Incoming(request, body))
            except Refused as refused:
                return refused.response

        return endpoint

    async def _unknown(self, request: Request, error: Exception) -> Response:
        status = error.status_code if isinstance(error, HTTPException) else 500
        return self.vendor.unknown(self.state, request, status)


def _inner_path(scope: Scope) -> str:
    """The path without the mount prefix."""
    return str(scope["path"])[len(scope.get("root_path", "")) :]


async def drop(scope: Scope) -> None:
    """Close the connection without an answer; raises ConnectionDropped where there is no socket to close."""
    transport: asyncio.Transport | None = scope.get("sandbox.transport")
    if transport is None:
        raise ConnectionDropped("the sandbox dropped the connection")
    transport.abort()
    await asyncio.sleep(0.01)  # the server has to notice, or it would answer 500


async def _hang(fault: Fault, receive: Receive) -> None:
    """Wait as long as a hang says, but not for a client that has gone."""
    if fault.kind is not FaultKind.HANG:
        return
    with suppress(TimeoutError):
        async with asyncio.timeout(FOREVER if fault.seconds is None else fault.seconds):
            while (await receive())["type"] != "http.disconnect":
                pass


def _refusal(fault: Fault) -> Response:
    status = 429 if fault.kind is FaultKind.THROTTLE else fault.status
    headers = {} if fault.retry_after is None else {"Retry-After": f"{fault.retry_after:g}"}
    return Response(fault.body or "", status, headers=headers, media_type=_media_type(fault.body))


def _media_type(body: str | None) -> str:
    return "application/json" if (body or "").startswith(("{", "[")) else "text/plain"


def _spoiled_response(fault: Fault, status: int, body: bytes) -> Response:
    if fault.kind is FaultKind.BROKEN_JSON:
        return Response(body[: max(1, len(body) // 2)], status, media_type="application/json")
    return Response(fault.body or "<html><body>Welcome</body></html>", status, media_type="text/html")
