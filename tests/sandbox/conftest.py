"""A sandbox that a test may change, and clients that reach it in the process."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from gateway.sandbox import Assumptions, Sandbox, SandboxOptions, create_app

Reach = Callable[..., httpx.AsyncClient]


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = datetime(2026, 7, 1, 12, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def move(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sandbox(clock: Clock) -> Iterator[Sandbox]:
    with create_app(SandboxOptions(size=60, clock=clock)) as sandbox:
        yield sandbox


@pytest.fixture
def contrary(clock: Clock) -> Iterator[Sandbox]:
    options = SandboxOptions(size=60, clock=clock, assumptions=Assumptions.CONTRARY)
    with create_app(options) as sandbox:
        yield sandbox


@pytest.fixture
async def reach() -> AsyncIterator[Reach]:
    """Makes clients of a sandbox in this process, without a socket, below a path and with headers."""
    async with AsyncExitStack() as stack:

        def make(
            sandbox: Sandbox, path: str = "", headers: Mapping[str, str] | None = None
        ) -> httpx.AsyncClient:
            client = httpx.AsyncClient(
                transport=httpx.ASGITransport(sandbox.app), base_url=f"http://sandbox{path}", headers=headers
            )
            stack.push_async_callback(client.aclose)
            return client

        yield make
