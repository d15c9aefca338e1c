"""What goes wrong at a vendor: the right error, as many attempts as are worth it, in bounded time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
import pytest
from pydantic import SecretStr

from gateway.adapter import Page, Source
from gateway.clock import Clock
from gateway.customer import Field, Selection
from gateway.errors import (
    AccessForbidden,
    CredentialsRefused,
    DeadlineExceeded,
    RateLimited,
    SourceError,
    SourceTimeout,
    SourceUnavailable,
    VendorMisbehaved,
    VendorRejected,
)
from gateway.exchange import ATTEMPTS
from gateway.operation import Operation
from gateway.sandbox import Fault, FaultKind, Sandbox, SandboxOptions, create_app
from gateway.vendors import SPECS
from tests.contract.world import TABLES, TurnedClock, Wire, operation, source_of

pytestmark = pytest.mark.parametrize("vendor", SPECS)

NAMED = Selection(fields=frozenset({Field.NAME, Field.EMAIL}))
"""What one list call brings at every vendor."""
SECRET = "a value of somebody's"


@pytest.fixture(scope="module")
def shared() -> Iterator[Sandbox]:
    with create_app(SandboxOptions(size=5, rate_limits=False)) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(shared: Sandbox) -> Sandbox:
    """Without the faults of the test before."""
    shared.restart()
    return shared


@pytest.fixture
def clock() -> TurnedClock:
    return TurnedClock()


async def first_page(source: Source, clock: Clock, budget: Operation | None = None) -> Page:
    pager = source.spec.pager
    spent = budget or operation(clock)
    return await source.page({}, NAMED, spent, pager=pager, position=pager.start, limit=10)


async def failure(source: Source, clock: Clock, budget: Operation | None = None) -> SourceError:
    """What reading a page raises, which has to come at once by the wall clock."""
    started = time.monotonic()
    with pytest.raises(SourceError) as caught:
        await first_page(source, clock, budget)
    assert time.monotonic() - started < 2
    assert caught.value.source == source.name
    assert source.name in caught.value.message
    return caught.value


FAULTS: dict[FaultKind, tuple[Fault, type[SourceError] | None, bool, int]] = {
    FaultKind.LATENCY: (Fault(kind=FaultKind.LATENCY, seconds=0.01), None, False, 1),
    FaultKind.STATUS: (Fault(kind=FaultKind.STATUS, status=503), SourceUnavailable, True, ATTEMPTS),
    FaultKind.THROTTLE: (Fault(kind=FaultKind.THROTTLE, retry_after=2), RateLimited, True, ATTEMPTS),
    FaultKind.BROKEN_JSON: (Fault(kind=FaultKind.BROKEN_JSON), VendorMisbehaved, False, 1),
    FaultKind.WRONG_CONTENT: (Fault(kind=FaultKind.WRONG_CONTENT), VendorMisbehaved, False, 1),
    FaultKind.DROP_BEFORE: (Fault(kind=FaultKind.DROP_BEFORE), SourceUnavailable, True, ATTEMPTS),
    FaultKind.DROP_AFTER: (Fault(kind=FaultKind.DROP_AFTER), SourceUnavailable, True, ATTEMPTS),
    FaultKind.HANG: (Fault(kind=FaultKind.HANG), SourceTimeout, False, 1),
    FaultKind.OUTAGE: (Fault(kind=FaultKind.OUTAGE), SourceUnavailable, True, ATTEMPTS),
}
"""Fault → what it is, the error's class (None: none), whether it is retryable, the requests that arrive."""


@pytest.mark.parametrize("kind", FaultKind)
async def test_a_fault_has_its_error_and_its_attempts(
    sandbox: Sandbox, clock: TurnedClock, vendor: str, kind: FaultKind
) -> None:
    fault, expected, is_retryable, attempts = FAULTS[kind]
    sandbox.fault(vendor, fault)
    source = source_of(sandbox, vendor, clock=clock, timeout=0.05)
    if expected is None:
        assert (await first_page(source, clock)).records
    else:
        error = await failure(source, clock)
        assert type(error) is expected
        assert error.retryable is is_retryable
        assert len(clock.slept) == attempts - 1
    assert sandbox.calls(vendor).count == attempts


STATUSES: dict[int, tuple[tuple[type[SourceError], ...], int]] = {
    301: ((VendorMisbehaved,), 1),
    400: ((VendorRejected,), 1),
    402: ((SourceUnavailable,), ATTEMPTS),
    403: ((AccessForbidden, CredentialsRefused), 1),
    418: ((VendorRejected,), 1),
    422: ((VendorRejected,), 1),
    429: ((RateLimited,), ATTEMPTS),
    500: ((SourceUnavailable,), ATTEMPTS),
    502: ((SourceUnavailable,), ATTEMPTS),
    504: ((SourceUnavailable,), ATTEMPTS),
    509: ((RateLimited,), ATTEMPTS),
}
"""Status with an empty body → the classes that it may be, since a vendor's 403 may mean its key, and the requests."""


@pytest.mark.parametrize("status", STATUSES)
async def test_a_bare_status_has_its_error_and_its_attempts(
    sandbox: Sandbox, clock: TurnedClock, vendor: str, status: int
) -> None:
    classes, attempts = STATUSES[status]
    sandbox.fault(vendor, Fault(kind=FaultKind.STATUS, status=status))
    error = await failure(source_of(sandbox, vendor, clock=clock), clock)
    assert type(error) in classes
    assert error.retryable is (attempts > 1)
    assert error.status == status
    assert sandbox.calls(vendor).count == attempts


