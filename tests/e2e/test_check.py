"""`gateway check` against sources that are well, refused, dead and stuck; `gateway explain` against well ones."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx

from gateway.sandbox.source import sources


def configuration(tables: list[Mapping[str, object]]) -> str:
    lines = []
    for table in tables:
        lines += ["[[sources]]", *(f"{key} = {json.dumps(value)}" for key, value in table.items())]
    return "\n".join(lines)


def check(folder: Path, tables: list[Mapping[str, object]], *words: str) -> subprocess.CompletedProcess[str]:
    path = folder / "gateway.toml"
    path.write_text(configuration(tables), encoding="utf-8")
    command = [sys.executable, "-m", "gateway", *(words or ("check",)), "--config", str(path)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)  # noqa: S603


def test_it_tells_well_refused_dead_and_stuck_sources_apart_at_once(gateway: Any, tmp_path: Path) -> None:
    well, refused, dead, stuck, _ = sources(gateway.sandbox)
    secret = next(key for key in refused if key.endswith("token"))
    httpx.put(
        f"{gateway.sandbox}/_sandbox/faults/{stuck['vendor']}", json={"kind": "hang", "seconds": 20}
    ).raise_for_status()
    began = time.monotonic()
    result = check(
        tmp_path,
        [
            well,
            {**refused, secret: "a-wrong-token"},
            {**dead, "base_url": "http://127.0.0.1:9"},
            {**stuck, "timeout": 1},
        ],
    )
    httpx.delete(f"{gateway.sandbox}/_sandbox/faults").raise_for_status()
    assert time.monotonic() - began < 15
    rows = {line.split()[0]: line for line in result.stdout.splitlines()}
    assert result.returncode == 1
    assert "accepted" in rows["negozio"]
    assert "REFUSED" in rows["loja"]
    assert "NO" in rows["shop"]
    assert "NO" in rows["bottega"]
    assert [line.partition(":")[0] for line in result.stderr.splitlines()] == [
        "CREDENTIALS_REFUSED",
        "SOURCE_UNAVAILABLE",
        "TIMEOUT",
    ]
    assert "a-wrong-token" not in result.stdout + result.stderr


def test_sources_that_are_well_give_exit_code_0(gateway: Any, tmp_path: Path) -> None:
    result = check(tmp_path, list(sources(gateway.sandbox)))
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.count("accepted") == 5


def test_a_traced_query_shows_every_call_and_no_data(gateway: Any, tmp_path: Path) -> None:
    query = tmp_path / "query.graphql"
    query.write_text("{ customers(first: 3) { nodes { name email } } }", encoding="utf-8")
    before = calls_of(gateway.sandbox)
    result = check(tmp_path, list(sources(gateway.sandbox)), "explain", "--trace", str(query))
    spent = calls_of(gateway.sandbox) - before
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith("customers: 3 by CREATED_AT DESC")
    told = re.search(r"budget: (\d+) spent, (\d+) left", result.stdout)
    assert told is not None
    # The running gateway, too, asks the vendors, to keep its index.
    assert 0 < int(told[1]) <= spent
    assert int(told[1]) + int(told[2]) == 500
    assert result.stdout.count(" byEmail ") > 0
    assert "@" not in result.stdout


def calls_of(sandbox: str) -> int:
    vendors = httpx.get(f"{sandbox}/_sandbox/calls").raise_for_status().json()["vendors"]
    return sum(vendor["count"] for vendor in vendors.values())
