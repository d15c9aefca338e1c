"""Syncing: the index becomes what the vendors have, stays it, and survives whatever ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.errors import SourceUnavailable
from gateway.index import Entry, IndexOptions, IndexState, MatchIndex
from gateway.index.database import Database
from gateway.index.postgresql import PostgresDatabase
from gateway.index.share import Share
from gateway.index.sql import SqlStore
from gateway.index.sqlite import SqliteDatabase
from gateway.index.store import LeaseLost
from gateway.sandbox import Fault, FaultKind
from tests.support.indexed import HandClock, contents, expired, indexed, postgresql_schema, synced, truth
from tests.support.nasty import crowd_times
from tests.support.storm import Storm, everything
from tests.support.world import World, world

LATER = timedelta(days=1)


async def test_a_built_index_holds_every_record_and_nothing_else(database: Database) -> None:
    with world(150) as small:
        async with indexed(small, database) as index:
            await synced(index)
            assert await contents(index, small) == await truth(index, small)
            for source in small.sources:
                status = await index.status(source.name)
                assert (status.state, status.progress) == (IndexState.READY, 1.0)


@pytest.mark.parametrize("distinct", [1, 3])
async def test_crowds_of_equal_times_are_built_whole(distinct: int) -> None:
    with world(120, seed=4) as small:
        crowd_times(small.sandbox, distinct=distinct, seed=distinct)
        async with indexed(small) as index:
            await synced(index)
            assert await contents(index, small) == await truth(index, small)


async def test_the_file_tells_nobody(tmp_path: Path) -> None:
    path = tmp_path / "match.db"
    with world(100) as small:
        async with indexed(small, SqliteDatabase(str(path))) as index:
            await synced(index)
            written = written_in(tmp_path)
        written += written_in(tmp_path)
        texts = set(everything(small.sandbox))
        assert len(texts) > 300
        assert [text for text in texts if text.lower().encode() in written] == []


def written_in(folder: Path) -> bytes:
    """Everything, what is not yet in the file itself included."""
    return b"".join(one.read_bytes() for one in folder.iterdir()).lower()


async def test_killed_after_any_step_it_resumes_and_nothing_is_lost_or_double(tmp_path: Path) -> None:
    """Each life does one step for each source, and ends without a word."""
    path = str(tmp_path / "match.db")
    with world(130) as small:
        steps = 0
        for _ in range(12):
            async with indexed(small, SqliteDatabase(path)) as index:
                steps += sum([await sync.step() == 0.0 for sync in index.syncs.values()])
        async with indexed(small, SqliteDatabase(path)) as index:
            await synced(index)
            assert await contents(index, small) == await truth(index, small)
        async with indexed(small) as fresh:
            assert steps <= await synced(fresh) + 12 * len(small.sources)


async def test_a_file_from_before_is_gone_on_from_without_another_walk(tmp_path: Path) -> None:
    path = str(tmp_path / "match.db")
    with world(150) as small:
        async with indexed(small, SqliteDatabase(path)) as index:
            first = await synced(index)
        async with indexed(small, SqliteDatabase(path)) as index:
            assert await synced(index) == len(small.sources) < first
            assert index.covers(small.sources[0].name)


async def test_under_another_secret_everything_is_built_anew(tmp_path: Path) -> None:
    path = str(tmp_path / "match.db")
    with world(60) as small:
        async with indexed(small, SqliteDatabase(path)) as index:
            await synced(index)
        async with indexed(small, SqliteDatabase(path), secret="another secret") as index:
            assert not index.covers(small.sources[0].name)
            await synced(index)
            assert await contents(index, small) == await truth(index, small)


async def stormy(index: MatchIndex, small: World, clock: HandClock, seed: int) -> Storm:
    await synced(index)
    storm = Storm(small.sandbox, seed)
    for _ in range(12):
        storm.blow(5, clock.now())
        clock.elapsed += 6
        await synced(index)
    return storm


@pytest.mark.parametrize("seed", [1, 2])
async def test_after_a_storm_and_a_walk_nothing_differs_from_an_index_built_anew(seed: int) -> None:
    clock = HandClock()
    with world(60, seed=seed, clock=clock) as small:
        async with indexed(small) as index:
            await stormy(index, small, clock, seed)
            told = await truth(index, small)
            known = {name: {one.vendor_id: one for one in entries} for name, entries in told.items()}
            for name, entries in (await everything_known(index)).items():
                # What no vendor tells is a deletion for good: it alone may be known too much.
                assert {key: entries.get(key) for key in known[name]} == known[name]
            clock.elapsed += LATER.total_seconds()
            await synced(index)
            assert await contents(index, small) == await truth(index, small)


async def everything_known(index: MatchIndex) -> dict[str, dict[str, Entry]]:
    store = index._store
    assert isinstance(store, SqlStore)
    rows = await store._database.rows("SELECT name, id FROM match_entry, match_source WHERE source = number")
    found: dict[str, dict[str, Entry]] = {name: {} for name in index.syncs}
    for name in found:
        keys = [str(key) for owner, key in rows if owner == name]
        numeric = index._numeric[name]
        ids = [key[1:] if numeric else key for key in keys]
        found[name] = {entry.vendor_id: entry for entry in await index.entries(name, ids)}
    return found


async def test_a_change_is_known_after_the_next_poll() -> None:
    clock = HandClock()
    with world(40, clock=clock) as small:
        async with indexed(small) as index:
            await synced(index)
            storm = Storm(small.sandbox, 3)
            for source in small.sources:
                vendor = str(source.vendor)
                clock.elapsed += 20
                changed = [storm.create(vendor, clock.now()), storm.move(vendor, clock.now())]
                before = clock.elapsed
                sync = index.syncs[source.name]
                while (pause := await sync.step()) != 0.0 or sync.progress.synced_at != clock.now():
                    clock.elapsed += pause
                assert clock.elapsed - before <= 5.0
                known = {one.vendor_id: one for one in await index.entries(source.name, changed)}
                told = {one.vendor_id: one for one in (await truth(index, small))[source.name]}
                assert known == {key: told[key] for key in changed}


async def test_a_walk_that_meets_too_few_is_not_believed() -> None:
    """A vendor that answers an empty list by mistake must not empty the index."""
    clock = HandClock()
    with world(60, clock=clock) as small:
        async with indexed(small) as index:
            await synced(index)
            source = small.sources[1]
            documents = small.sandbox.dump(str(source.vendor))
            small.sandbox.load(str(source.vendor), documents[:5])
            clock.elapsed += LATER.total_seconds()
            await synced(index)
            assert await index._store.records(source.name) == len(documents)


async def test_a_failing_source_is_waited_for_and_the_others_go_on() -> None:
    clock = HandClock()
    with world(30, clock=clock) as small:
        async with indexed(small) as index:
            broken = small.sources[0]
            small.sandbox.fault(str(broken.vendor), Fault(kind=FaultKind.STATUS, status=503))
            with pytest.raises(SourceUnavailable):
                await index.syncs[broken.name].step()
            for source in small.sources[1:]:
                while await index.syncs[source.name].step() == 0.0:
                    pass
                assert index.covers(source.name)
            assert not index.covers(broken.name)
            small.sandbox.fault(str(broken.vendor))
            clock.elapsed += 60
            await synced(index)
            assert index.covers(broken.name)


async def test_an_index_that_lags_is_stale_for_auto_alone() -> None:
    clock = HandClock()
    with world(20, clock=clock) as small:
        async with indexed(small, options=IndexOptions(max_lag=60)) as index:
            await synced(index)
            name = small.sources[0].name
            clock.elapsed += 61
            status = await index.status(name)
            assert (status.state, status.lag_seconds) == (IndexState.STALE, 61.0)
            assert not index.covers(name)


async def test_the_background_keeps_to_its_share_of_the_rate() -> None:
    clock = HandClock()
    with world(5, clock=clock) as small:
        for source in small.sources:
            paced = source.settings.model_copy(update={"rate_factor": 1})
            source.settings = paced
            share = Share(source, clock, 0.25)
            began = clock.elapsed
            for _ in range(41):
                await share.turn()
            rate = source.table.rate
            assert 40 / (clock.elapsed - began) == pytest.approx(0.25 * rate.calls / rate.seconds)


async def test_of_two_replicas_one_syncs_and_the_other_takes_over() -> None:
    async with postgresql_schema() as address:
        with world(60) as small:
            async with (
                indexed(small, PostgresDatabase(address)) as first,
                indexed(small, shared := PostgresDatabase(address)) as second,
            ):
                await synced(first)
                calls = asked(small)
                assert await stepped(second) == [2.0] * len(small.sources)
                assert asked(small) == calls
                # The second knows what the first has built, and uses it.
                assert all(second.covers(source.name) for source in small.sources)
                await expired(shared)
                assert await stepped(second) == [0.0] * len(small.sources)
                with pytest.raises(LeaseLost):
                    await first.syncs[small.sources[0].name].rebuild()
                assert await contents(second, small) == await truth(second, small)


async def stepped(index: MatchIndex) -> Sequence[float]:
    return [await sync.step() for sync in index.syncs.values()]


def asked(small: World) -> int:
    return sum(small.sandbox.calls(vendor).count for vendor in small.sandbox.vendors)


async def test_it_runs_in_the_background_from_start_to_stop() -> None:
    with world(30) as small:
        async with indexed(small) as opened:
            await opened.stop()
            opened.start()
            async with asyncio.timeout(20):
                for source in small.sources:
                    while not opened.covers(source.name):  # noqa: ASYNC110  # it is polled by those who ask, too
                        await asyncio.sleep(0.01)
