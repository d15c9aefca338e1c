"""Vendor calls, rows and time of everyday queries and of pages anywhere in a list, against the least that could do."""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from pathlib import Path
from typing import Any

import httpx

from benchmarks.end_to_end import LIVE, configuration
from benchmarks.everyday import LIST, PAGES, Everyday, queries
from benchmarks.process import memory, serving
from gateway.capabilities import Paging
from gateway.sandbox.source import sources
from gateway.server import specs

VENDORS = tuple(specs())
IDENTITY = {"live": LIVE, "index": ["[identity]", 'lookup = "index"', "max_lag = 3600"]}
SYNCING = "{ sources { name index { state } } }"


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """The sources' vendors by name, each with as many customers."""

    vendors: Mapping[str, str]
    size: int

    def pages(self, vendor: str) -> int:
        """Calls that the whole list takes."""
        table = specs()[vendor].table
        return 1 if Paging.UNPAGED in table.paging else ceil(self.size / table.page_size)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What one query took. Calls, rows and the least are by vendor."""

    name: str
    people: int
    calls: Mapping[str, int]
    least: Mapping[str, int]
    rows: int
    seconds: float
    megabytes: float


def main() -> None:
    """Pages, then the everyday queries, against one sandbox; each asked once, by a gateway that has warmed up."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=6000, help="customers at each vendor")
    parser.add_argument("--latency", type=float, default=50.0, help="milliseconds that each vendor takes")
    parser.add_argument("--middle", type=int, default=20, help="pages of 100 before the one in the middle")
    parser.add_argument("--pages", action="store_true", help="the pages alone")
    parser.add_argument("--lookup", choices=sorted(IDENTITY), default="live", help="whom to ask for members")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        arguments = ("sandbox", "--no-rate-limits", "--size", str(options.size))
        with serving(*arguments, folder=folder) as (_, sandbox):
            tables = sources(f"http://127.0.0.1:{sandbox}")
            text = configuration(tables, IDENTITY[options.lookup])
            (folder / "gateway.toml").write_text(text, encoding="utf-8")
            with serving("serve", folder=folder) as (pid, port):
                vendors = {str(table["name"]): str(table["vendor"]) for table in tables}
                asker = Asker(port, sandbox, pid, Store(vendors=vendors, size=options.size))
                report(list(measured(asker, options)), options.latency)


def measured(asker: Asker, options: argparse.Namespace) -> Iterator[Figure]:
    """The figures in turn. Cursors are walked to, and the process warmed up, before the vendors take their time."""
    if options.lookup == "index":
        asker.wait()
    cursors, known = asker.walked(options.middle)
    asked = [*PAGES, *(() if options.pages else queries(known))]
    for query in asked:
        asker.slow(0)
        if query in PAGES:
            asker.ask(query, cursors)
        asker.slow(options.latency)
        yield asker.ask(query, cursors)


class Asker:
    """Sends queries to a gateway, and says what its vendors saw of each."""

    def __init__(self, port: int, sandbox: int, pid: int, store: Store) -> None:
        self._client = httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=300)
        self._control = httpx.Client(base_url=f"http://127.0.0.1:{sandbox}/_sandbox", timeout=30)
        self._pid = pid
        self._store = store

    def slow(self, milliseconds: float) -> None:
        """Have every vendor take so long for each answer."""
        for vendor in VENDORS:
            faults = [{"kind": "latency", "seconds": milliseconds / 1000}] if milliseconds else []
            self._control.put(f"/faults/{vendor}", json=faults).raise_for_status()

    def wait(self) -> None:
        """Until the index knows every record."""
        while any(one["index"]["state"] != "READY" for one in self._sent(SYNCING, {})["data"]["sources"]):
            time.sleep(0.5)

    def walked(self, middle: int) -> tuple[dict[str, str | None], list[dict[str, Any]]]:
        """The cursors of page 2 and of a page in the middle, and customers with records at several sources."""
        first = self._sent(LIST, {"first": 20})["data"]["customers"]
        cursors = {"": None, "first": first["pageInfo"]["endCursor"]}
        after, known = None, []
        for _ in range(middle):
            page = self._sent(LIST, {"first": 100, "after": after})["data"]["customers"]
            known += [node for node in page["nodes"] if node["email"] and len(node["records"]) > 2]
            after = page["pageInfo"]["endCursor"]
        cursors["middle"] = after
        return cursors, known

    def ask(self, query: Everyday, cursors: Mapping[str, str | None]) -> Figure:
        """Send it once, with a trace."""
        started = time.perf_counter()
        answer = self._sent(query.document, {**query.variables, "after": cursors[query.after]})
        seconds = time.perf_counter() - started
        told = answer["extensions"]["explain"]
        nodes = _nodes(answer["data"])
        vendors = self._store.vendors
        return Figure(
            name=query.name,
            people=len(nodes),
            calls={vendors[total["sourceName"]]: total["calls"] for total in told["totals"]},
            least=least(nodes, told, self._store),
            rows=sum(total["rows"] for total in told["totals"]),
            seconds=seconds,
            megabytes=memory(self._pid),
        )

    def _sent(self, document: str, variables: Mapping[str, Any]) -> Any:  # noqa: ANN401  # raw JSON
        body = {"query": document, "variables": variables}
        response = self._client.post("/graphql", json=body, headers={"gateway-explain": "trace"})
        answer = response.raise_for_status().json()
        if "errors" in answer:
            raise SystemExit(f"{document}\n{answer['errors']}")
        return answer


