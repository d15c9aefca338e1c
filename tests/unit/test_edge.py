"""What every request meets before GraphQL, and what machines ask beside it: hosts, ids, origins, probes, metrics."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import httpx
import pytest
import structlog

from gateway import journal
from gateway.access import digest_of
from gateway.cli.configuration import sandboxed
from gateway.errors import SourceUnavailable
from gateway.health import FAILURES_UNTIL_DOWN
from gateway.observation import masked
from gateway.planner.reader import Gateway
from gateway.server import build_gateway, create_app
from gateway.settings import Settings
from gateway.transport import Request, Response, TransportFailed

KEY = "gwk_operator"
OPERATOR = {"name": "operator", "digest": digest_of(KEY), "scopes": ["gateway:explain", "customers:read"]}
READER = "gwk_reader"
READING = {"name": "reader", "digest": digest_of(READER)}
QUERY = {"query": "query Named { sources { name } }"}


class Nothing:
    """A transport behind which nobody is."""

    async def send(self, url: str, request: Request, *, seconds: float) -> Response:
        raise TransportFailed(f"nobody: {url} {request} {seconds}", was_sent=False)

    async def close(self) -> None:
        pass


@asynccontextmanager
async def serving(**tables: Any) -> AsyncIterator[httpx.AsyncClient]:
    sources = sandboxed("http://sandbox").sources
    settings = Settings.model_validate({"sources": sources, **tables})
    gateway = build_gateway(settings, transport=Nothing())
    transport = httpx.ASGITransport(create_app(gateway, settings))
    async with httpx.AsyncClient(transport=transport, base_url="http://localhost:8000") as client:
        client.gateway = gateway  # type: ignore[attr-defined]  # the test's own
        yield client


def gateway_of(client: httpx.AsyncClient) -> Gateway:
    gateway: Gateway = client.gateway  # type: ignore[attr-defined]
    return gateway


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("localhost:8000", 200), ("127.0.0.1", 200), ("[::1]:8000", 200), ("LOCALHOST", 200),
        ("evil.example", 421), ("localhost.evil.example", 421), ("", 421), ("127.0.0.1.evil.example:8000", 421),
    ],
)  # fmt: skip
async def test_a_page_cannot_point_its_own_name_at_this_machine(host: str, status: int) -> None:
    async with serving() as client:
        answer = await client.post("/graphql", json=QUERY, headers={"host": host})
        assert answer.status_code == status
        assert (await client.get("/healthz", headers={"host": host})).status_code == 200


async def test_configured_hosts_are_served_and_no_others() -> None:
    async with serving(server={"hosts": ["api.example"]}) as client:
        for host, status in (("api.example:443", 200), ("localhost", 421)):
            answer = await client.post("/graphql", json=QUERY, headers={"host": host})
            assert answer.status_code == status


async def test_every_answer_has_an_id_which_the_caller_may_choose() -> None:
    async with serving() as client:
        own = await client.post("/graphql", json=QUERY, headers={"x-request-id": "trace-7"})
        assert own.headers["x-request-id"] == "trace-7"
        for bad in ("a b", "x" * 65, "<script>"):
            made = (await client.get("/healthz", headers={"x-request-id": bad})).headers["x-request-id"]
            assert made != bad
            assert len(made) == 16


async def test_an_operation_is_one_line_of_the_log_without_anything_personal(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(journal, "_is_written_at_once", False)
    query = "query Named($e: String!) { customer(by: {email: $e}) { id } }"
    async with serving() as client:
        with structlog.testing.capture_logs([structlog.contextvars.merge_contextvars]) as lines:
            body = {"query": query, "variables": {"e": "ann@example.com"}}
            await client.post("/graphql", json=body, headers={"x-request-id": "seven"})
    operations = [line for line in lines if line["event"] == "operation"]
    calls = [line for line in lines if line["event"] == "vendor call"]
    assert [(line["kind"], line["name"], line["caller"]) for line in operations] == [
        ("query", "Named", "anybody")
    ]
    assert operations[0]["calls"] == len(calls) > 0
    assert {line["request_id"] for line in lines} == {"seven"}
    assert "ann" not in str(lines)


@pytest.mark.parametrize(
    ("path", "shown"),
    [
        ("/customers/510.json", "/customers/*.json"),
        ("/customers/search.json", "/customers/search.json"),
        ("/customers/8f7e-aa", "/customers/*"),
        ("/api/v13/commerce.customers.get", "/api/v13/commerce.customers.get"),
        ("/x/ann@example.com/y", "/x/*/y"),
        ("/v1/123/customers", "/v1/*/customers"),
    ],
)
def test_a_logged_path_holds_no_id_and_no_address(path: str, shown: str) -> None:
    assert masked(path) == shown


async def test_other_origins_are_let_in_only_where_they_are_configured() -> None:
    asked = {"origin": "https://shop.example", "access-control-request-method": "POST"}
    async with serving() as client:
        assert "access-control-allow-origin" not in (await client.options("/graphql", headers=asked)).headers
    async with serving(server={"origins": ["https://shop.example"]}) as client:
        allowed = await client.options("/graphql", headers=asked)
        assert allowed.headers["access-control-allow-origin"] == "https://shop.example"
        other = await client.options("/graphql", headers={**asked, "origin": "https://evil.example"})
        assert other.status_code == 400


async def test_large_answers_are_compressed_for_who_takes_it() -> None:
    query = {"query": "{ sources { capabilities { name support note } } }"}
    async with serving() as client:
        packed = await client.post("/graphql", json=query, headers={"accept-encoding": "gzip"})
        plain = await client.post("/graphql", json=query, headers={"accept-encoding": "identity"})
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.json() == plain.json()


async def test_an_address_with_a_slash_too_many_is_no_redirect() -> None:
    async with serving() as client:
        assert (await client.post("/graphql/", json=QUERY)).status_code == 404


async def test_with_auth_strangers_get_401_and_are_told_what_to_send() -> None:
    async with serving(auth={"keys": [READING]}) as client:
        for headers in ({}, bearer("gwk_wrong")):
            answer = await client.post("/graphql", json=QUERY, headers=headers)
            assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
            assert answer.json()["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"
        assert (await client.post("/graphql", json=QUERY, headers=bearer(READER))).status_code == 200


async def test_a_caller_who_asks_too_often_is_told_when_to_come_back() -> None:
    limits = {"requests": 3}
    async with serving(auth={"keys": [READING, OPERATOR]}, limits=limits) as client:
        statuses = [
            (await client.post("/graphql", json=QUERY, headers=bearer(READER))).status_code for _ in range(9)
        ]
        assert statuses[:3] == [200] * 3
        refused = await client.post("/graphql", json=QUERY, headers=bearer(READER))
        assert refused.status_code == 429
        assert 1 <= int(refused.headers["retry-after"]) <= 60
        assert (await client.post("/graphql", json=QUERY, headers=bearer(KEY))).status_code == 200


async def test_guessing_keys_is_limited_by_the_guessers_address() -> None:
    async with serving(auth={"keys": [READING]}, limits={"requests": 3}) as client:
        statuses = [(await client.post("/graphql", json=QUERY)).status_code for _ in range(9)]
        assert statuses[0] == 401
        assert statuses[-1] == 429


async def test_metrics_count_operations_and_vendor_calls_and_name_nobody() -> None:
    async with serving() as client:
        body = {"query": '{ customer(by: {email: "ann@example.com"}) { id } }'}
        await client.post("/graphql", json=body)
        text = (await client.get("/metrics")).text
    assert 'gateway_requests_total{kind="query",status="200"} 1.0' in text
    assert 'gateway_vendor_calls_total{served_by="vendor",source="shop",status="0"}' in text
    assert 'gateway_source_up{source="shop"}' in text
    assert "ann" not in text


@pytest.mark.parametrize(("key", "status"), [(None, 401), ("gwk_wrong", 401), (READER, 403), (KEY, 200)])
async def test_with_auth_metrics_are_for_callers_who_may_see_the_inside(key: str | None, status: int) -> None:
    async with serving(auth={"keys": [READING, OPERATOR]}) as client:
        headers = {} if key is None else bearer(key)
        assert (await client.get("/metrics", headers=headers)).status_code == status


async def test_a_gateway_is_ready_as_long_as_a_source_is_left() -> None:
    async with serving() as client:
        *most, last = gateway_of(client).sources
        for sources, status in ((most, 200), ([last], 503)):
            for source in sources:
                for _ in range(FAILURES_UNTIL_DOWN):
                    source.exchange.health.failed(SourceUnavailable("down", source=source.name))
            assert (await client.get("/readyz")).status_code == status
        assert (await client.get("/readyz")).json()["waits_for"] == ["sources"]
        assert (await client.get("/healthz")).status_code == 200


async def test_a_gateway_that_cannot_check_tokens_is_not_ready_and_strangers_learn_no_names() -> None:
    auth = {"jwks": "https://issuer.example/jwks", "issuer": "x", "audience": "y"}
    async with serving(auth=auth) as client:
        answer = await client.get("/readyz")
        assert (answer.status_code, answer.json()) == (
            503,
            {"status": "unavailable", "waits_for": ["signing keys"]},
        )
        asked = await client.post("/graphql", json=QUERY, headers=bearer("a.b.c"))
        assert asked.status_code in {401, 503}
