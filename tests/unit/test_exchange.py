"""One source's conversation: attempts, shared flights, the short cache, budget, deadline, and what is told of it."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from gateway.adapter import Source
from gateway.call import Call
from gateway.errors import (
    BudgetExceeded,
    CredentialsRefused,
    CustomerNotFound,
    DeadlineExceeded,
    GatewayError,
    RateLimited,
    SourceError,
    SourceTimeout,
    SourceUnavailable,
    VendorMisbehaved,
    VendorRejected,
)
from gateway.exchange import ATTEMPTS, retry_after
from gateway.operation import Operation
from gateway.transport import Request, Response, TransportFailed
from tests.contract.world import TurnedClock
from tests.unit.toy import Line, Wire, count, ok, operation, status, toy

BROKEN = TransportFailed("the connection broke", was_sent=True)
LATE = TransportFailed("no answer in time", was_sent=True, is_timeout=True)
UNCONNECTED = TransportFailed("no connection in time", was_sent=False, is_timeout=True)


def write() -> Call[int]:
    """A write: it must not be sent twice."""
    return replace(count(), request=Request(method="POST", path="/count", is_repeatable=False))


async def settle() -> None:
    """Let everybody else go on as far as they can."""
    for _ in range(20):
        await asyncio.sleep(0)


async def asked(source: Source, spent: Operation | None = None) -> int:
    return await source.exchange.ask(count(), spent or operation(source))


@pytest.mark.parametrize(
    ("line", "error", "attempts"),
    [
        (status(500), SourceUnavailable, ATTEMPTS),
        (status(503), SourceUnavailable, ATTEMPTS),
        (status(429), RateLimited, ATTEMPTS),
        (BROKEN, SourceUnavailable, ATTEMPTS),
        (UNCONNECTED, SourceTimeout, ATTEMPTS),
        (LATE, SourceTimeout, 1),
        (status(400), VendorRejected, 1),
        (status(401), CredentialsRefused, 1),
        (status(404), CustomerNotFound, 1),
        (status(302), VendorMisbehaved, 1),
        (ok("no number"), VendorMisbehaved, 1),
    ],
)
async def test_only_what_may_pass_is_asked_again(line: Line, error: type[SourceError], attempts: int) -> None:
    clock, wire = TurnedClock(), Wire(line)
    with pytest.raises(error):
        await asked(toy(wire, clock=clock))
    assert len(wire.sent) == attempts
    assert len(clock.slept) == attempts - 1


@pytest.mark.parametrize("line", [status(429), UNCONNECTED])
async def test_a_write_that_was_certainly_not_carried_out_may_be_sent_again(line: Line) -> None:
    wire = Wire(line)
    source = toy(wire)
    with pytest.raises(SourceError) as caught:
        await source.exchange.ask(write(), operation(source))
    assert len(wire.sent) == 3
    assert not caught.value.may_be_done


@pytest.mark.parametrize("line", [status(503), BROKEN, LATE])
async def test_a_write_that_may_have_been_carried_out_is_sent_once(line: Line) -> None:
    wire = Wire(line)
    source = toy(wire)
    with pytest.raises(SourceError) as caught:
        await source.exchange.ask(write(), operation(source))
    assert len(wire.sent) == 1
    assert caught.value.may_be_done


@pytest.mark.parametrize("line", [status(400), status(404)])
async def test_a_refused_write_is_sent_once(line: Line) -> None:
    wire = Wire(line)
    source = toy(wire)
    with pytest.raises(SourceError):
        await source.exchange.ask(write(), operation(source))
    assert len(wire.sent) == 1


async def test_equal_writes_under_way_are_all_sent() -> None:
    wire = Wire(ok(7))
    source = toy(wire)
    spent = operation(source)
    assert await asyncio.gather(*(source.exchange.ask(write(), spent) for _ in range(3))) == [7, 7, 7]
    assert len(wire.sent) == 3


async def test_pauses_between_attempts_grow_and_are_jittered() -> None:
    clock = TurnedClock()
    with pytest.raises(SourceUnavailable):
        await asked(toy(Wire(status(503)), clock=clock))
    first, second = clock.slept
    assert 0.1 <= first <= 0.2 <= second <= 0.4


async def test_no_attempt_follows_that_the_deadline_would_cut() -> None:
    clock, wire = TurnedClock(), Wire(status(503, retry_after="30"))
    source = toy(wire, clock=clock)
    with pytest.raises(SourceUnavailable) as caught:
        await asked(source, operation(source, deadline=20))
    assert caught.value.retry_after == 30
    assert (len(wire.sent), clock.slept) == (1, [])


async def test_equal_requests_under_way_are_sent_once_and_cost_one_call() -> None:
    wire = Wire(ok(7))
    wire.gate.clear()
    source = toy(wire)
    spent = [operation(source) for _ in range(5)]
    asking = [asyncio.create_task(asked(source, one)) for one in spent]
    await settle()
    wire.gate.set()
    assert await asyncio.gather(*asking) == [7] * 5
    assert len(wire.sent) == 1
    assert sum(one.calls_made for one in spent) == 1
    assert [one.trace[0].served_by for one in spent[1:]] == ["flight"] * 4
    assert await asked(source) == 7
    assert len(wire.sent) == 2, "what has landed is asked for anew"


async def test_a_failure_is_shared_too() -> None:
    wire = Wire(status(400))
    source = toy(wire)
    found = await asyncio.gather(*(asked(source) for _ in range(3)), return_exceptions=True)
    assert [type(one) for one in found] == [VendorRejected] * 3
    assert len(wire.sent) == 1


async def test_followers_survive_their_leaders_cancellation() -> None:
    wire = Wire(ok(7))
    wire.gate.clear()
    source = toy(wire)
    leader, *followers = [asyncio.create_task(asked(source)) for _ in range(3)]
    await settle()
    leader.cancel()
    await settle()
    wire.gate.set()
    assert await asyncio.gather(*followers) == [7, 7]
    assert leader.cancelled()
    assert len(wire.sent) == 2, "one of the followers leads, the other follows it"


async def test_a_cancelled_follower_leaves_the_leader_alone() -> None:
    wire = Wire(ok(7))
    wire.gate.clear()
    source = toy(wire)
    leader, follower = [asyncio.create_task(asked(source)) for _ in range(2)]
    await settle()
    follower.cancel()
    await settle()
    wire.gate.set()
    assert await leader == 7
    assert follower.cancelled()
    assert len(wire.sent) == 1


@pytest.mark.parametrize(
    ("calls", "deadline", "script", "error"),
    [
        (0, 20.0, [ok(7)], BudgetExceeded),
        (1, 20.0, [status(503), ok(7)], BudgetExceeded),
        (9, 4.0, [LATE, ok(7)], DeadlineExceeded),
        (9, 4.0, [status(503, retry_after="10"), ok(7)], SourceUnavailable),
        (9, 4.0, [status(429, retry_after="10"), ok(7)], RateLimited),
    ],
)
async def test_followers_survive_what_their_leader_could_not_afford(
    calls: int, deadline: float, script: list[Line], error: type[GatewayError]
) -> None:
    wire = Wire(*script)
    source = toy(wire)
    poor = asyncio.create_task(asked(source, operation(source, calls=calls, deadline=deadline)))
    rich = [asyncio.create_task(asked(source)) for _ in range(2)]
    assert await asyncio.gather(*rich) == [7, 7]
    with pytest.raises(error):
        await poor


async def test_a_follower_waits_no_longer_than_its_own_deadline() -> None:
    wire = Wire(ok(7))
    wire.gate.clear()
    source = toy(wire)
    leader = asyncio.create_task(asked(source))
    await settle()
    with pytest.raises(DeadlineExceeded):
        await asked(source, operation(source, deadline=0.01))
    wire.gate.set()
    assert await leader == 7
    assert len(wire.sent) == 1


async def test_a_remembered_answer_is_free_and_says_so() -> None:
    wire = Wire(ok(7))
    source = toy(wire, cache_ttl=5)
    first, second = operation(source), operation(source)
    for spent in (first, second):
        assert await source.exchange.ask(count(), spent, is_cached=True) == 7
    assert (first.calls_made, second.calls_made, len(wire.sent)) == (1, 0, 1)
    assert [call.served_by for call in (*first.trace, *second.trace)] == ["vendor", "cache"]


async def test_answers_are_forgotten_in_time() -> None:
    clock, wire = TurnedClock(), Wire(ok(7))
    source = toy(wire, clock=clock, cache_ttl=5)
    for pause in (0, 4, 2):
        clock.passed += pause
        await source.exchange.ask(count(), operation(source), is_cached=True)
    assert len(wire.sent) == 2


async def test_only_what_asks_for_it_is_served_from_memory() -> None:
    wire = Wire(ok(7), ok(8))
    source = toy(wire, cache_ttl=5)
    assert await source.exchange.ask(count(), operation(source), is_cached=True) == 7
    assert await asked(source) == 8


async def test_nothing_is_remembered_where_the_cache_is_off_or_the_answer_an_error() -> None:
    wire = Wire(status(400))
    for source in (toy(wire, cache_ttl=5), toy(Wire(ok(7)))):
        for _ in range(2):
            spent = operation(source)
            await asyncio.gather(source.exchange.ask(count(), spent, is_cached=True), return_exceptions=True)
            assert spent.calls_made == 1


async def test_a_write_empties_the_cache() -> None:
    wire = Wire(ok(7), ok(8))
    source = toy(wire, cache_ttl=5)
    assert await source.exchange.ask(count(), operation(source), is_cached=True) == 7
    source.exchange.forget()
    assert await source.exchange.ask(count(), operation(source), is_cached=True) == 8


async def test_an_answer_from_before_a_write_serves_nobody_after_it() -> None:
    """Neither those who join it while it is under way, nor those who come when it has landed."""
    wire = Wire(ok(7), ok(8), ok(9))
    wire.gate.clear()
    source = toy(wire, cache_ttl=5)
    before = asyncio.create_task(source.exchange.ask(count(), operation(source), is_cached=True))
    await settle()
    source.exchange.forget()
    after = asyncio.create_task(source.exchange.ask(count(), operation(source), is_cached=True))
    await settle()
    wire.gate.set()
    assert (await before, await after) == (7, 8)
    assert await source.exchange.ask(count(), operation(source), is_cached=True) == 8


async def test_a_spent_budget_sends_nothing() -> None:
    wire = Wire(ok(7))
    source = toy(wire)
    spent = operation(source, calls=1)
    assert await asked(source, spent) == 7
    with pytest.raises(BudgetExceeded, match="1 vendor calls are spent"):
        await asked(source, spent)
    assert len(wire.sent) == 1


async def test_attempts_are_paid_for() -> None:
    source = toy(Wire(status(503), status(503), ok(7)))
    spent = operation(source)
    assert await asked(source, spent) == 7
    assert spent.calls_made == 3
    assert [(call.attempt, call.status) for call in spent.trace] == [(1, 503), (2, 503), (3, 200)]


async def test_a_passed_deadline_sends_nothing() -> None:
    clock, wire = TurnedClock(), Wire(ok(7))
    source = toy(wire, clock=clock)
    spent = operation(source, deadline=5)
    clock.passed += 5
    with pytest.raises(DeadlineExceeded):
        await asked(source, spent)
    assert wire.sent == []


async def test_a_request_has_its_time_out_or_what_is_left() -> None:
    wire = Wire(ok(7))
    source = toy(wire, timeout=5)
    await asked(source, operation(source, deadline=20))
    await asked(source, operation(source, deadline=2))
    assert wire.seconds == [5, 2]


async def test_a_request_is_signed_on_the_wire_and_nowhere_else() -> None:
    wire = Wire(status(400))
    source = toy(wire)
    spent = operation(source)
    with pytest.raises(VendorRejected) as caught:
        await asked(source, spent)
    assert ("key", "secret-key") in wire.sent[0].headers
    assert wire.urls == ["https://toy.example/count"]
    assert "secret-key" not in f"{caught.value!r} {caught.value} {spent.trace} {source.settings!r}"


async def test_a_blank_in_a_parameter_is_never_a_plus() -> None:
    request = Request(path="/list", query=(("q", "a b+c&d=é"), ("fields[]", "x")))
    assert request.target == "/list?q=a%20b%2Bc%26d%3D%C3%A9&fields%5B%5D=x"


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7", 7.0),
        ("0", 0.0),
        ("", None),
        ("-1", None),
        ("1.5", None),
        ("²", None),
        ("Wed, 21 Oct 2026", None),
    ],
)
def test_retry_after_is_read_in_its_delay_form(text: str, seconds: float | None) -> None:
    assert retry_after(Response(status=429, headers={"retry-after": text})) == seconds


async def test_a_vendors_way_of_saying_nothing_is_the_calls_empty_answer() -> None:
    source = toy(Wire(status(404, b"nothing")))
    empty = replace(count(), empty=0)
    assert await source.exchange.ask(empty, operation(source)) == 0
    with pytest.raises(CustomerNotFound):
        await asked(source)
