"""The example supergraph: real routers before the gateway and a second subgraph, asked across both."""

from __future__ import annotations

import itertools
import json
import subprocess
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.support.node import PATIENCE, ROOT, node_for

Running = Any
"""See the fixtures in conftest.py, which cannot be imported from."""

PROJECT = "examples/supergraph"
NAME = "I\u015f\u0131l \u00c7elik"
GONE = "1006"
"""The order whose customer no store knows any more."""


@pytest.fixture(scope="module", params=["apollo", "hive"])
def router(request: pytest.FixtureRequest, gateway: Running) -> Iterator[str]:
    """The address of a router before the gateway, by the example's own command."""
    options = ["--router", request.param, "--port", "0", "--customers", gateway.url]
    with subprocess.Popen(  # noqa: S603
        [node_for(PROJECT), "start.js", *options], cwd=ROOT / PROJECT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        said = itertools.takewhile(lambda line: not line.startswith("Ctrl-C"), process.stdout)
        yield dict(line.split() for line in said)["Router"]
        process.terminate()


def ask(router: str, query: str) -> Any:
    return httpx.post(router, json={"query": query}, timeout=PATIENCE).json()


def example() -> str:
    return (ROOT / PROJECT / "example.graphql").read_text(encoding="utf-8")


def test_orders_lead_to_their_customers_and_these_to_all_their_orders(router: str) -> None:
    orders = {order["number"]: order for order in ask(router, example())["data"]["orders"]}
    found = orders["1005"]["customer"]
    assert found["name"] == NAME
    assert [order["number"] for order in found["orders"]] == ["1005", "1002"]
    stores = {
        record["sourceName"]: [one["number"] for one in record["orders"]] for record in found["records"]
    }
    assert stores == {"negozio": [], "loja": [], "shop": ["1005"], "bottega": ["1002"], "matbakh": []}
    assert orders["1005"]["record"]["name"] == NAME


def test_somebody_whom_no_store_knows_is_null_beside_the_others(router: str) -> None:
    orders = {order["number"]: order for order in ask(router, example())["data"]["orders"]}
    assert (orders[GONE]["customer"], orders[GONE]["record"]) == (None, None)
    assert all(order["customer"] and order["record"] for number, order in orders.items() if number != GONE)


def test_a_customer_leads_to_orders_and_these_back_to_the_customer(router: str) -> None:
    answer = ask(
        router,
        """{ customer(by: { email: "SEAN.NAME6@example.org" }) {
            name orders { number customer { id name } }
        } }""",
    )
    assert "errors" not in answer, json.dumps(answer)
    orders = answer["data"]["customer"]["orders"]
    assert [order["number"] for order in orders] == ["1004", "1003", "1001"]
    assert {order["customer"]["name"] for order in orders} == {answer["data"]["customer"]["name"]}


def test_an_error_of_the_gateway_reaches_the_routers_client(router: str) -> None:
    answer = ask(router, '{ customer(by: { id: "nonsense" }) { name orders { number } } }')
    assert answer["data"]["customer"] is None
    assert answer["errors"]
