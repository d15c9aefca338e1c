"""The composition root and what it serves beside GraphQL."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator

import httpx
import pytest
from asgi_lifespan import LifespanManager

from gateway import graphiql
from gateway.cli.configuration import sandboxed
from gateway.clock import SystemClock
from gateway.server import build_gateway, create_app
from gateway.settings import IdentitySettings, Settings
from gateway.transport import Request, Response


class Silence:
    """A transport that nobody is to use; it notes its end."""

    def __init__(self) -> None:
        self.is_closed = False

    async def send(self, url: str, request: Request, *, seconds: float) -> Response:
        raise AssertionError(f"{url} was called within {seconds} s: {request}")

    async def close(self) -> None:
        self.is_closed = True


def unindexed() -> Settings:
    """Without a match index, nothing is done in the background."""
    return sandboxed("http://sandbox").model_copy(update={"identity": IdentitySettings(index="off")})


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(build_gateway(unindexed(), transport=Silence(), clock=SystemClock()))
    async with (
        LifespanManager(app),
        httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client,
    ):
        yield client


def test_sources_stand_in_the_order_of_the_configuration() -> None:
    gateway = build_gateway(sandboxed("http://sandbox"))
    assert [source.name for source in gateway.sources] == ["negozio", "loja", "shop", "bottega", "matbakh"]
    assert [source.priority for source in gateway.sources] == [1, 2, 3, 4, 5]


async def test_the_end_of_the_application_closes_the_gateway() -> None:
    transport = Silence()
    async with LifespanManager(create_app(build_gateway(unindexed(), transport=transport))):
        assert not transport.is_closed
    assert transport.is_closed


async def test_health_is_told_without_asking_a_vendor(client: httpx.AsyncClient) -> None:
    assert (await client.get("/healthz")).json() == {"status": "ok"}
    ready = (await client.get("/readyz")).json()
    assert set(ready["sources"].values()) == {"UNKNOWN"}


async def test_browsers_get_graphiql_with_a_policy_that_lets_nothing_in_from_elsewhere(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/graphql", headers={"accept": "text/html,*/*;q=0.8"})
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-cache"
    policy = answer.headers["content-security-policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "http" not in policy


async def test_without_its_assets_the_page_says_how_to_build_them(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    monkeypatch.setattr(graphiql, "ASSETS", tmp_path_factory.mktemp("empty"))
    answer = await client.get("/graphql", headers={"accept": "text/html"})
    assert answer.status_code == 200
    assert "make graphiql" in answer.text


async def test_assets_are_compressed_and_cached_for_ever(
    client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("assets")
    (folder / "main-ABC.js").write_text("let name = 'ü'\n" * 50, encoding="utf-8")
    monkeypatch.setattr(graphiql, "ASSETS", folder)
    answer = await client.get("/graphiql/main-ABC.js", headers={"accept-encoding": "gzip"})
    assert answer.headers["content-encoding"] == "gzip"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "immutable" in answer.headers["cache-control"]
    assert answer.text == "let name = 'ü'\n" * 50
    plain = await client.get("/graphiql/main-ABC.js", headers={"accept-encoding": "identity"})
    assert plain.content == (folder / "main-ABC.js").read_bytes()
    assert len(gzip.compress(plain.content)) < len(plain.content)


@pytest.mark.parametrize("name", ["index.html", "..%2Fserver.py", "%2Fetc%2Fpasswd", "absent.js", ".hidden"])
async def test_nothing_but_assets_is_served_as_one(client: httpx.AsyncClient, name: str) -> None:
    assert (await client.get(f"/graphiql/{name}")).status_code == 404


async def test_the_page_opens_with_the_shipped_examples(client: httpx.AsyncClient) -> None:
    examples = (await client.get("/graphiql/examples.json")).json()
    assert len(examples) == len(list(graphiql.EXAMPLES.glob("*.graphql"))) >= 5
    assert "completeness" in examples[0]["query"]
    assert all(set(example) <= {"query", "variables", "headers"} for example in examples)
