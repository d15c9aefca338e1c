"""The outermost layer: to whom a request is addressed, which id it has, and what every response says."""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.settings import LOOPBACK, ServerSettings

REQUEST_ID = "x-request-id"
_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_PROBES = frozenset({"/healthz", "/readyz"})
"""Asked by address and not by name; their answers tell nothing."""
_SMALLEST = 1024
"""Bytes; what is smaller is not worth compressing."""
_ASKED = ("authorization", "content-type", "gateway-cost", "gateway-explain", REQUEST_ID)
_APOLLO = ("apollo-require-preflight", "x-apollo-operation-name", "x-api-key")
_TOLD = (REQUEST_ID, "retry-after", "etag")


class Edge:
    """Refuses what is addressed to another host (a page that lets its own name point here), and names each request."""

    def __init__(self, app: ASGIApp, *, hosts: Collection[str]) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; its id is in every line that is logged meanwhile."""
        if scope["type"] != "http":
            return await self._app(scope, receive, send)
        headers = Headers(scope=scope)
        given = headers.get(REQUEST_ID, "")
        request_id = given if _ID.fullmatch(given) else secrets.token_hex(8)

        async def named(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = MutableHeaders(scope=message)
                told[REQUEST_ID] = request_id
                told["x-content-type-options"] = "nosniff"
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            if self._is_another(headers.get("host", ""), scope["path"]):
                return await _MISDIRECTED(scope, receive, named)
            return await self._app(scope, receive, named)

    def _is_another(self, host: str, path: str) -> bool:
        return bool(self._hosts) and path not in _PROBES and _name(host) not in self._hosts


_MISDIRECTED = JSONResponse(
    {
        "errors": [
            {
                "message": "The gateway does not serve this host; see [server] hosts.",
                "extensions": {"code": "BAD_REQUEST"},
            }
        ]
    },
    status_code=421,
)


def _name(host: str) -> str:
    """A Host header without its port, in lower case; the brackets of an IPv6 address are dropped."""
    found = re.fullmatch(r"(?:\[([^\]]*)\]|([^:]*))(?::\d*)?", host.strip().lower())
    return "" if found is None else found[1] or found[2] or ""


def served_hosts(settings: ServerSettings) -> Collection[str]:
    """The names that requests may be sent to; none: any."""
    if settings.hosts or settings.host not in LOOPBACK:
        return settings.hosts
    return LOOPBACK


def layers(settings: ServerSettings) -> list[Middleware]:
    """What stands before the routes, the outermost first."""
    cors = Middleware(
        CORSMiddleware,
        allow_origins=settings.origins,
        allow_methods=("GET", "POST"),
        allow_headers=(*_ASKED, *_APOLLO),
        expose_headers=_TOLD,
        max_age=600,
    )
    return [
        Middleware(Edge, hosts=served_hosts(settings)),
        *([cors] if settings.origins else []),
        Middleware(GZipMiddleware, minimum_size=_SMALLEST, compresslevel=4),
    ]
