"""A match index over an in-process sandbox, synced by hand with a clock that is turned by hand."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest

from gateway.index import Entry, Hasher, IndexOptions, MatchIndex
from gateway.index.database import Change, Database
from gateway.index.sql import SqlStore
from gateway.index.sqlite import MEMORY, SqliteDatabase
from gateway.query import TRUE
from tests.support.world import World

SECRET = "a secret for tests alone"  # invented
POSTGRESQL = os.environ.get("TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1/test")
"""Where the tests of replicas may make schemas; without a server they are skipped."""


class HandClock:
    """Stands still until it is turned; who sleeps turns it."""

    def __init__(self) -> None:
        self.elapsed = 0.0
        self.began_at = datetime.now(UTC)

    def now(self) -> datetime:
        return self.began_at + timedelta(seconds=self.elapsed)

    def monotonic(self) -> float:
        return self.elapsed

    async def sleep(self, seconds: float) -> None:
        self.elapsed += seconds


@asynccontextmanager
async def indexed(
    world: World,
    database: Database | None = None,
    *,
    options: IndexOptions | None = None,
    secret: str = SECRET,
) -> AsyncIterator[MatchIndex]:
    store = SqlStore(database or SqliteDatabase(MEMORY))
    clock = world.sources[0].clock
    async with MatchIndex(store, world.sources, Hasher(secret), clock=clock, options=options) as index:
        yield index


async def synced(index: MatchIndex) -> int:
    """Step until every source has nothing to do for now; how many steps that took."""
    steps = 0
    for sync in index.syncs.values():
        while await sync.step() == 0.0:
            steps += 1
    return steps


async def contents(index: MatchIndex, world: World) -> dict[str, list[Entry]]:
    """All entries, by source."""
    found = {}
    for source in world.sources:
        everybody = await index._store.people({source.name: TRUE}, is_merged=False)
        ids = [record.vendor_id for record in await world.records() if record.source_name == source.name]
        entries = await index.entries(source.name, ids)
        assert sum(not entry.is_deleted for entry in entries) == everybody, source.name
        found[source.name] = sorted(entries, key=lambda entry: entry.vendor_id)
    return found


async def truth(index: MatchIndex, world: World) -> dict[str, list[Entry]]:
    """The entries as they have to be."""
    found: dict[str, list[Entry]] = {source.name: [] for source in world.sources}
    for record in await world.records():
        found[record.source_name].append(index.hasher.entry(record))
    return {name: sorted(entries, key=lambda entry: entry.vendor_id) for name, entries in found.items()}


async def expired(database: Database) -> None:
    """Let every lease run out, as if its holder had died long ago."""

    async def work(change: Change) -> None:
        await change.run("UPDATE match_source SET held_until = 0")

    await database.transaction(work)


@asynccontextmanager
async def postgresql_schema() -> AsyncIterator[str]:
    """The address of an empty schema of its own; skips the test where no server answers."""
    name = f"test_{uuid4().hex}"
    try:
        connection = await psycopg.AsyncConnection.connect(POSTGRESQL, autocommit=True, connect_timeout=2)
    except psycopg.OperationalError as error:
        pytest.skip(f"no PostgreSQL at TEST_POSTGRESQL: {error}")
    async with connection:
        await connection.execute(f"CREATE SCHEMA {name}".encode())
        try:
            yield f"{POSTGRESQL}?options=-csearch_path%3D{name}"
        finally:
            await connection.execute(f"DROP SCHEMA {name} CASCADE".encode())


def ids_of(entries: Sequence[Entry]) -> list[str]:
    return [entry.vendor_id for entry in entries]
