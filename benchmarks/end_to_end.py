"""Operations and vendor calls per CPU second of the gateway, over HTTP, with the sandbox as every vendor."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks import load
from benchmarks.process import cpu_seconds, serving
from gateway.sandbox.source import SourceTable, sources

CONNECTIONS = 16
PAGES = CONNECTIONS
LIVE = ("[identity]", 'index = "off"', 'lookup = "live"')
"""Nothing is known beforehand of who belongs together."""
FIELDS = """id name email phone createdAt
    addresses { line1 city countryCode } tags { name } records { sourceName vendorId }"""
PAGE = f"""query Page($first: Int!, $after: String) {{ customers(first: $first, after: $after) {{
    nodes {{ {FIELDS} }} pageInfo {{ hasNextPage endCursor }} }} }}"""
ONE = f"query One($by: CustomerBy!) {{ customer(by: $by) {{ {FIELDS} }} }}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One kind of operation, asked with these request bodies in turn."""

    name: str
    bodies: list[bytes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What a case gave. CPU is the gateway's own: vendors and load are other processes."""

    case: str
    operations: int
    calls: int
    cpu: float
    outcome: load.Outcome

    @property
    def rate(self) -> float:
        """Operations in one CPU second."""
        return self.operations / self.cpu

    @property
    def call_rate(self) -> float:
        """Vendor calls in one CPU second."""
        return self.calls / self.cpu


def main() -> None:
    """Measure every case against five merged sources, then against one source alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=3.0, help="of load for each case")
    parser.add_argument("--size", type=int, default=1000, help="customers at each vendor")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        arguments = ("sandbox", "--no-rate-limits", "--size", str(options.size))
        with serving(*arguments, folder=folder) as (_, sandbox):
            tables = sources(f"http://127.0.0.1:{sandbox}")
            five = measured(folder, sandbox, tables, options.seconds)
            single = [table for table in tables if table["vendor"] == "open2b"]
            alone = measured(folder, sandbox, single, options.seconds)
    print(f"Python {platform.python_version()}, {os.cpu_count()} cores, {platform.machine()}, {sys.platform}")
    report("five sources, merged by e-mail", five)
    report("one source", alone)


def measured(folder: Path, sandbox: int, tables: Sequence[SourceTable], seconds: float) -> list[Figure]:
    """The figures of every case of one configuration, in order."""
    (folder / "gateway.toml").write_text(configuration(tables), encoding="utf-8")
    with serving("serve", folder=folder) as (pid, port):
        return [measure(case, pid, port, sandbox, seconds) for case in cases(port)]


def configuration(tables: Sequence[SourceTable], identity: Sequence[str] = LIVE) -> str:
    """A `gateway.toml` without cache and pacing, and with limits that a loaded machine does not reach."""
    lines = ["[cache]", "ttl = 0", "scan_ttl = 0", "[limits]", "vendor_calls = 10000", "deadline = 120"]
    lines += ["[server]", 'cursor_secret = "a secret for benchmarks"']
    lines += identity
    for table in tables:
        pairs = {**table, "rate_factor": 0, "timeout": 60}
        lines += ["[[sources]]", *(f"{key} = {json.dumps(value)}" for key, value in pairs.items())]
    return "\n".join(lines)


def cases(port: int) -> Iterator[Case]:
    """Pages, then single customers. Each operation is another one: equal reads under way would be sent once."""
    twenty, _ = walked(port, size=20)
    fifty, nodes = walked(port, size=50)
    known = [node for node in nodes if node["email"]]
    yield Case(name="page of 20", bodies=twenty)
    yield Case(name="page of 50", bodies=fifty)
    yield Case(name="one by id", bodies=[body(ONE, by={"id": node["id"]}) for node in known])
    yield Case(name="one by e-mail", bodies=[body(ONE, by={"email": node["email"]}) for node in known])


def walked(port: int, *, size: int) -> tuple[list[bytes], list[dict[str, str]]]:
    """The requests for the first pages of the list, each by the cursor of the one before, and their customers."""
    bodies: list[bytes] = []
    nodes: list[dict[str, str]] = []
    after: str | None = None
    while len(bodies) < PAGES:
        bodies.append(body(PAGE, first=size, after=after))
        answer = httpx.post(f"http://127.0.0.1:{port}/graphql", json=json.loads(bodies[-1]), timeout=120)
        page = answer.json()["data"]["customers"]
        nodes += page["nodes"]
        after = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
    return bodies, nodes


def body(query: str, **variables: object) -> bytes:
    """A request's body."""
    return json.dumps({"query": query, "variables": variables}).encode()


def measure(case: Case, pid: int, port: int, sandbox: int, seconds: float) -> Figure:
    """One case. Finding its operations has warmed the server up."""
    calls = f"http://127.0.0.1:{sandbox}/_sandbox/calls"
    httpx.delete(calls)
    before = cpu_seconds(pid)
    outcome = asyncio.run(load.run(port, case.bodies, connections=CONNECTIONS, seconds=seconds))
    cpu = cpu_seconds(pid) - before
    made = sum(vendor["count"] for vendor in httpx.get(calls).json()["vendors"].values())
    return Figure(case=case.name, operations=outcome.answers, calls=made, cpu=cpu, outcome=outcome)


def report(title: str, figures: Sequence[Figure]) -> None:
    """A table; the ratios are to the first case."""
    print(f"\n{title}")
    print(
        f"{'':16}{'op/CPU s':>9}{'ratio':>7}{'calls/CPU s':>13}{'calls/op':>10}{'p50 ms':>8}{'p95 ms':>8}{'kB':>7}"
    )
    for one in figures:
        waits = f"{one.outcome.percentile(0.5):8.0f}{one.outcome.percentile(0.95):8.0f}"
        ratio = one.rate / figures[0].rate
        size = one.outcome.size / max(one.operations, 1) / 1000
        print(
            f"{one.case:16}{one.rate:9.1f}{ratio:7.2f}{one.call_rate:13.0f}"
            f"{one.calls / max(one.operations, 1):10.1f}{waits}{size:7.1f}"
        )


if __name__ == "__main__":
    main()
