"""The examples for front ends, run against a gateway: Relay's and Apollo Client's own paging walk every list."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import httpx
import pytest

from tests.support.node import run_node

Running = Any
"""See the fixtures in conftest.py, which cannot be imported from."""

FIRST = 40
Walk = Callable[[str], tuple[list[str], str]]
"""Walks a gateway's customers; gives their ids in the order shown, and the names of sources missed at the end."""


@cache
def build_relay_example() -> None:
    """The compiler reads the gateway's schema: an operation that does not fit it fails here."""
    run_node("examples/relay", "build.mjs")


def walk_with_relay(url: str) -> tuple[list[str], str]:
    build_relay_example()
    shown = json.loads(run_node("examples/relay", "walk.mjs", url, str(FIRST)))
    assert shown["operations"][0] == "CustomerListQuery"
    assert set(shown["operations"][1:-1]) <= {"CustomerListPageQuery"}
    assert shown["operations"][-1] == "CustomerRowRefreshQuery"
    return shown["ids"], shown["alert"] or ""


def walk_with_apollo(url: str) -> tuple[list[str], str]:
    lists = [
        json.loads(line) for line in run_node("examples/apollo", "walk.js", url, str(FIRST)).splitlines()
    ]
    assert [len(shown["ids"]) for shown in lists[:-1]] == [FIRST * at for at in range(1, len(lists))]
    return lists[-1]["ids"], " ".join(lists[-1]["absent"])


WALKS: list[Walk] = [walk_with_relay, walk_with_apollo]


def list_ids(gateway: Running) -> list[str]:
    """All ids in the list's order, by pages as large as they may be."""
    query = """query($after: String) {
        customers(first: 100, after: $after) { nodes { id } pageInfo { hasNextPage endCursor } }
    }"""
    ids: list[str] = []
    after, is_more = None, True
    while is_more:
        page = gateway.ask(query, after=after)["data"]["customers"]
        ids += [node["id"] for node in page["nodes"]]
        after, is_more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    return ids


@contextmanager
def outage(gateway: Running) -> Iterator[str]:
    """The name of a source that fails meanwhile: the last one."""
    name = gateway.ask("{ sources { name } }")["data"]["sources"][-1]["name"]
    vendor = list(httpx.get(f"{gateway.sandbox}/_sandbox").json()["vendors"])[-1]
    httpx.put(f"{gateway.sandbox}/_sandbox/faults/{vendor}", json={"kind": "outage"}).raise_for_status()
    yield name
    httpx.delete(f"{gateway.sandbox}/_sandbox/faults").raise_for_status()


@pytest.mark.parametrize("walk", WALKS)
def test_following_pages_shows_every_customer_once_in_the_lists_order(gateway: Running, walk: Walk) -> None:
    ids, missed = walk(gateway.url)
    assert len(ids) > 2 * FIRST
    assert (ids, missed) == (list_ids(gateway), "")


def test_with_a_source_missing_the_others_are_shown_and_it_is_named(start: Any) -> None:
    gateway = start("--size", "30", "--no-rate-limits")
    with outage(gateway) as name:
        for walk in WALKS:
            ids, missed = walk(gateway.url)
            assert len(ids) > FIRST
            assert missed.endswith(name)
