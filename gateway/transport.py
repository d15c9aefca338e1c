"""The one seam to HTTP: (method, URL, headers, body, deadline) to (status, headers, bytes)."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Protocol
from urllib.parse import quote, urlencode

import httpx
import msgspec
from pyreqwest.client import ClientBuilder
from pyreqwest.compatibility.httpx import HttpxTransport
from pyreqwest.exceptions import DetailedPyreqwestError

from gateway.errors import InvalidInput

Parameters = tuple[tuple[str, str], ...]


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One vendor request, relative to the source's base URL; equal requests ask the same thing."""

    method: str = "GET"
    path: str
    query: Parameters = ()
    body: bytes = b""
    headers: Parameters = ()
    is_repeatable: bool = True
    """False for a write that must not be sent twice."""

    @property
    def target(self) -> str:
        """Path and query string, percent-encoded as RFC 3986 asks: a blank is %20, never "+"."""
        return f"{self.path}?{urlencode(self.query, quote_via=quote)}" if self.query else self.path


class Response(msgspec.Struct, frozen=True, kw_only=True):
    """What came back; header names are in lower case."""

    status: int
    headers: Mapping[str, str] = {}
    body: bytes = b""


class TransportFailed(Exception):
    """No usable HTTP answer. `was_sent` is False only where certainly nothing reached the vendor."""

    def __init__(self, reason: str, *, was_sent: bool, is_timeout: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.was_sent = was_sent
        self.is_timeout = is_timeout


class Transport(Protocol):
    """What sends a request; tests and production differ in this object alone."""

    async def send(self, url: str, request: Request, *, seconds: float) -> Response:
        """Send to an absolute URL and read the whole answer in so many seconds; raises `TransportFailed`.

        `InvalidInput` where a value makes an address that cannot be sent.
        """

    async def close(self) -> None:
        """Give the connections back."""


MAXIMUM_BODY = 64 * 1024 * 1024
"""Bytes; an answer above it is refused unread, so that one vendor cannot exhaust the process."""


_GRACE = 0.05
"""Seconds; without it, a connection that is not made in time could not be told from an answer that is not."""


_CONNECTING = timedelta(seconds=5)
_IDLE = timedelta(seconds=60)
"""Shorter than the servers' usual 75, so that it is not they who end a connection that is about to be used."""


class HttpTransport:
    """The seam over httpx: HTTP/1.1, pooled connections kept alive, redirects not followed."""

    def __init__(self, transport: httpx.AsyncBaseTransport | None = None, *, connections: int = 64) -> None:
        self._transport = transport or _client(connections)

    async def send(self, url: str, request: Request, *, seconds: float) -> Response:
        """See `Transport.send`. The transport is used below httpx's client, whose own work costs more than the rest."""
        try:
            # httpx's own time-outs are of one step each: a body that trickles in would never end.
            async with asyncio.timeout(seconds + _GRACE):
                return await self._exchange(_outgoing(url, request, seconds))
        except httpx.InvalidURL as error:
            raise InvalidInput("A value is too long to be asked for at a vendor.") from error
        except (httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise TransportFailed("no connection in time", was_sent=False, is_timeout=True) from error
        except (httpx.TimeoutException, TimeoutError) as error:
            raise TransportFailed("no answer in time", was_sent=True, is_timeout=True) from error
        except httpx.ConnectError as error:
            if _is_unconnected(error):
                raise TransportFailed("no connection", was_sent=False) from error
            raise TransportFailed("the connection broke", was_sent=True) from error
        except (httpx.TransportError, httpx.DecodingError) as error:
            raise TransportFailed("the connection broke", was_sent=True) from error

    async def _exchange(self, outgoing: httpx.Request) -> Response:
        answer = await self._transport.handle_async_request(outgoing)
        try:
            body = await _read(answer)
        finally:
            await answer.aclose()
        headers = {name.lower(): value for name, value in answer.headers.items()}
        return Response(status=answer.status_code, headers=headers, body=body)

    async def close(self) -> None:
        """Close every pooled connection."""
        await self._transport.aclose()


def _client(connections: int) -> httpx.AsyncBaseTransport:
    """A client in Rust behind httpx's interface: httpx's own pool takes several times as long for each request.

    Nothing is followed, kept or sent again that the caller did not ask for.
    """
    builder = (
        ClientBuilder()
        .http1_only()
        .follow_redirects(enable=False)
        .referer(enable=False)
        .no_proxy()
        .connect_timeout(_CONNECTING)
        .max_connections(connections)
        .pool_max_idle_per_host(connections)
        .pool_idle_timeout(_IDLE)
    )
    return HttpxTransport(builder.build())


def _is_unconnected(error: httpx.ConnectError) -> bool:
    """The client calls a connection that was lost under way an error of connecting, too; its causes tell them apart."""
    origin = error.__cause__
    if not isinstance(origin, DetailedPyreqwestError):
        return True
    return any(cause["message"] == "client error (Connect)" for cause in origin.details["causes"] or ())


def _outgoing(url: str, request: Request, seconds: float) -> httpx.Request:
    return httpx.Request(
        request.method,
        url,
        headers=request.headers,
        content=request.body,
        extensions={"timeout": httpx.Timeout(seconds).as_dict()},
    )


async def _read(answer: httpx.Response) -> bytes:
    chunks: list[bytes] = []
    size = 0
    async for chunk in answer.aiter_bytes():
        size += len(chunk)
        if size > MAXIMUM_BODY:
            raise TransportFailed(f"the answer is larger than {MAXIMUM_BODY} bytes", was_sent=True)
        chunks.append(chunk)
    return b"".join(chunks)
