"""The API over the emulated vendors in one process: no socket, no rate limits, every call counted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import httpx
import msgspec
import pytest
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse
from starlette.responses import Response as HttpResponse

from gateway.planner.reader import Gateway
from gateway.sandbox import Sandbox, SandboxOptions, create_app
from gateway.sandbox.source import sources
from gateway.server import build_gateway, source_types
from gateway.settings import Settings
from gateway.transport import HttpTransport, Request, Response
from resolvers.view import GraphQLEndpoint


class CountingTransport(HttpTransport):
    """Reaches the sandbox in this process, and counts what it was asked to send."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(httpx.ASGITransport(sandbox.app, raise_app_exceptions=False))
        self.calls = 0

    async def send(self, url: str, request: Request, *, seconds: float) -> Response:
        self.calls += 1
        return await super().send(url, request, seconds=seconds)


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What a client got, and how many calls the vendors were asked to answer."""

    status: int
    body: Any
    calls: int

    @property
    def data(self) -> Any:
        """The data of an answer that has to be without errors."""
        assert "errors" not in self.body, self.body["errors"]
        return self.body["data"]

    @property
    def errors(self) -> list[Any]:
        errors: list[Any] = self.body["errors"]
        return errors

    @property
    def codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.errors]


def settings_of(**limits: float) -> Settings:
    """Every emulated vendor as a source, without waiting for rates and without a cache."""
    types = source_types()
    tables = [{**table, "rate_factor": 0} for table in sources("http://sandbox")]
    return Settings.model_validate(
        {
            "sources": tuple(types[str(table["vendor"])].model_validate(table) for table in tables),
            "cache": {"ttl": 0},
            "limits": limits,
            "writes": {"idempotency": "memory"},
            "server": {"cursor_secret": "a secret for tests alone"},
        }
    )


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with create_app(SandboxOptions(size=60, rate_limits=False)) as sandbox:
        yield sandbox


@pytest.fixture
def transport(sandbox: Sandbox) -> CountingTransport:
    return CountingTransport(sandbox)


@pytest.fixture
def limits() -> dict[str, float]:
    """The configured limits of an operation; a test may give its own."""
    return {}


@pytest.fixture
async def gateway(transport: CountingTransport, limits: dict[str, float]) -> AsyncIterator[Gateway]:
    gateway = build_gateway(settings_of(**limits), transport=transport)
    yield gateway
    await gateway.close()


def show_page(_: HttpRequest) -> HttpResponse:
    return HTMLResponse("<p>the page</p>")


@pytest.fixture
async def client(gateway: Gateway) -> AsyncIterator[httpx.AsyncClient]:
    endpoint = GraphQLEndpoint(gateway, page=show_page)
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(endpoint), base_url="http://gateway"
    ) as client:
        yield client


@pytest.fixture
def execute(client: httpx.AsyncClient, transport: CountingTransport) -> Callable[..., Any]:
    """Asks one document with variables, and counts the vendor calls that it cost."""

    async def ask(query: str, **variables: Any) -> Result:
        before = transport.calls
        answer = await client.post("/graphql", json={"query": query, "variables": variables})
        return Result(status=answer.status_code, body=answer.json(), calls=transport.calls - before)

    return ask
