"""What `gateway check` finds out about a source's clock and rate limit."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import msgspec
import pytest

from gateway.cli.check import Finding, examine
from gateway.cli.configuration import sandboxed
from gateway.clock import SystemClock
from gateway.sandbox import SandboxOptions, create_app
from gateway.transport import HttpTransport, Request, Response

ADDRESS = "http://sandbox"


class Dated:
    """The sandbox in this process, whose answers are dated by a clock that is `ahead`; None: not dated."""

    def __init__(self, ahead: timedelta | None) -> None:
        self._ahead = ahead
        self._transport = HttpTransport(httpx.ASGITransport(create_app(SandboxOptions(size=2)).app))

    async def send(self, url: str, request: Request, *, seconds: float) -> Response:
        response = await self._transport.send(url, request, seconds=seconds)
        if self._ahead is None:
            return response
        date = format_datetime(datetime.now(UTC) + self._ahead, usegmt=True)
        return msgspec.structs.replace(response, headers={**response.headers, "date": date})

    async def close(self) -> None:
        await self._transport.close()


async def found(ahead: timedelta | None) -> list[Finding]:
    transport = Dated(ahead)
    findings = await examine(sandboxed(ADDRESS), transport, SystemClock())
    await transport.close()
    return list(findings)


async def test_every_source_is_asked_and_its_rate_limit_told() -> None:
    findings = await found(timedelta())
    assert [(one.source, one.is_good, one.ahead) for one in findings] == [
        (name, True, 0.0) for name in ("negozio", "loja", "shop", "bottega", "matbakh")
    ]
    assert findings[1].rate == "39 of 40 left"
    assert findings[3].rate.endswith("documented")


@pytest.mark.parametrize("minutes", [5, -5])
async def test_a_clock_that_is_minutes_off_makes_a_source_unusable(minutes: int) -> None:
    for one in await found(timedelta(minutes=minutes)):
        assert one.ahead == pytest.approx(60 * minutes, abs=2)
        assert not one.is_good
        assert "WRONG" in one.cells[5]


async def test_an_answer_without_a_date_says_nothing_of_the_clock() -> None:
    assert {(one.ahead, one.cells[5], one.is_good) for one in await found(None)} == {(None, "-", True)}
