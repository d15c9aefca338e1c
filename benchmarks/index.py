"""Measures the match index: what building it costs, how large it is, and that a deep page costs what the first does.

`python -m benchmarks.index --size 3000 --entries 1000000`
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import secrets
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import structlog

from gateway.adapter import Source
from gateway.customer import Field, Selection
from gateway.index import Edge, Entry, Hasher, MatchIndex, Span
from gateway.index.sql import SqlStore
from gateway.index.sqlite import MEMORY, SqliteDatabase
from gateway.planner.connection import CustomerPage, Slice, Wanted, slice_of
from gateway.planner.reader import Gateway
from gateway.query import TRUE, Direction, Order, OrderField
from gateway.sandbox import Sandbox, SandboxOptions, create_app
from gateway.sandbox.source import sources
from gateway.server import build_gateway, source_types
from gateway.settings import IdentitySettings, Settings
from gateway.transport import HttpTransport

_SELECTION = Selection(fields=frozenset({Field.NAME, Field.EMAIL}))
_FLAGS = Wanted(has_next_page=True, has_previous_page=False)
_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
_CHUNK = 5000
_VENDORS = 5


def main() -> None:
    """Run both parts, the one with vendors and the one with entries alone."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, nargs="+", default=[600, 3000], help="customers at each vendor")
    parser.add_argument(
        "--entries", type=int, default=100_000, help="entries of the store that is filled alone"
    )
    options = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    for size in options.size:
        asyncio.run(with_vendors(size))
    asyncio.run(alone(options.entries))


async def with_vendors(size: int) -> None:
    """Build against the sandbox as fast as it answers, then turn pages."""
    with create_app(SandboxOptions(size=size, rate_limits=False)) as sandbox:
        gateway = _gateway(sandbox)
        index = gateway.index
        if index is None:
            raise SystemExit("the index is off")
        async with index:
            print(f"\n{size} customers at each vendor")
            await _built(gateway, index, sandbox)
            for field in (OrderField.CREATED_AT, OrderField.UPDATED_AT):
                await _turned(gateway, Order(field=field, direction=Direction.DESC), sandbox)


def _gateway(sandbox: Sandbox) -> Gateway:
    types = source_types()
    tables = [{**table, "rate_factor": 0} for table in sources("http://sandbox")]
    settings = Settings(
        sources=tuple(types[str(table["vendor"])].model_validate(table) for table in tables),
        identity=IdentitySettings(lookup="index"),
    )
    transport = HttpTransport(httpx.ASGITransport(sandbox.app))
    return build_gateway(settings, transport=transport)


async def _built(gateway: Gateway, index: MatchIndex, sandbox: Sandbox) -> None:
    print("  building          records  calls  seconds  hours at a quarter of the documented rate")
    for source in gateway.sources:
        vendor, sync = str(source.vendor), index.syncs[source.name]
        before, began = sandbox.calls(vendor).count, time.perf_counter()
        while not sync.is_complete:
            await sync.step()
        elapsed, calls = time.perf_counter() - began, sandbox.calls(vendor).count - before
        hours = calls * _interval(source) / 3600
        records = (await index.status(source.name)).records
        print(f"  {vendor:<16} {records:>8} {calls:>6} {elapsed:>8.2f}  {hours:.2f}")


def _interval(source: Source) -> float:
    rate = source.table.rate
    paced = source.settings.model_copy(update={"rate_factor": 1})
    return rate.seconds / (rate.calls * paced.rate_factor * 0.25)


async def _turned(gateway: Gateway, order: Order, sandbox: Sandbox) -> None:
    print(f"  pages of 20 by {order.field}     calls       ms")
    cursor = None
    for number in range(1, 101):
        page = await _measured(gateway, order, slice_of(first=20, after=cursor), number, sandbox)
        cursor = page.end_cursor
        if not page.has_next_page:
            break
    await _measured(gateway, order, slice_of(last=20), "last", sandbox)


async def _measured(
    gateway: Gateway, order: Order, piece: Slice, name: int | str, sandbox: Sandbox
) -> CustomerPage:
    before, began = _asked(sandbox), time.perf_counter()
    page = await gateway.reader(_SELECTION).customers(order, TRUE, piece, _FLAGS)
    elapsed = (time.perf_counter() - began) * 1000
    if name in {1, 2, 10, 100, "last"}:
        print(f"    page {name!s:<18} {_asked(sandbox) - before:>6} {elapsed:>8.1f}")
    return page


def _asked(sandbox: Sandbox) -> int:
    return sum(sandbox.calls(vendor).count for vendor in sandbox.vendors)


async def alone(entries: int) -> None:
    """Fill a store with made-up entries, in memory and in a file: its size, and the time of each question."""
    print(f"\n{entries} entries of {_VENDORS} sources, two thirds of them of people with several")
    names = [f"source-{number}" for number in range(_VENDORS)]
    with TemporaryDirectory() as folder:
        for label, path in (("memory", MEMORY), ("file", str(Path(folder) / "match.db"))):
            database = SqliteDatabase(path)
            store = SqlStore(database)
            began = time.perf_counter()
            await store.open(dict.fromkeys(names, True))
            hasher = Hasher(secrets.token_hex())
            for name in names:
                await _filled(store, name, hasher, entries // _VENDORS)
            print(f"  {label}: filled in {time.perf_counter() - began:.1f} s", end="")
            pages = await database.rows("PRAGMA page_count")
            size = await database.rows("PRAGMA page_size")
            total = int(str(pages[0][0])) * int(str(size[0][0]))
            print(f", {total / 1e6:.0f} MB, {total / entries:.0f} bytes an entry")
            await _questioned(store, names, hasher)
            await store.close()
            if label == "file":
                began = time.perf_counter()
                again = SqlStore(SqliteDatabase(path))
                await again.open(dict.fromkeys(names, True))
                print(f"  opened again in {(time.perf_counter() - began) * 1000:.1f} ms")
                await again.close()


async def _filled(store: SqlStore, name: str, hasher: Hasher, count: int) -> None:
    rng = secrets.SystemRandom()
    people = count * 3
    for start in range(0, count, _CHUNK):
        rows = []
        for number in range(start, min(start + _CHUNK, count)):
            created = _EPOCH + timedelta(seconds=rng.randrange(300_000_000))
            key = f"person{rng.randrange(people)}@example.org"
            rows.append(
                Entry(
                    vendor_id=str(1_000_000 + number),
                    digest=hasher.digest(key),
                    created_at=created,
                    updated_at=created + timedelta(seconds=rng.randrange(10_000_000)),
                )
            )
        await store.put(name, rows)


async def _questioned(store: SqlStore, names: Sequence[str], hasher: Hasher) -> None:
    digests = [hasher.digest(f"person{number}@example.org") for number in range(20)]
    middle = Edge(value=_EPOCH + timedelta(seconds=150_000_000))
    first = Span(by_update=True, is_rising=False, is_backward=False, limit=28)
    deep = Span(by_update=True, is_rising=False, is_backward=False, edge=middle, limit=28)
    conditions = dict.fromkeys(names, TRUE)
    for label, question in (
        ("28 entries from the beginning", lambda: store.span(names[0], first)),
        ("28 entries from the middle", lambda: store.span(names[0], deep)),
        ("members of 20 people", lambda: store.members(conditions, digests)),
        ("number of people", lambda: store.people(conditions, is_merged=True)),
    ):
        began = time.perf_counter()
        for _ in range(3):
            await question()
        print(f"    {label:<32} {(time.perf_counter() - began) / 3 * 1000:>9.2f} ms")


if __name__ == "__main__":
    main()
