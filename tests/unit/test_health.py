"""When a source is left alone: after five failures in a row, probed every 30 seconds, back with its first answer."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from gateway.errors import (
    AccessForbidden,
    CredentialsRefused,
    CustomerNotFound,
    RateLimited,
    SourceError,
    SourceTimeout,
    SourceUnavailable,
    VendorMisbehaved,
    VendorRejected,
)
from gateway.health import FAILURES_UNTIL_DOWN, SECONDS_BETWEEN_PROBES, Health, HealthState
from gateway.transport import TransportFailed
from tests.contract.world import TurnedClock
from tests.unit.toy import NAMED, Line, Wire, count, ok, operation, status, toy

LATE = TransportFailed("no answer in time", was_sent=True, is_timeout=True)


def broken(clock: TurnedClock) -> Health:
    """A source that is DOWN."""
    health = Health(clock)
    for _ in range(FAILURES_UNTIL_DOWN):
        health.failed(SourceUnavailable("down", source="toy"))
    return health


def test_a_source_is_unknown_until_it_has_answered() -> None:
    health = Health(TurnedClock())
    assert (health.state, health.since, health.admit()) == (HealthState.UNKNOWN, None, None)
    health.succeeded()
    assert health.state is HealthState.UP


def test_the_fifth_failure_in_a_row_closes_a_source() -> None:
    clock = TurnedClock()
    health = Health(clock)
    for _ in range(FAILURES_UNTIL_DOWN - 1):
        health.failed(SourceTimeout("late", source="toy"))
        assert (health.state, health.admit()) == (HealthState.DEGRADED, None)
    clock.passed += 60
    last = SourceUnavailable("down", source="toy")
    health.failed(last)
    assert health.state is HealthState.DOWN
    assert health.admit() is last
    assert health.since == clock.now()


def test_an_answer_in_between_begins_the_count_anew() -> None:
    health = Health(TurnedClock())
    for _ in range(3):
        for _ in range(FAILURES_UNTIL_DOWN - 1):
            health.failed(SourceUnavailable("down", source="toy"))
        health.succeeded()
    assert health.state is HealthState.UP


@pytest.mark.parametrize("kind", [SourceUnavailable, SourceTimeout, CredentialsRefused, VendorMisbehaved])
def test_what_says_something_of_the_whole_source_counts(kind: type[SourceError]) -> None:
    health = Health(TurnedClock())
    health.failed(kind("failed", source="toy"))
    assert health.state is HealthState.DEGRADED


@pytest.mark.parametrize("kind", [CustomerNotFound, AccessForbidden, RateLimited, VendorRejected])
def test_a_refusal_of_one_request_is_an_answer(kind: type[SourceError]) -> None:
    health = broken(TurnedClock())
    health.failed(kind("refused", source="toy"))
    assert health.state is HealthState.UP


def test_one_request_in_thirty_seconds_probes_a_closed_source() -> None:
    clock = TurnedClock()
    health = broken(clock)
    for _ in range(3):
        clock.passed += SECONDS_BETWEEN_PROBES - 1
        assert health.admit() is not None
        clock.passed += 1
        assert health.admit() is None
        assert health.admit() is not None, "one probe at a time"


def test_the_state_is_as_old_as_its_beginning() -> None:
    clock = TurnedClock()
    health = broken(clock)
    began = clock.now()
    clock.passed += 100
    health.failed(SourceUnavailable("down", source="toy"))
    assert health.since == began
    health.succeeded()
    assert health.since == began + timedelta(seconds=100)


@pytest.mark.parametrize(
    ("line", "calls"), [(status(503), 2), (LATE, 5), (status(401), 5), (ok("no number"), 5), (status(302), 5)]
)
async def test_a_closed_source_is_told_at_once_and_opens_with_its_first_answer(
    line: Line, calls: int
) -> None:
    clock = TurnedClock()
    wire = Wire(*[line] * FAILURES_UNTIL_DOWN, ok(7))
    source = toy(wire, clock=clock)
    for _ in range(calls):
        with pytest.raises(SourceError):
            await source.exchange.ask(count(), operation(source))
    assert len(wire.sent) == FAILURES_UNTIL_DOWN
    waited = list(clock.slept)
    with pytest.raises(SourceError, match="left alone"):
        await source.exchange.ask(count(), operation(source))
    assert (len(wire.sent), clock.slept) == (FAILURES_UNTIL_DOWN, waited)
    clock.passed += SECONDS_BETWEEN_PROBES + 0.1
    assert await source.exchange.ask(count(), operation(source)) == 7
    assert source.exchange.health.state is HealthState.UP


async def test_a_failed_probe_is_not_repeated() -> None:
    clock, wire = TurnedClock(), Wire(status(503))
    source = toy(wire, clock=clock)
    for _ in range(2):
        with pytest.raises(SourceUnavailable):
            await source.exchange.ask(count(), operation(source))
    sent = len(wire.sent)
    clock.passed += SECONDS_BETWEEN_PROBES + 0.1
    answers = await asyncio.gather(
        *(
            source.by_ids([str(vendor_id)], selection=NAMED, operation=operation(source))
            for vendor_id in (1, 2)
        ),
    )
    assert all(isinstance(found, SourceUnavailable) for answer in answers for found in answer.values())
    assert len(wire.sent) == sent + 1