BODIES = (
    *("<html>oops</html>", "{}", "[]", "null", '"no"', "{", "7", "plain words", "\x00", "[null]", "[[]]"),
    *(
        "[" * 50_000,
        '{"a":' * 50_000,
        '{"status": "ok"}',
        '{"error": {"error": 1}}',
        '{"data": [], "meta": {}}',
    ),
)


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body[:12])
@pytest.mark.parametrize("status", [200, 400, 401, 403, 404, 409, 422, 429, 500])
async def test_no_body_makes_anything_but_an_answer_or_an_error(
    sandbox: Sandbox, clock: TurnedClock, vendor: str, status: int, body: str
) -> None:
    """Whatever stands before a vendor and speaks for it: no other exception, and no customer out of nothing."""
    sandbox.fault(vendor, Fault(kind=FaultKind.STATUS, status=status, body=body))
    try:
        page = await first_page(source_of(sandbox, vendor, clock=clock), clock)
    except SourceError:
        return
    assert page.records == ()
    assert status in (200, 404)


@pytest.mark.parametrize(
    "kind",
    [FaultKind.STATUS, FaultKind.THROTTLE, FaultKind.DROP_BEFORE, FaultKind.DROP_AFTER, FaultKind.OUTAGE],
)
async def test_a_failure_that_passes_is_not_seen(
    sandbox: Sandbox, clock: TurnedClock, vendor: str, kind: FaultKind
) -> None:
    sandbox.fault(vendor, Fault(kind=kind, times=2))
    assert (await first_page(source_of(sandbox, vendor, clock=clock), clock)).records
    assert sandbox.calls(vendor).count == 3


async def test_retry_after_is_waited_for(sandbox: Sandbox, clock: TurnedClock, vendor: str) -> None:
    sandbox.fault(vendor, Fault(kind=FaultKind.THROTTLE, retry_after=7, times=1))
    assert (await first_page(source_of(sandbox, vendor, clock=clock), clock)).records
    assert clock.passed == pytest.approx(7)


async def test_a_wait_beyond_the_deadline_is_refused_at_once(
    sandbox: Sandbox, clock: TurnedClock, vendor: str
) -> None:
    """The caller is told for how long, and others who come meanwhile are not sent either."""
    sandbox.fault(vendor, Fault(kind=FaultKind.THROTTLE, retry_after=100))
    source = source_of(sandbox, vendor, clock=clock)
    for _ in range(2):
        error = await failure(source, clock, operation(clock, deadline=20))
        assert isinstance(error, RateLimited)
        assert error.retry_after == pytest.approx(100)
    assert clock.slept == []
    assert sandbox.calls(vendor).count == 1


async def test_a_deadline_cuts_a_hang_short(sandbox: Sandbox, vendor: str) -> None:
    sandbox.fault(vendor, Fault(kind=FaultKind.HANG))
    source = source_of(sandbox, vendor, timeout=30)
    pager = source.spec.pager
    started = time.monotonic()
    with pytest.raises(DeadlineExceeded):
        await source.page({}, NAMED, operation(deadline=0.05), pager=pager, position=pager.start, limit=10)
    assert time.monotonic() - started < 2


async def test_wrong_credentials_are_refused_once_and_told(
    sandbox: Sandbox, clock: TurnedClock, vendor: str
) -> None:
    secrets: dict[str, Any] = {
        key: "wrong"
        for key, field in SPECS[vendor].settings.model_fields.items()
        if key in TABLES[vendor]
        and SecretStr in (field.annotation, *getattr(field.annotation, "__args__", ()))
    }
    assert secrets
    source = source_of(sandbox, vendor, clock=clock, **secrets)
    error = await failure(source, clock)
    assert type(error) is CredentialsRefused
    assert not error.retryable
    assert "wrong" not in error.message
    renewals = 0 if SPECS[vendor].connect(source.settings).auth.renewal() is None else 1
    assert sandbox.calls(vendor).count == 1 + renewals


async def test_broken_json_is_told_without_its_text(
    sandbox: Sandbox, clock: TurnedClock, vendor: str
) -> None:
    body = f'{{"{SECRET}": ["{SECRET}'
    sandbox.fault(vendor, Fault(kind=FaultKind.WRONG_CONTENT, body=body))
    error = await failure(source_of(sandbox, vendor, clock=clock), clock)
    assert isinstance(error, VendorMisbehaved)
    assert "not as agreed" in error.message
    assert SECRET not in error.message


class Tampered(Wire):
    """A wire that puts a wrong value for one field of the second row in every answer."""

    def __init__(self, sandbox: Sandbox, field: str) -> None:
        super().__init__(sandbox)
        self._field = field

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        answer = await super().handle_async_request(request)
        content = msgspec.json.decode(await answer.aread())
        rows = (
            content if isinstance(content, list) else next(v for v in content.values() if isinstance(v, list))
        )
        assert self._field in rows[1]
        rows[1][self._field] = {SECRET: SECRET}
        return httpx.Response(200, headers=_plain(answer.headers), content=msgspec.json.encode(content))


def _plain(headers: httpx.Headers) -> dict[str, Any]:
    return {name: value for name, value in headers.items() if name != "content-length"}


async def test_a_wrong_type_in_one_row_is_told_by_its_place(
    sandbox: Sandbox, clock: TurnedClock, vendor: str
) -> None:
    fields = {field.name: field.encode_name for field in msgspec.structs.fields(SPECS[vendor].row)}
    wire = Tampered(sandbox, fields["id"])
    error = await failure(source_of(sandbox, vendor, clock=clock, wire=wire), clock)
    assert type(error) is VendorMisbehaved
    assert "$" in error.message
    assert fields["id"] in error.message
    assert SECRET not in error.message
    assert sandbox.calls(vendor).count == 1
