"""Keeping to a rate: a bound on what is under way, and pauses by the vendor's own words."""

from __future__ import annotations

import asyncio
import time

import pytest

from gateway.capabilities import Rate
from gateway.clock import SystemClock
from gateway.errors import DeadlineExceeded, RateLimited
from gateway.pace import LONGEST_HOLD, Pace
from gateway.spec import RateReading
from tests.contract.world import TurnedClock
from tests.unit.toy import NAMED, TABLE, Wire, count, ok, operation, status, toy

RATE = Rate(calls=10, seconds=1.0)


async def settle() -> None:
    for _ in range(50):
        await asyncio.sleep(0)


async def test_no_more_is_under_way_than_the_vendor_bears() -> None:
    wire = Wire(ok({"id": "1"}))
    wire.gate.clear()
    source = toy(wire)
    spent = operation(source)
    ids = [str(number) for number in range(1, 21)]
    asking = asyncio.gather(*(source.exchange.ask(source.spec.by_id(one, NAMED), spent) for one in ids))
    await settle()
    assert wire.under_way == TABLE.concurrency
    wire.gate.set()
    await asking
    assert (len(wire.sent), wire.most_under_way) == (20, TABLE.concurrency)


async def test_a_slot_is_given_back_by_those_who_fail_or_are_cancelled() -> None:
    wire = Wire(status(400))
    source = toy(wire)
    for number in range(10):
        call = source.spec.by_id(str(number), NAMED)
        await asyncio.gather(source.exchange.ask(call, operation(source)), return_exceptions=True)
    wire.gate.clear()
    asking = [
        asyncio.create_task(source.exchange.ask(source.spec.by_id(str(number), NAMED), operation(source)))
        for number in range(10)
    ]
    await settle()
    for one in asking:
        one.cancel()
    await asyncio.gather(*asking, return_exceptions=True)
    assert wire.under_way == 0
    for _ in range(TABLE.concurrency):
        await source.exchange.pace.enter(0.1)


async def test_who_waits_for_a_slot_waits_no_longer_than_the_deadline() -> None:
    pace = Pace(RATE, concurrency=1, factor=0, clock=SystemClock())
    await pace.enter(1)
    with pytest.raises(DeadlineExceeded):
        await pace.enter(0.01)
    pace.leave()
    await pace.enter(1)


async def test_the_documented_rate_is_kept_and_multiplied() -> None:
    """Ten at once, then one every tenth of a second, or of a fiftieth with five times the rate."""
    for factor, least in ((1.0, 0.15), (5.0, 0.03)):
        pace = Pace(RATE, concurrency=100, factor=factor, clock=SystemClock())
        started = time.monotonic()
        for _ in range(round(10 * factor) + 2):
            await pace.enter(5)
        assert least < time.monotonic() - started < 1
    unpaced = Pace(RATE, concurrency=100, factor=0, clock=SystemClock())
    started = time.monotonic()
    for _ in range(100):
        await unpaced.enter(5)
    assert time.monotonic() - started < 0.1


def test_nothing_left_is_a_pause_until_the_reset() -> None:
    clock = TurnedClock()
    pace = Pace(RATE, concurrency=1, factor=0, clock=clock)
    pace.observe(RateReading(limit=10, remaining=1, reset_after=9))
    assert pace.pause() == 0
    pace.observe(RateReading(limit=10, remaining=0, reset_after=9))
    assert pace.pause() == 9
    clock.passed += 8
    assert pace.pause() == 1
    clock.passed += 2
    assert pace.pause() == 0


def test_a_vendor_that_frees_one_call_sooner_is_asked_again_then() -> None:
    pace = Pace(RATE, concurrency=1, factor=0, clock=TurnedClock())
    pace.observe(RateReading(limit=40, remaining=0, reset_after=20, free_after=0.5))
    assert pace.pause() == 0.5


def test_a_longer_pause_is_not_shortened_by_another_answer() -> None:
    pace = Pace(RATE, concurrency=1, factor=0, clock=TurnedClock())
    pace.hold(60)
    pace.hold(5)
    pace.observe(RateReading(remaining=0, reset_after=2))
    pace.observe(RateReading(remaining=5, reset_after=1))
    pace.observe(None)
    assert pace.pause() == 60


@pytest.mark.parametrize("seconds", [10.0**12, float("inf")])
def test_no_vendor_shuts_a_source_for_ever(seconds: float) -> None:
    pace = Pace(RATE, concurrency=1, factor=0, clock=TurnedClock())
    pace.hold(seconds)
    assert pace.pause() == LONGEST_HOLD


def test_the_last_reading_is_kept_for_who_asks() -> None:
    clock = TurnedClock()
    pace = Pace(RATE, concurrency=1, factor=0, clock=clock)
    assert (pace.reading, pace.resets_at) == (None, None)
    reading = RateReading(limit=10, remaining=4, reset_after=9)
    pace.observe(reading)
    pace.observe(None)
    assert (pace.reading, pace.resets_at) == (reading, clock.monotonic() + 9)


async def test_an_answer_that_uses_the_rate_up_holds_the_next_request() -> None:
    clock, wire = TurnedClock(), Wire(ok(1, remaining="0", reset="3"), ok(2))
    source = toy(wire, clock=clock)
    await source.exchange.ask(count(), operation(source))
    assert clock.slept == []
    await source.exchange.ask(count(), operation(source))
    assert clock.slept == [3]


async def test_those_who_queue_heed_a_pause_that_is_said_meanwhile() -> None:
    """One refusal is enough: the others in the queue are not sent into it."""
    clock = TurnedClock()
    wire = Wire(*[status(429, retry_after="7")] * TABLE.concurrency, ok({"id": "1"}))
    wire.gate.clear()
    source = toy(wire, clock=clock)
    asking = [
        asyncio.create_task(
            source.exchange.ask(source.spec.by_id(str(number), NAMED), operation(source, deadline=1000))
        )
        for number in range(1, 11)
    ]
    await settle()
    wire.gate.set()
    await asyncio.gather(*asking)
    assert len(wire.sent) == 10 + TABLE.concurrency
    assert max(clock.slept) == 7


async def test_who_cannot_wait_is_refused_at_once_and_told_for_how_long() -> None:
    clock, wire = TurnedClock(), Wire(ok(1))
    source = toy(wire, clock=clock)
    source.exchange.pace.hold(30)
    with pytest.raises(RateLimited) as caught:
        await source.exchange.ask(count(), operation(source, deadline=20))
    assert caught.value.retry_after == 30
    assert (wire.sent, clock.slept) == ([], [])
