"""`gateway serve` without a configuration: it answers, tells the truth about faults, and ends as it should."""

from __future__ import annotations

import os
import re
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

Running = Any
"""See the fixtures in conftest.py, which cannot be imported from."""
Start = Callable[..., Running]

LIST = """{ customers(first: 20) {
    nodes { name email records { sourceName } }
    completeness { isComplete sources { source { name } state error { code message } } }
} }"""
NAMES = ["negozio", "loja", "shop", "bottega", "matbakh"]


def test_it_answers_as_soon_as_it_says_that_it_listens(start: Start, tmp_path: Path) -> None:
    gateway = start("--size", "30", "--no-rate-limits")
    answer = gateway.ask(LIST)
    assert "errors" not in answer
    assert len(answer["data"]["customers"]["nodes"]) == 20
    assert answer["data"]["customers"]["completeness"]["isComplete"] is True
    assert [path.name for path in tmp_path.iterdir() if path.is_dir()] == [".sandbox"]


def test_a_list_merges_people_across_sources(gateway: Running) -> None:
    nodes = gateway.ask(LIST)["data"]["customers"]["nodes"]
    assert any(len({record["sourceName"] for record in node["records"]}) > 1 for node in nodes)


def test_every_example_runs_without_errors(gateway: Running) -> None:
    examples = httpx.get(gateway.url.replace("/graphql", "/graphiql/examples.json")).json()
    assert examples
    for example in examples:
        answer = httpx.post(gateway.url, json=example, timeout=30).json()
        assert "errors" not in answer, (example["query"], answer["errors"])
    page = httpx.post(gateway.url, json=examples[0], timeout=30).json()["data"]["customers"]
    assert page["nodes"]
    by_email = httpx.post(gateway.url, json=examples[1], timeout=30).json()["data"]["customer"]
    assert [record["sourceName"] for record in by_email["records"]] == NAMES


def test_the_readmes_question_has_the_readmes_answer(gateway: Running) -> None:
    import json

    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text(encoding="utf-8")
    question, *_ = re.findall(r"```graphql\n(.*?)```", readme, re.DOTALL)
    answer, *_ = re.findall(r"```json\n(.*?)```", readme, re.DOTALL)
    assert gateway.ask(question) == json.loads(answer)


def test_graphiql_and_all_that_its_page_names_are_served(gateway: Running) -> None:
    page = httpx.get(gateway.url, headers={"accept": "text/html"})
    assert "content-security-policy" in page.headers
    named = re.findall(r'(?:src|href)="(graphiql/[^"]+)"', page.text)
    if not named:
        pytest.skip("GraphiQL is not built: make graphiql")
    for name in named:
        asset = httpx.get(httpx.URL(gateway.url).join(name))
        assert asset.status_code == 200, name
        assert "immutable" in asset.headers["cache-control"]


def test_a_dead_vendor_is_named_while_the_others_answer(start: Start) -> None:
    gateway = start("--size", "30", "--no-rate-limits")
    overview = httpx.get(f"{gateway.sandbox}/_sandbox").json()
    last = list(overview["vendors"])[-1]
    httpx.put(f"{gateway.sandbox}/_sandbox/faults/{last}", json={"kind": "outage"}).raise_for_status()
    # Everybody: a page on which the vendor has nobody may not need it.
    answer = gateway.ask(LIST.replace("first: 20", "first: 100"))
    customers = answer["data"]["customers"]
    assert len(customers["nodes"]) > 20
    states = {one["source"]["name"]: one["state"] for one in customers["completeness"]["sources"]}
    assert states == {**dict.fromkeys(NAMES, "COMPLETE"), NAMES[-1]: "FAILED"}
    assert {error["extensions"]["sourceName"] for error in answer["errors"]} == {NAMES[-1]}
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"SOURCE_UNAVAILABLE"}


def test_ctrl_c_ends_it_at_once_and_quietly(start: Start, tmp_path: Path) -> None:
    gateway = start("--size", "5")
    with httpx.Client() as client:  # a connection that is kept alive must not hold it up
        client.get(gateway.url.replace("/graphql", "/healthz")).raise_for_status()
        began = time.monotonic()
        gateway.process.send_signal(signal.SIGINT)
        assert gateway.process.wait(5) == 0
    assert time.monotonic() - began < 3
    assert "Traceback" not in (tmp_path / "stderr.txt").read_text()
    assert is_gone(gateway.sandbox)


def test_ctrl_c_cuts_requests_short_without_a_traceback(start: Start, tmp_path: Path) -> None:
    gateway = start("--size", "5")
    for name in httpx.get(f"{gateway.sandbox}/_sandbox").json()["vendors"]:
        httpx.put(f"{gateway.sandbox}/_sandbox/faults/{name}", json={"kind": "hang"}).raise_for_status()
    with ThreadPoolExecutor() as pool:
        pool.submit(gateway.ask, LIST)
        time.sleep(0.5)
        gateway.process.send_signal(signal.SIGINT)
        assert gateway.process.wait(5) == 0
    assert "Traceback" not in (tmp_path / "stderr.txt").read_text()


def test_the_sandbox_never_outlives_the_gateway(start: Start) -> None:
    gateway = start("--size", "5")
    os.kill(gateway.process.pid, signal.SIGKILL)
    assert is_gone(gateway.sandbox)


def is_gone(address: str) -> bool:
    """Whether nothing answers there, within five seconds."""
    for _ in range(50):
        try:
            httpx.get(f"{address}/_sandbox")
        except httpx.HTTPError:
            return True
        time.sleep(0.1)
    return False


def test_a_write_to_the_sandbox_lasts_until_reset(start: Start, tmp_path: Path) -> None:
    first = start("--size", "5")
    first.process.send_signal(signal.SIGINT)
    first.process.wait(5)
    (file,) = tmp_path.glob(".sandbox/*.db")
    made = file.stat().st_ino
    second = start("--size", "5")
    assert file.stat().st_ino == made
    assert "Making the sandbox's customers" not in (tmp_path / "stderr.txt").read_text()
    assert len(second.ask(LIST)["data"]["customers"]["nodes"]) > 0
