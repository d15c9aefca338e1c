"""GraphiQL in a real browser that reaches this machine alone."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from gateway import graphiql

NAMES = "[...document.querySelectorAll('.graphiql-response .view-line')].map((line) => line.textContent).join('\\n')"


def test_it_opens_with_a_query_whose_answer_holds_customers_and_asks_nobody_else(
    gateway: Any, browser: Any
) -> None:
    if not (graphiql.ASSETS / "index.html").is_file():
        pytest.skip("GraphiQL is not built: make graphiql")
    example = httpx.get(gateway.url.replace("/graphql", "/graphiql/examples.json")).json()[0]
    nodes = gateway.ask(example["query"])["data"]["customers"]["nodes"]
    names = [node["name"] for node in nodes if node["name"] and '"' not in node["name"]]
    assert names

    browser.send("Page.navigate", url=gateway.url)
    browser.wait_for("document.querySelector('.graphiql-execute-button') !== null")
    browser.wait_for("document.querySelector('.graphiql-query-editor')?.innerText.includes('customers')")
    browser.evaluate("document.querySelector('.graphiql-execute-button').click()")
    answer = browser.wait_for(f"{NAMES}.includes('name') && {NAMES}")

    assert any(name in answer.replace("\N{NO-BREAK SPACE}", " ") for name in names)
    hosts = {urlsplit(url).hostname for url in browser.requested if url.startswith("http")}
    assert hosts == {"127.0.0.1"}
