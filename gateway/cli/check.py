"""`gateway check`: whether each source answers, and what it says of itself."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from pathlib import Path

import click

from gateway.adapter import Source
from gateway.cli.configuration import config_option, configured, located
from gateway.cli.grid import Grid
from gateway.clock import Clock, SystemClock
from gateway.errors import CredentialsRefused, DeadlineExceeded, GatewayError
from gateway.operation import Operation
from gateway.server import build_source
from gateway.settings import Settings
from gateway.transport import HttpTransport, Request, Response, Transport

TOLERANCE = 60.0
"""Seconds that a vendor's clock may differ before that counts as a fault: changes are asked for by time."""


class Witness:
    """A transport that keeps the last answer, and how long it took in seconds; `close` is for the transport below."""

    def __init__(self, transport: Transport, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock
        self.response: Response | None = None
        self.elapsed = 0.0

    async def send(self, url: str, request: Request, *, seconds: float) -> Response:
        """See `Transport.send`."""
        started = self._clock.monotonic()
        self.response = await self._transport.send(url, request, seconds=seconds)
        self.elapsed = self._clock.monotonic() - started
        return self.response

    async def close(self) -> None:
        """Close the transport below."""
        await self._transport.close()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one probe showed. `ahead`: seconds that the vendor's clock is before ours; None where it tells no time."""

    source: str
    vendor: str
    error: GatewayError | None = None
    was_answered: bool = False
    elapsed: float | None = None
    ahead: float | None = None
    rate: str = ""

    @property
    def is_good(self) -> bool:
        """True where the source can be used."""
        return self.error is None and abs(self.ahead or 0.0) <= TOLERANCE

    @property
    def cells(self) -> list[str]:
        """The finding as a row of the table."""
        return [
            self.source,
            self.vendor,
            "yes" if self.was_answered else "NO",
            self._credentials,
            "-" if self.elapsed is None else f"{self.elapsed * 1000:.0f} ms",
            self._clock,
            self.rate,
        ]

    @property
    def _credentials(self) -> str:
        if isinstance(self.error, CredentialsRefused):
            return "REFUSED"
        return "accepted" if self.error is None else "-"

    @property
    def _clock(self) -> str:
        if self.ahead is None:
            return "-"
        mark = "" if abs(self.ahead) <= TOLERANCE else " WRONG"
        return f"{self.ahead:+.0f} s{mark}"


HEADINGS = ["source", "vendor", "reachable", "credentials", "latency", "clock", "rate limit"]


async def examine(settings: Settings, transport: Transport, clock: Clock) -> Sequence[Finding]:
    """One cheap call to every source at once, each within twice its own timeout."""
    findings = []
    async with asyncio.TaskGroup() as group:
        for place, one in enumerate(settings.sources, start=1):
            witness = Witness(transport, clock)
            source = build_source(one, priority=place, transport=witness, clock=clock)
            findings.append(group.create_task(_examined(source, witness, clock)))
    return [finding.result() for finding in findings]


async def _examined(source: Source, witness: Witness, clock: Clock) -> Finding:
    patience = 2 * source.settings.timeout
    operation = Operation(calls_left=5, ends_at=clock.monotonic() + patience, monotonic=clock.monotonic)
    error: GatewayError | None = None
    try:
        async with asyncio.timeout(patience):
            await source.probe(operation)
    except GatewayError as problem:
        error = problem
    except TimeoutError:
        error = DeadlineExceeded(f"{source.name} ({source.vendor}) did not answer in {patience:g} s.")
    return Finding(
        source=source.name,
        vendor=source.vendor,
        error=error,
        was_answered=witness.response is not None,
        elapsed=witness.elapsed if witness.response else None,
        ahead=_ahead(witness, clock.now()),
        rate=_rate(source),
    )


def _ahead(witness: Witness, now: datetime) -> float | None:
    """By the Date header (RFC 9110 §6.6.1), which has whole seconds and was written about half a call ago."""
    value = witness.response.headers.get("date") if witness.response else None
    try:
        told = parsedate_to_datetime(value or "")
        difference = (told - now).total_seconds()
    except (ValueError, TypeError):
        return None
    # A difference below that precision is none.
    return 0.0 if -1.5 - witness.elapsed <= difference <= 0.5 else difference


def _rate(source: Source) -> str:
    reading = source.exchange.pace.reading
    documented = source.table.rate
    if reading is None or reading.remaining is None:
        return f"{documented.calls} in {documented.seconds:g} s documented"
    of = "" if reading.limit is None else f" of {reading.limit}"
    return f"{reading.remaining}{of} left"


@click.command()
@config_option
def check(config: Path | None) -> None:
    """Ask every source: reachable, credentials, clock, rate limit. Exit code 1 if one cannot be used."""
    with configured(located(config)) as settings:
        findings = asyncio.run(_all(settings))
    click.echo(Grid(headings=HEADINGS, rows=[finding.cells for finding in findings]).text())
    for finding in findings:
        if finding.error:
            click.echo(f"{finding.error.code}: {finding.error.message}", err=True)
    if not all(finding.is_good for finding in findings):
        raise click.exceptions.Exit(1)


async def _all(settings: Settings) -> Sequence[Finding]:
    clock = SystemClock()
    transport = HttpTransport()
    try:
        return await examine(settings, transport, clock)
    finally:
        await transport.close()
