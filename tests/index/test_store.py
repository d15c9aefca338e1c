"""The stores: every database answers alike, and as plain lists in memory would."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from random import Random

import pytest

from gateway.index import Edge, Entry, Hasher, Span, StoreFailed
from gateway.index.database import Database
from gateway.index.migration import migrate
from gateway.index.sql import SqlStore
from gateway.index.sqlite import SqliteDatabase
from gateway.index.store import LeaseLost, Progress
from gateway.query import TRUE, And, Comparison, Condition, FilterField, Not, Operator, Or, vendor_id_key
from tests.support.indexed import expired

SOURCES = {"one": True, "two": False}
SWITCHES = ((True, False),) * 4
DAY = datetime(2026, 1, 1, tzinfo=UTC)
DIGESTS = [bytes([number]) * 16 for number in range(20)]


def crowd(numeric: bool, random: Random) -> list[Entry]:
    """Few times, some unknown, shared digests, ids of different lengths."""
    times = [None, *(DAY + timedelta(microseconds=number) for number in range(6))]
    return [
        Entry(
            vendor_id=str(number) if numeric else f"{number:x}é",
            digest=random.choice([None, *DIGESTS]),
            created_at=random.choice(times),
            updated_at=random.choice(times),
            is_deleted=random.random() < 0.1,
        )
        for number in random.sample(range(1, 2000), 60)
    ]


@pytest.fixture
async def store(database: Database) -> AsyncIterator[SqlStore]:
    store = SqlStore(database)
    await store.open(SOURCES)
    yield store
    await store.close()


async def filled(store: SqlStore) -> dict[str, list[Entry]]:
    random = Random(7)
    people = {source: crowd(numeric, random) for source, numeric in SOURCES.items()}
    for source, entries in people.items():
        await store.put(source, entries)
    return people


def condition() -> Condition:
    late = Comparison(FilterField.UPDATED_AT, Operator.GTE, DAY + timedelta(microseconds=3))
    early = Comparison(FilterField.CREATED_AT, Operator.LT, DAY + timedelta(microseconds=4))
    kept = Comparison(FilterField.IS_DELETED, Operator.EQ, value=False)
    return And((kept, Or((Not(late), And((early, late))))))


def satisfies(entry: Entry) -> bool:
    """The same in plain words: a comparison with an unknown time is unknown, and so is its opposite."""
    third, fourth = DAY + timedelta(microseconds=3), DAY + timedelta(microseconds=4)
    is_late = None if entry.updated_at is None else entry.updated_at >= third
    is_early = None if entry.created_at is None else entry.created_at < fourth
    return is_late is False or (is_late is True and is_early is True)


async def test_a_span_gives_what_comes_next_in_the_order_of_lists(store: SqlStore) -> None:
    people = await filled(store)
    for source, (by_update, is_rising, is_backward, is_filtered) in product(SOURCES, product(*SWITCHES)):
        # A list is told by its direction; seen from its end, everything is reversed.
        known = [one for one in people[source] if not one.is_deleted and (not is_filtered or satisfies(one))]
        ordered = sorted_as_told(known, source, by_update, is_rising, is_backward)
        edges: list[Edge | None] = [None]
        edges += [
            Edge(value=one.changed_at if by_update else one.created_at, vendor_id=one.vendor_id)
            for one in ordered[::9]
        ]
        for edge in edges:
            span = Span(
                by_update=by_update,
                is_rising=is_rising,
                is_backward=is_backward,
                edge=edge,
                condition=condition() if is_filtered else TRUE,
                limit=7,
            )
            at = 0 if edge is None else 1 + [one.vendor_id for one in ordered].index(str(edge.vendor_id))
            assert list(await store.span(source, span)) == ordered[at : at + 7]


def sorted_as_told(
    entries: list[Entry], source: str, by_update: bool, is_rising: bool, is_backward: bool
) -> list[Entry]:
    def key(entry: Entry) -> tuple[bool, float, tuple[int, int, str]]:
        value = entry.changed_at if by_update else entry.created_at
        micros = 0 if value is None else value.microsecond
        is_ascending = is_rising is not is_backward
        rank = vendor_id_key(entry.vendor_id, numeric=SOURCES[source])
        return (value is None, micros if is_ascending else -micros, rank)

    return sorted(entries, key=key, reverse=is_backward)


async def test_an_edge_without_an_id_begins_before_or_after_its_value(store: SqlStore) -> None:
    people = await filled(store)
    value = DAY + timedelta(microseconds=3)
    for is_before in (True, False):
        span = Span(
            by_update=False,
            is_rising=True,
            is_backward=False,
            edge=Edge(value=value, is_before=is_before),
            limit=1000,
        )
        found = {one.vendor_id for one in await store.span("one", span)}
        assert found == {
            one.vendor_id
            for one in people["one"]
            if not one.is_deleted
            and (one.created_at is None or one.created_at > value or (is_before and one.created_at == value))
        }


async def test_members_are_found_by_digest_and_told_whether_they_match(store: SqlStore) -> None:
    people = await filled(store)
    found = await store.members(dict.fromkeys(SOURCES, condition()), DIGESTS[:5])
    told = {(one.source, one.entry.vendor_id, one.is_matching) for one in found}
    assert told == {
        (source, one.vendor_id, satisfies(one) and not one.is_deleted)
        for source, entries in people.items()
        for one in entries
        if one.digest in DIGESTS[:5]
    }


async def test_people_are_counted_once_whatever_they_have_where(store: SqlStore) -> None:
    people = await filled(store)
    kept = [one for entries in people.values() for one in entries if not one.is_deleted]
    alone = sum(one.digest is None for one in kept)
    assert await store.people(dict.fromkeys(SOURCES, TRUE), is_merged=True) == alone + len(
        {one.digest for one in kept if one.digest}
    )
    assert await store.people(dict.fromkeys(SOURCES, TRUE), is_merged=False) == len(kept)
    assert await store.people({}, is_merged=True) == 0


async def test_what_is_put_again_replaces_and_what_is_removed_is_gone(store: SqlStore) -> None:
    people = await filled(store)
    first, second = people["one"][:2]
    changed = Entry(vendor_id=first.vendor_id, digest=None, created_at=DAY, updated_at=None)
    await store.put("one", [changed])
    await store.remove("one", [second.vendor_id, "999999"])
    assert await store.entries("one", [first.vendor_id, second.vendor_id]) == [changed]


async def test_only_who_holds_the_lease_may_save_and_a_dead_holder_loses_it(database: Database) -> None:
    store = SqlStore(database)
    await store.open(SOURCES)
    try:
        assert await store.lease("one", "first")
        assert not await store.lease("one", "second")
        await store.save("one", (), Progress(generation=3), holder="first")
        with pytest.raises(LeaseLost):
            await store.save("one", (), Progress(generation=4), holder="second")
        await expired(database)
        assert await store.lease("one", "second")
        entry = Entry(vendor_id="7", digest=None, created_at=DAY, updated_at=None)
        with pytest.raises(LeaseLost):
            await store.save("one", [entry], Progress(generation=5), holder="first")
        assert await store.entries("one", ["7"]) == []
        assert (await store.progress("one")).generation == 3
        await store.release("one", "second")
        assert await store.lease("one", "first")
    finally:
        await store.close()


async def test_two_replicas_that_start_at_once_migrate_once(tmp_path: Path) -> None:
    path = str(tmp_path / "match.db")
    stores = [SqlStore(SqliteDatabase(path)) for _ in range(2)]
    await asyncio.gather(*(store.open(SOURCES) for store in stores))
    await stores[0].put("one", [Entry(vendor_id="7", digest=None, created_at=DAY, updated_at=None)])
    assert await stores[1].records("one") == 1
    await asyncio.gather(*(store.close() for store in stores))


async def test_a_migration_that_is_killed_leaves_nothing_behind(tmp_path: Path) -> None:
    class Dying(SqliteDatabase):
        serial = "NO SUCH TYPE ("

    path = str(tmp_path / "match.db")
    dying = Dying(path)
    await dying.open()
    with pytest.raises(StoreFailed):
        await migrate(dying)
    await dying.close()
    store = SqlStore(SqliteDatabase(path))
    await store.open(SOURCES)
    assert await store.records("one") == 0
    await store.close()


def test_a_digest_needs_the_secret() -> None:
    assert Hasher("one secret").digest("ann@x.example") != Hasher("another").digest("ann@x.example")
    assert Hasher("one secret").digest("ann@x.example") == Hasher("one secret").digest("ann@x.example")
