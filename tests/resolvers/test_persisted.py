"""Documents by name: left by clients as Apollo's do, trusted by a manifest, and nothing else where that is wished."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.errors import ConfigurationError
from gateway.planner.reader import Gateway
from gateway.settings import DocumentSettings
from resolvers.execution import Engine, Question
from resolvers.persisted import read_manifest

QUERY = "{ sources { name } }"
NAME = hashlib.sha256(QUERY.encode()).hexdigest()
EXTENSION: dict[str, Any] = {"persistedQuery": {"version": 1, "sha256Hash": NAME}}


async def test_apollos_clients_name_first_send_once_and_name_from_then_on(client: httpx.AsyncClient) -> None:
    unknown = await client.post("/graphql", json={"extensions": EXTENSION})
    assert unknown.status_code == 200
    assert unknown.json()["errors"] == [
        {"message": "PersistedQueryNotFound", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}
    ]
    assert unknown.headers["cache-control"] == "no-store"
    left = await client.post("/graphql", json={"query": QUERY, "extensions": EXTENSION})
    named = await client.post("/graphql", json={"extensions": EXTENSION})
    got = await client.get("/graphql", params={"extensions": json.dumps(EXTENSION)})
    by_id = await client.post("/graphql", json={"documentId": f"sha256:{NAME}"})
    assert left.json() == named.json() == got.json() == by_id.json()
    assert len(named.json()["data"]["sources"]) == 5


async def test_a_document_is_left_under_no_other_name_than_its_own(client: httpx.AsyncClient) -> None:
    wrong = {"persistedQuery": {"version": 1, "sha256Hash": "0" * 64}}
    assert (await client.post("/graphql", json={"query": QUERY, "extensions": wrong})).status_code == 400
    again = await client.post("/graphql", json={"extensions": wrong})
    assert again.json()["errors"][0]["message"] == "PersistedQueryNotFound"


async def test_leaving_documents_can_be_turned_off(gateway: Gateway) -> None:
    engine = Engine(gateway, documents=DocumentSettings(persisted=False))
    answer = await engine.answer(Question(query=QUERY, extensions=EXTENSION))
    assert answer.body["errors"][0]["extensions"]["code"] == "PERSISTED_QUERY_NOT_SUPPORTED"


APOLLO = {
    "format": "apollo-persisted-query-manifest",
    "version": 1,
    "operations": [{"id": "list", "name": "List", "type": "query", "body": QUERY}],
}


@pytest.mark.parametrize("manifest", [APOLLO, {"list": QUERY}], ids=["Apollo's", "Relay's"])
async def test_where_only_trusted_documents_are_executed_no_other_is(
    gateway: Gateway, tmp_path: Path, manifest: Any
) -> None:
    file = tmp_path / "manifest.json"
    file.write_text(json.dumps(manifest), encoding="utf-8")
    engine = Engine(gateway, documents=DocumentSettings(manifest=str(file), trusted_only=True))
    for question in (Question(query=QUERY), Question(query=None, document_id="list")):
        assert "data" in (await engine.answer(question)).body
    other = "{ sources { vendor } }"
    named = {"persistedQuery": {"version": 1, "sha256Hash": hashlib.sha256(other.encode()).hexdigest()}}
    refused = (
        Question(query=other),
        Question(query=other, extensions=named),
        Question(query=None, document_id="x"),
    )
    for question in refused:
        answer = await engine.answer(question)
        assert (answer.status, answer.body["errors"][0]["extensions"]["code"]) == (
            400,
            "PERSISTED_QUERY_ID_REQUIRED",
        )


@pytest.mark.parametrize("text", ["", "[]", "{", '{"operations": [{"id": 7}]}', '{"a": 7}'])
def test_a_file_that_is_no_manifest_keeps_the_gateway_from_starting(tmp_path: Path, text: str) -> None:
    file = tmp_path / "manifest.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="is no manifest"):
        read_manifest(file)
    with pytest.raises(ConfigurationError, match="cannot be read"):
        read_manifest(tmp_path / "absent.json")
