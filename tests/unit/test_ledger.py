"""Every store of the ledger keeps the same promises: in memory, SQLite, PostgreSQL and Redis."""

from __future__ import annotations

import asyncio
import os
import uuid
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.clock import SystemClock
from gateway.errors import ErrorCode, WriteRefused
from gateway.ledger import Kept, Ledger, open_ledger

POSTGRESQL = os.environ.get("TEST_POSTGRESQL", "postgresql://postgres@127.0.0.1:5432/test")
REDIS = os.environ.get("TEST_REDIS", "redis://127.0.0.1:6379/15")
LATER = 10_000_000_000.0
"""Unix seconds that no test lives to see."""


@pytest.fixture(params=["memory", "sqlite", "postgresql", "redis"])
async def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Ledger]:
    setting = {"sqlite": f"sqlite:///{tmp_path}/ledger.db", "postgresql": POSTGRESQL, "redis": REDIS}
    ledger = open_ledger(setting.get(request.param, "memory"), SystemClock())
    try:
        await ledger.find("none")
    except WriteRefused:
        await ledger.close()
        pytest.skip(f"no {request.param} answers here")
    yield ledger
    await ledger.close()


@pytest.fixture
def key() -> str:
    return uuid.uuid4().hex


async def test_an_entry_is_made_once(ledger: Ledger, key: str) -> None:
    made = await asyncio.gather(*(ledger.add(key, str(at).encode(), LATER) for at in range(20)))
    assert made.count(True) == 1
    kept = await ledger.find(key)
    assert kept == Kept(body=str(made.index(True)).encode(), revision=1, expires_at=LATER)
    await ledger.drop(key, revision=1)


async def test_of_several_changes_to_one_revision_one_succeeds(ledger: Ledger, key: str) -> None:
    await ledger.add(key, b"first", LATER)
    swapped = await asyncio.gather(
        *(ledger.swap(key, str(at).encode(), LATER, revision=1) for at in range(20))
    )
    assert swapped.count(True) == 1
    kept = await ledger.find(key)
    assert kept == Kept(body=str(swapped.index(True)).encode(), revision=2, expires_at=LATER)
    await ledger.drop(key, revision=2)


async def test_an_entry_of_another_revision_is_not_dropped(ledger: Ledger, key: str) -> None:
    await ledger.add(key, b"first", LATER)
    await ledger.drop(key, revision=2)
    assert await ledger.find(key) is not None
    await ledger.drop(key, revision=1)
    assert await ledger.find(key) is None
    assert not await ledger.swap(key, b"second", LATER, revision=1)


async def test_what_has_expired_is_swept_away(ledger: Ledger, key: str) -> None:
    await ledger.add(key, b"old", 1.0)
    await asyncio.sleep(0.005)  # Redis lets a millisecond pass
    await ledger.sweep(2.0)
    assert await ledger.find(key) is None


async def test_replicas_that_begin_at_once_share_one_store(tmp_path: Path, key: str) -> None:
    ledgers = [open_ledger(f"sqlite:///{tmp_path}/ledger.db", SystemClock()) for _ in range(4)]
    made = await asyncio.gather(*(ledger.add(key, b"", LATER) for ledger in ledgers))
    assert made.count(True) == 1
    for ledger in ledgers:
        await ledger.close()


async def test_entries_outlive_the_process(tmp_path: Path, key: str) -> None:
    for _ in range(2):
        ledger = open_ledger(f"sqlite:///{tmp_path}/ledger.db", SystemClock())
        await ledger.add(key, b"kept", LATER)
        assert await ledger.find(key) == Kept(body=b"kept", revision=1, expires_at=LATER)
        await ledger.close()


@pytest.mark.parametrize("setting", ["postgresql://nobody@127.0.0.1:1/none", "redis://127.0.0.1:1/0"])
async def test_a_store_that_does_not_answer_is_told_without_its_address(setting: str) -> None:
    ledger = open_ledger(setting, SystemClock())
    with pytest.raises(WriteRefused) as caught:
        await ledger.add("k", b"", LATER)
    assert caught.value.code is ErrorCode.SOURCE_UNAVAILABLE
    assert "127.0.0.1" not in caught.value.message
    await ledger.close()
