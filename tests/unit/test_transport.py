"""The seam to HTTP over real sockets: bounded, no redirects, and every way to fail told apart."""

from __future__ import annotations

import asyncio
import gzip
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest

from gateway import transport as seam
from gateway.errors import InvalidInput
from gateway.transport import HttpTransport, Request, TransportFailed

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def served(serve: Serve) -> AsyncIterator[str]:
    """A server for one answer after another; gives its address."""

    async def serve_and_close(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            await serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError):
            return  # the client had enough
        finally:
            writer.close()

    server = await asyncio.start_server(serve_and_close, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


def saying(head: str, body: bytes = b"") -> Serve:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(f"HTTP/1.1 {head}\r\ncontent-length: {len(body)}\r\n\r\n".encode() + body)
        await writer.drain()

    return serve


async def sent(serve: Serve, *, seconds: float = 5.0) -> seam.Response:
    client = HttpTransport()
    try:
        async with served(serve) as address:
            return await client.send(f"{address}/path", Request(path="/path"), seconds=seconds)
    finally:
        await client.close()


async def test_an_answer_is_its_status_headers_in_lower_case_and_body() -> None:
    answer = await sent(saying("201 Created\r\nX-Total-Count: 3\r\nContent-Type: text/plain", b"body"))
    assert (answer.status, answer.body) == (201, b"body")
    assert answer.headers["x-total-count"] == "3"


async def test_a_compressed_body_is_read() -> None:
    assert (await sent(saying("200 OK\r\ncontent-encoding: gzip", gzip.compress(b"plain")))).body == b"plain"


async def test_redirects_are_not_followed() -> None:
    answer = await sent(saying("302 Found\r\nlocation: http://127.0.0.1:1/elsewhere"))
    assert answer.status == 302


async def test_a_server_that_cannot_be_reached_got_nothing() -> None:
    async with served(saying("200 OK")) as address:
        pass
    client = HttpTransport()
    with pytest.raises(TransportFailed) as caught:
        await client.send(f"{address}/", Request(path="/"), seconds=1)
    assert (caught.value.was_sent, caught.value.is_timeout) == (False, False)
    await client.close()


async def test_a_connection_that_breaks_may_have_carried_the_request() -> None:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nhalf")

    with pytest.raises(TransportFailed) as caught:
        await sent(serve)
    assert (caught.value.was_sent, caught.value.is_timeout) == (True, False)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
async def test_what_a_kept_connection_lost_is_not_sent_again(method: str) -> None:
    """The server may have done it before it hung up."""
    met: list[bytes] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n")
        await writer.drain()
        met.append(await reader.readuntil(b"\r\n\r\n"))

    client = HttpTransport()
    async with served(serve) as address:
        await client.send(f"{address}/", Request(path="/"), seconds=1)
        with pytest.raises(TransportFailed) as caught:
            await client.send(f"{address}/", Request(method=method, path="/", body=b"{}"), seconds=1)
    await client.close()
    assert (caught.value.was_sent, caught.value.is_timeout) == (True, False)
    assert len(met) == 1


async def test_a_server_that_is_silent_is_waited_for_as_long_as_told() -> None:
    async def serve(_: asyncio.StreamReader, __: asyncio.StreamWriter) -> None:
        await asyncio.sleep(1)

    started = time.monotonic()
    with pytest.raises(TransportFailed) as caught:
        await sent(serve, seconds=0.05)
    assert (caught.value.was_sent, caught.value.is_timeout) == (True, True)
    assert time.monotonic() - started < 0.9


async def test_a_server_that_dawdles_is_cut_off_when_the_whole_time_is_up() -> None:
    """Each byte comes in time; the answer does not."""

    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n")
        while not writer.is_closing():
            writer.write(b".")
            await writer.drain()
            await asyncio.sleep(0.02)

    started = time.monotonic()
    with pytest.raises(TransportFailed) as caught:
        await sent(serve, seconds=0.1)
    assert (caught.value.was_sent, caught.value.is_timeout) == (True, True)
    assert time.monotonic() - started < 1


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
async def test_an_answer_above_the_bound_is_refused(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    """By its size unpacked, so that a small one that unpacks to much is refused too."""
    monkeypatch.setattr(seam, "MAXIMUM_BODY", 100_000)

    def body(size: int) -> bytes:
        return gzip.compress(b"." * size) if encoding == "gzip" else b"." * size

    head = f"200 OK\r\ncontent-encoding: {encoding}"
    assert len((await sent(saying(head, body(100_000)))).body) == 100_000
    with pytest.raises(TransportFailed, match="larger"):
        await sent(saying(head, body(100_001)))


def test_the_bound_is_64_mebibytes() -> None:
    assert seam.MAXIMUM_BODY == 64 * 2**20


async def test_what_is_no_http_is_a_broken_connection() -> None:
    async def serve(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"SSH-2.0-nothing\r\n\r\n")

    with pytest.raises(TransportFailed) as caught:
        await sent(serve)
    assert not caught.value.is_timeout


async def test_what_claims_to_be_packed_and_is_not_is_a_broken_connection() -> None:
    with pytest.raises(TransportFailed):
        await sent(saying("200 OK\r\ncontent-encoding: gzip", b"no gzip"))


async def test_a_value_that_no_address_can_hold_is_the_callers_mistake() -> None:
    client = HttpTransport()
    with pytest.raises(InvalidInput):
        await client.send(f"http://127.0.0.1:1/?q={'x' * 70_000}", Request(path="/"), seconds=1)
    await client.close()
