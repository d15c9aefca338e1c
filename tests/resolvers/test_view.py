"""GraphQL over HTTP: media types, methods, status codes, and every request that is no question."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

NEW = "application/graphql-response+json"
OLD = "application/json"
SOURCES = "{ sources { name } }"


async def post(client: httpx.AsyncClient, body: Any, **headers: str) -> httpx.Response:
    content = body if isinstance(body, (bytes, str)) else json.dumps(body)
    return await client.post("/graphql", content=content, headers={"content-type": OLD, **headers})


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, OLD),
        ("*/*", OLD),
        (OLD, OLD),
        ("application/*", OLD),
        (NEW, NEW),
        (f"{NEW}; charset=utf-8, {OLD}; charset=utf-8", NEW),
        (f"{NEW};q=0.5, {OLD};q=0.9", OLD),
        (f"text/html, {NEW}", NEW),
    ],
)
async def test_the_answer_has_the_media_type_that_the_caller_chose(
    client: httpx.AsyncClient, accept: str | None, expected: str
) -> None:
    del client.headers["accept"]
    answer = await post(client, {"query": SOURCES}, **({} if accept is None else {"accept": accept}))
    assert (answer.status_code, answer.headers["content-type"].split(";")[0]) == (200, expected)
    assert len(answer.json()["data"]["sources"]) == 5


@pytest.mark.parametrize("accept", ["text/plain", "text/html", "application/xml", f"{OLD};q=0"])
async def test_a_caller_who_takes_none_of_ours_is_refused(client: httpx.AsyncClient, accept: str) -> None:
    answer = await post(client, {"query": SOURCES}, accept=accept)
    assert answer.status_code == 406
    assert answer.json()["errors"]


@pytest.mark.parametrize(
    "question",
    [
        {"query": "{"},
        {"query": "{ nonsense }"},
        {"query": "query($n: Int!) { customers(first: $n) { nodes { id } } }", "variables": {"n": "x"}},
        {"query": "query($n: Int!) { customers(first: $n) { nodes { id } } }"},
    ],
)
async def test_what_cannot_be_executed_is_400_in_the_new_media_type_and_200_in_the_old(
    client: httpx.AsyncClient, question: Any
) -> None:
    new, old = await post(client, question, accept=NEW), await post(client, question, accept=OLD)
    assert (new.status_code, old.status_code) == (400, 200)
    assert new.json() == old.json()
    assert "data" not in new.json()


async def test_a_field_that_fails_is_200_in_both(client: httpx.AsyncClient) -> None:
    for accept in (NEW, OLD):
        answer = await post(client, {"query": '{ node(id: "x") { id } }'}, accept=accept)
        assert answer.status_code == 200
        assert answer.json()["data"] == {"node": None}


async def test_several_operations_need_a_name(client: httpx.AsyncClient) -> None:
    query = 'query A { sources { name } } query B { source(name: "shop") { vendor } }'
    for accept in (NEW, OLD):
        assert (await post(client, {"query": query}, accept=accept)).status_code == 400
        wrong = await post(client, {"query": query, "operationName": "C"}, accept=accept)
        assert wrong.status_code == 400
    right = await post(client, {"query": query, "operationName": "B"})
    assert right.json() == {"data": {"source": {"vendor": "SPIFFY"}}}


async def test_queries_are_served_by_get(client: httpx.AsyncClient) -> None:
    parameters = {
        "query": "query A { sources { name } } query B($n: String!) { source(name: $n) { name } }",
        "variables": '{"n": "shop"}',
        "operationName": "B",
        "extensions": "{}",
    }
    answer = await client.get("/graphql", params=parameters)
    assert answer.json() == {"data": {"source": {"name": "shop"}}}


async def test_a_mutation_is_not_served_by_get(client: httpx.AsyncClient) -> None:
    query = 'mutation { customerDelete(input: {id: "x"}) { userErrors { code } } }'
    answer = await client.get("/graphql", params={"query": query})
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")
    assert answer.json()["errors"]


async def test_a_browser_gets_the_page(client: httpx.AsyncClient) -> None:
    accept = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
    answer = await client.get("/graphql", headers={"accept": accept})
    assert answer.text == "<p>the page</p>"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
async def test_other_methods_are_refused(client: httpx.AsyncClient, method: str) -> None:
    answer = await client.request(method, "/graphql")
    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("text/plain", 415),
        ("", 415),
        ("application/x-www-form-urlencoded", 415),
        ("application/json; charset=latin-1", 415),
        ("application/json; charset=UTF-8", 200),
        ("Application/JSON", 200),
    ],
)
async def test_bodies_are_json_in_utf_8(client: httpx.AsyncClient, kind: str, status: int) -> None:
    answer = await client.post(
        "/graphql", content=json.dumps({"query": SOURCES}), headers={"content-type": kind}
    )
    assert answer.status_code == status


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"\xff", b"null", b"7", b'"text"', b"[]", b'[{"query": "{ sources { name } }"}]', b"{}",
        {"query": 7}, {"query": ""}, {"query": None}, {"query": SOURCES, "variables": []},
        {"query": SOURCES, "variables": "{}"}, {"query": SOURCES, "operationName": 7},
        {"query": SOURCES, "extensions": "x"}, b"[" * 100_000,
    ],
)  # fmt: skip
async def test_a_body_that_is_no_question_is_400_with_a_reason(client: httpx.AsyncClient, body: Any) -> None:
    for accept in (NEW, OLD):
        answer = await post(client, body, accept=accept)
        assert answer.status_code == 400
        assert answer.json()["errors"][0]["message"]


@pytest.mark.parametrize("query", ["variables=[]", "variables={", "variables=7", "extensions=x"])
async def test_wrong_parameters_of_get_are_400(client: httpx.AsyncClient, query: str) -> None:
    answer = await client.get(f"/graphql?query={{sources{{name}}}}&{query}")
    assert answer.status_code == 400


async def test_null_is_as_good_as_absent(client: httpx.AsyncClient) -> None:
    nothing = {"variables": None, "operationName": None, "extensions": None}
    assert (await post(client, {"query": SOURCES, **nothing})).status_code == 200


async def test_a_body_over_a_mebibyte_is_refused(client: httpx.AsyncClient) -> None:
    body = json.dumps({"query": SOURCES, "variables": {"x": "y" * 1024 * 1024}})
    assert (await post(client, body)).status_code == 413

    async def pieces() -> Any:
        for at in range(0, len(body), 65536):
            yield body[at : at + 65536].encode()

    answer = await client.post("/graphql", content=pieces(), headers={"content-type": OLD})
    assert answer.status_code == 413


async def test_the_same_document_is_prepared_once(client: httpx.AsyncClient, monkeypatch: Any) -> None:
    await post(client, {"query": SOURCES})
    monkeypatch.setattr("resolvers.preparation.parse", None)
    assert (await post(client, {"query": SOURCES})).json()["data"]["sources"]