def _nodes(data: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    if "customers" in data:
        return [node for node in data["customers"].get("nodes", ()) if node]
    found = data["nodes"] if "nodes" in data else [data["customer"]]
    return [node for node in found if node]


def least(nodes: Sequence[Mapping[str, Any]], told: Mapping[str, Any], store: Store) -> dict[str, int]:
    """Calls that no correct answer can do without, where nothing is known of who belongs together.

    A source whose records may be in the list is asked for it: once, and where it has no such order, for all of it.
    Whoever is shown has to be looked for at every source that showed no record of theirs: by one call each, or
    by reading the source whole if that is less. A vendor without a batch is asked for each record that is shown.
    That is a bound, not a plan: a filter that the vendors do not know makes a list longer than one call.
    """
    listed = {source["sourceName"]: source for part in told["lists"] for source in part["sources"]}
    with_address = sum(1 for node in nodes if node["email"])
    needed: dict[str, int] = {}
    for name, vendor in store.vendors.items():
        shown = [node for node in nodes if name in {record["sourceName"] for record in node["records"]}]
        source, whole = listed.get(name, {}), store.pages(vendor)
        ordered = source.get("ordered")
        lists = {None: 0, "memory": 1 if _is_narrowed(source) else whole, "look-up": 0}.get(ordered, 1)
        others = with_address - (sum(1 for node in shown if node["email"]) if lists else 0)
        looked_up = 0 if ordered == "memory" and lists == whole else min(others, whole)
        needed[vendor] = lists + looked_up + _details(vendor, len(shown))
    return needed


def _is_narrowed(source: Mapping[str, Any]) -> bool:
    """Whether the vendor's list holds less than everybody."""
    return any(not part["condition"].startswith("isDeleted") for part in source.get("pushed", ()))


def _details(vendor: str, shown: int) -> int:
    """Addresses of an unpaged list's records come one by one; labels and groups for all of a page at once."""
    if specs()[vendor].complete is None or not shown:
        return 0
    is_single = specs()[vendor].by_ids is None
    return (shown if is_single else 1) + bool(specs()[vendor].groups)


def report(figures: Sequence[Figure], latency: float) -> None:
    """A table in Markdown; `factor` is to the least, `waits` how many answers of a vendor the time is worth."""
    names = " | ".join(VENDORS)
    print(f"| query | people | {names} | calls | least | factor | rows | ms | waits | MB |")
    print("|" + " --- |" * (len(VENDORS) + 9))
    for one in figures:
        calls, needed = sum(one.calls.values()), sum(one.least.values())
        cells = " | ".join(str(one.calls.get(vendor, 0)) for vendor in VENDORS)
        waits = one.seconds * 1000 / latency if latency else 0.0
        print(
            f"| {one.name} | {one.people} | {cells} | {calls} | {needed} | {calls / max(needed, 1):.1f} "
            f"| {one.rows} | {one.seconds * 1000:.0f} | {waits:.1f} | {one.megabytes:.0f} |"
        )


if __name__ == "__main__":
    main()
