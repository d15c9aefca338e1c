"""What a request may carry beside its question: preflight marks, entity tags, and the headers that ask for more."""

from __future__ import annotations

import httpx
import pytest

from gateway.access import Door, digest_of
from gateway.planner.reader import Gateway
from gateway.settings import AuthSettings
from resolvers.preflight import is_unasked
from resolvers.view import GraphQLEndpoint, Rules
from tests.resolvers.conftest import show_page

QUERY = {"query": "{ sources { name } }"}


@pytest.mark.parametrize(
    ("headers", "browsers", "everybody"),
    [
        ({}, False, True),
        ({"user-agent": "curl/8"}, False, True),
        ({"user-agent": "Mozilla/5.0 (X11)"}, True, True),
        ({"sec-fetch-site": "cross-site"}, True, True),
        ({"sec-fetch-site": "same-site"}, True, True),
        ({"sec-fetch-site": "same-origin", "user-agent": "Mozilla/5.0"}, False, True),
        ({"sec-fetch-site": "none", "user-agent": "Mozilla/5.0"}, False, True),
        ({"origin": "https://evil.example"}, True, True),
        ({"referer": "https://evil.example/"}, True, True),
        ({"cookie": "a=b"}, True, True),
        ({"origin": "https://evil.example", "content-type": "text/plain"}, True, True),
        ({"origin": "https://evil.example", "content-type": "application/json"}, False, False),
        ({"origin": "https://evil.example", "apollo-require-preflight": "true"}, False, False),
        ({"origin": "https://evil.example", "x-apollo-operation-name": "A"}, False, False),
        ({"origin": "https://evil.example", "apollo-require-preflight": ""}, True, True),
    ],
)  # fmt: skip
def test_what_a_browser_may_have_sent_unasked_needs_a_header_it_would_have_to_ask_for(
    headers: dict[str, str], browsers: bool, everybody: bool
) -> None:
    assert is_unasked(headers, "browsers") is browsers
    assert is_unasked(headers, "all") is everybody


async def test_a_get_that_is_known_already_is_not_sent_again(client: httpx.AsyncClient) -> None:
    first = await client.get("/graphql", params=QUERY)
    assert first.headers["cache-control"] == "private, no-cache"
    mark = first.headers["etag"]
    again = await client.get("/graphql", params=QUERY, headers={"if-none-match": f'"other", {mark}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", mark)
    other = await client.get("/graphql", params={"query": "{ __typename }"}, headers={"if-none-match": mark})
    assert other.status_code == 200
    posted = await client.post("/graphql", json=QUERY)
    assert (posted.headers["cache-control"], "etag" in posted.headers) == ("no-store", False)


async def test_an_answer_with_errors_is_never_kept(client: httpx.AsyncClient) -> None:
    answer = await client.get("/graphql", params={"query": '{ node(id: "x") { id } }'})
    assert (answer.headers["cache-control"], "etag" in answer.headers) == ("no-store", False)


async def test_cost_is_told_when_asked(client: httpx.AsyncClient) -> None:
    assert "extensions" not in (await client.post("/graphql", json=QUERY)).json()
    told = await client.post("/graphql", json=QUERY, headers={"gateway-cost": "report"})
    assert told.json()["extensions"]["cost"]["vendorCalls"] == 0
    assert (await client.post("/graphql", json=QUERY, headers={"gateway-cost": "1"})).status_code == 400


@pytest.mark.parametrize(("scopes", "status"), [(["customers:read"], 403), (["gateway:explain"], 200)])
async def test_an_explanation_is_for_callers_who_may_see_the_inside(
    gateway: Gateway, scopes: list[str], status: int
) -> None:
    key = {"name": "x", "digest": digest_of("gwk_x"), "scopes": scopes, "sources": ["shop"]}
    auth = AuthSettings.model_validate({"keys": (key,)})
    door = Door(auth, transport=gateway.transport, clock=gateway.clock)
    endpoint = GraphQLEndpoint(gateway, page=show_page, rules=Rules(door=door))
    headers = {"authorization": "Bearer gwk_x", "gateway-explain": "trace"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(endpoint), base_url="http://localhost"
    ) as client:
        answer = await client.post("/graphql", json=QUERY, headers=headers)
    assert answer.status_code == status
    assert not [name for name in ("negozio", "loja", "bottega", "matbakh") if name in answer.text]
