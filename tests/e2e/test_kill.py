"""A gateway that is killed in the middle of a write, and the same request sent again to the next one."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from gateway.sandbox.source import sources
from tests.e2e.conftest import PATIENCE, Running, Start

CREATE = """
mutation ($input: CustomerCreateInput!) {
  customerCreate(input: $input) { outcomes { source { name } status } userErrors { code message } }
}
"""
FIRST, SECOND = (str(table["vendor"]) for table in sources("")[:2])
"""Two vendors."""


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[str]:
    """A sandbox that outlives gateways; its address."""
    command = [sys.executable, "-m", "gateway", "sandbox", "--port", "0", "--size", "5", "--no-rate-limits"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:  # noqa: S603
        first = process.stdout.readline() if process.stdout else ""
        address = first.strip().rpartition("/")[0]
        configure(tmp_path / "gateway.toml", address)
        yield address
        process.terminate()


def configure(path: Path, address: str) -> None:
    tables = [table for table in sources(address) if table["vendor"] in {FIRST, SECOND}]
    lines = [
        '[writes]\nidempotency = "sqlite:///writes.db"\nheld = 1.0',
        "[server]",
        'cursor_secret = "sixteen letters "',
    ]
    for table in tables:
        lines += ["[[sources]]", *(f'{key} = "{value}"' for key, value in table.items()), "timeout = 60"]
    path.write_text("\n".join(lines))


def calls(address: str, vendor: str, method: str) -> int:
    found = httpx.get(f"{address}/_sandbox/calls").json()["vendors"][vendor]
    finished = sum(call["method"] == method for call in found["recent"])
    return int(finished + found["in_flight"])


def wait_until(is_so: Callable[[], bool]) -> None:
    ends_at = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < ends_at
        time.sleep(0.05)


def ask(running: Running, given: dict[str, Any]) -> dict[str, Any]:
    return dict(running.ask(CREATE, input=given)["data"]["customerCreate"])


def test_the_same_key_takes_up_what_a_killed_gateway_left(start: Start, sandbox: str) -> None:
    given = {
        "sources": ["negozio", "loja"],
        "customer": {"name": "Ann Lee", "email": "killed@x.example"},
        "atomicity": "BEST_EFFORT",
        "idempotencyKey": "k",
    }
    httpx.put(f"{sandbox}/_sandbox/faults/{SECOND}", json={"kind": "hang", "method": "POST"})
    first = start()

    def doomed() -> None:
        with pytest.raises(httpx.TransportError):
            ask(first, given)

    asking = threading.Thread(target=doomed)
    asking.start()
    wait_until(lambda: all(calls(sandbox, vendor, "POST") == 1 for vendor in (FIRST, SECOND)))
    first.process.kill()
    asking.join(PATIENCE)
    httpx.delete(f"{sandbox}/_sandbox/faults")
    second = start()
    wait_until(lambda: "CONFLICT" not in str(ask(second, given)))
    answer = ask(second, given)
    assert answer["userErrors"] == []
    assert [one["status"] for one in answer["outcomes"]] == ["APPLIED", "APPLIED"]
    assert calls(sandbox, FIRST, "POST") == 1
    assert calls(sandbox, SECOND, "POST") == 2  # the one that hung was never carried out
