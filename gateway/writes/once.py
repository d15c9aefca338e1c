"""Writes under a key: begun by one request, finished without its caller, remembered with their outcomes."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from gateway.errors import WriteRefused
from gateway.planner.reader import Gateway
from gateway.writes.keeper import Claim, Keeper, input_digest, key_digest
from gateway.writes.outcome import BulkReport, Report
from gateway.writes.request import Manner

T = TypeVar("T", Report, BulkReport)

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

        Raises `WriteRefused` where the key is another input's, or its write is running. The work goes on to its end
        even where the caller has gone.
        """
        task = asyncio.ensure_future(self._kept(manner, content, work, nothing))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return await asyncio.shield(task)

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
        await _settle(claim, report)
        return report


async def _let_go(claim: Claim) -> None:
    """What was begun stays claimed: a repetition has to look what became of it."""
    await (claim.rest() if claim.has_begun else claim.release())


async def _settle(claim: Claim, report: Report | BulkReport) -> None:
    """Outcomes of writes that were begun are kept; a write that sent nothing may be tried again with its key."""
    try:
        is_idle = not claim.has_begun and bool(report.complaints)
        await (claim.release() if is_idle else claim.settle(report))
    except WriteRefused as error:
        _journal.error("outcomes could not be kept", reason=error.message)
