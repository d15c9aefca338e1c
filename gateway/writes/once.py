"""Writes under a key: begun by one request, finished without its caller, remembered with their outcomes."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Iterator
from typing import TypeVar

import msgspec
import structlog

from gateway.customer import Json
from gateway.errors import WriteRefused
from gateway.planner.reader import Gateway
from gateway.writes.keeper import Claim, Keeper, input_digest, key_digest
from gateway.writes.outcome import BulkReport, Complaint, Report
from gateway.writes.request import Manner

T = TypeVar("T", Report, BulkReport)

_TELLING = 3

_journal = structlog.stdlib.get_logger("gateway")


class Once:
    """Runs writes of one gateway."""

    def __init__(self, gateway: Gateway) -> None:
        self._running = gateway.running
        self._keeper = Keeper(gateway.ledger, gateway.clock, held=gateway.held)

    async def run(
        self, manner: Manner, content: bytes, work: Callable[[Claim | None], Awaitable[T]], nothing: T
    ) -> T:
        """The work's report, or the one that its key has already; `nothing` is an empty one.

        `content` is the input as a JSON array, what is to be written as its first two elements.
        Raises `WriteRefused` where the key is another input's, or its write is running. The work goes on to its end
        even where the caller has gone.
        """
        task = asyncio.ensure_future(self._kept(manner, content, work, nothing))
        self._running.add(task)
        task.add_done_callback(self._ended)
        return await asyncio.shield(task)

    def _ended(self, task: asyncio.Task[T]) -> None:
        """Its refusal is its caller's to hear, and nobody's where the caller has gone."""
        self._running.discard(task)
        if not task.cancelled():
            task.exception()

    async def _kept(
        self, manner: Manner, content: bytes, work: Callable[[Claim | None], Awaitable[T]], nothing: T
    ) -> T:
        if manner.key is None or manner.is_dry:
            return await work(None)
        claim = await self._keeper.claim(
            key_digest(manner.caller, manner.mutation, manner.key), input_digest(content, manner.key)
        )
        if not isinstance(claim, Claim):
            return claim.report if isinstance(claim.report, type(nothing)) else nothing
        claim.keep_up()
        try:
            report = await work(claim)
        except BaseException:
            await _let_go(claim)
            raise
        await _settle(claim, report, content)
        return report


async def _let_go(claim: Claim) -> None:
    """What was begun stays claimed: a repetition has to look what became of it."""
    await (claim.rest() if claim.has_begun else claim.release())


async def _settle(claim: Claim, report: T, content: bytes) -> None:
    """Outcomes of writes that were begun are kept; a write that sent nothing may be tried again with its key."""
    try:
        is_idle = not claim.has_begun and bool(report.complaints)
        await (claim.release() if is_idle else claim.settle(masked(report, content)))
    except WriteRefused as error:
        _journal.error("outcomes could not be kept", reason=error.message)


def masked(report: T, content: bytes) -> T:
    """The report with "…" for what was to be written, where a vendor's own words repeat it."""
    values = sorted(set(_texts(msgspec.json.decode(content)[:2])), key=len, reverse=True)
    if not values or not report.complaints:
        return report
    pattern = re.compile("|".join(map(re.escape, values)), re.IGNORECASE)
    outcomes = [
        one if one.error is None else msgspec.structs.replace(one, error=_without(one.error, pattern))
        for one in report.outcomes
    ]
    return msgspec.structs.replace(report, outcomes=tuple(outcomes))


def _without(complaint: Complaint, pattern: re.Pattern[str]) -> Complaint:
    """The gateway's own words before the vendor's (source and vendor) stay."""
    head, colon, words = complaint.message.partition(": ")
    return msgspec.structs.replace(complaint, message=f"{head}{colon}{pattern.sub('…', words)}")


def _texts(value: Json) -> Iterator[str]:
    """Every text of three letters or more in JSON; shorter ones tell nobody anything."""
    if isinstance(value, str):
        if len(value) >= _TELLING:
            yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)
