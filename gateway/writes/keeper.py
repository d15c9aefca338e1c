"""Idempotency keys: who may begin a write, what is given again, and how one that was cut off is taken up."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable, Iterable
from hashlib import blake2b

import msgspec

from gateway.clock import Clock
from gateway.customer import Value
from gateway.errors import ErrorCode, GatewayError, WriteRefused
from gateway.ledger import Kept, Ledger
from gateway.writes.outcome import BulkReport, Report

KEPT_SECONDS = 86_400.0
"""How long outcomes are given again."""


class Member(Value, frozen=True, kw_only=True):
    """One record's part, as it stood when the write began; `known` are ids that an address had before a creation."""

    source_name: str
    vendor_id: str | None = None
    known: tuple[str, ...] = ()
    is_begun: bool = False


class Page(Value, frozen=True, kw_only=True):
    """What is kept of one write: a digest of its input, who runs it until when, and its outcomes once it has ended."""

    digest: str
    owner: str = ""
    held_until: float = 0.0
    members: tuple[Member, ...] = ()
    report: Report | BulkReport | None = None


_ENCODE = msgspec.json.Encoder().encode
_DECODER = msgspec.json.Decoder(Page)


def key_digest(caller: str, mutation: str, key: str) -> str:
    """What an entry is found by; the key itself is not kept."""
    digest = blake2b(digest_size=32)
    for part in (caller, mutation, key):
        digest.update(len(part.encode()).to_bytes(4) + part.encode())
    return digest.hexdigest()


def input_digest(content: bytes, key: str) -> str:
    """Tells one input from another, and without the key nothing of what is in it."""
    return blake2b(content, digest_size=32, key=key.encode()[:64]).hexdigest()


class Claim:
    """The right to carry out one write, kept up while it runs."""

    def __init__(self, keeper: Keeper, key: str, page: Page, revision: int) -> None:
        self._ledger = keeper.ledger
        self._clock = keeper.clock
        self._pause = keeper.pause
        self._held = keeper.held
        self._key = key
        self._revision = revision
        self._page = page
        self._turn = asyncio.Lock()
        self._pulse: asyncio.Task[None] | None = None
        self.former = page.members
        """Where the write was cut off before: the records that took part then."""

    @property
    def has_begun(self) -> bool:
        """Whether anything may have been sent, now or in an attempt that was cut off."""
        return any(member.is_begun for member in self._page.members)

    def joined(self, members: Iterable[Member]) -> None:
        """Note who takes part, before anything is sent."""
        self._page = msgspec.structs.replace(self._page, members=tuple(members))

    async def begin(self, source_name: str, vendor_id: str | None) -> None:
        """Write down that something is sent for the record; raises `WriteRefused` where another has taken over."""

        def begun(page: Page) -> Page:
            members = tuple(
                msgspec.structs.replace(one, is_begun=True)
                if (one.source_name, one.vendor_id) == (source_name, vendor_id)
                else one
                for one in page.members
            )
            return msgspec.structs.replace(page, members=members)

        await self._write(begun)

    async def settle(self, report: Report | BulkReport) -> None:
        """Keep the outcomes."""
        self._stop()
        await self._write(lambda page: msgspec.structs.replace(page, owner="", members=(), report=report))

    async def release(self) -> None:
        """Forget the key: nothing was sent."""
        self._stop()
        await self._ledger.drop(self._key, revision=self._revision)

    async def rest(self) -> None:
        """Show no more signs of life: somebody else may take the write up once it is no longer held."""
        self._stop()

    def keep_up(self) -> None:
        """Show signs of life from now on."""
        self._pulse = asyncio.ensure_future(self._beat())

    def _stop(self) -> None:
        if self._pulse is not None:
            self._pulse.cancel()

    async def _beat(self) -> None:
        while True:
            await self._pause(self._held / 3)
            try:
                await self._write(lambda page: page)
            except GatewayError:
                return

    async def _write(self, change: Callable[[Page], Page]) -> None:
        """One change after the other: sources begin at the same time, and none may undo another's mark."""
        async with self._turn:
            now = self._clock.now().timestamp()
            page = msgspec.structs.replace(change(self._page), held_until=now + self._held)
            kept = await self._ledger.swap(
                self._key, _ENCODE(page), now + KEPT_SECONDS, revision=self._revision
            )
            if not kept:
                raise WriteRefused(
                    "Another request with this idempotency key has taken over.", code=ErrorCode.CONFLICT
                )
            self._revision += 1
            self._page = page


class Keeper:
    """Decides about keys, by one ledger for all replicas.

    `held` seconds after its last sign of life a write may be taken up; `pause` waits between two such signs.
    """

    def __init__(
        self,
        ledger: Ledger,
        clock: Clock,
        *,
        held: float,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.held = held
        self.ledger = ledger
        self.clock = clock
        self.pause = pause

    async def claim(self, key: str, digest: str) -> Claim | Page:
        """The right to begin, or the page of a write that has ended.

        Raises `WriteRefused` with IDEMPOTENCY_MISMATCH for another input, CONFLICT while the first is running.
        """
        now = self.clock.now().timestamp()
        await self.ledger.sweep(now)
        page = Page(digest=digest, owner=secrets.token_hex(8), held_until=now + self.held)
        if await self.ledger.add(key, _ENCODE(page), now + KEPT_SECONDS):
            return Claim(self, key, page, 1)
        kept = await self.ledger.find(key)
        if kept is None:
            return await self.claim(key, digest)
        return await self._taken(key, kept, digest, now)

    async def _taken(self, key: str, kept: Kept, digest: str, now: float) -> Claim | Page:
        page = _DECODER.decode(kept.body)
        if page.digest != digest:
            raise WriteRefused(
                "This idempotency key was used with another input; use a new key for a new write.",
                code=ErrorCode.IDEMPOTENCY_MISMATCH,
            )
        if page.report is not None:
            return page
        if page.held_until > now:
            raise _running()
        mine = msgspec.structs.replace(page, owner=secrets.token_hex(8), held_until=now + self.held)
        if not await self.ledger.swap(key, _ENCODE(mine), now + KEPT_SECONDS, revision=kept.revision):
            raise _running()
        return Claim(self, key, mine, kept.revision + 1)


def _running() -> WriteRefused:
    return WriteRefused(
        "A write with this idempotency key is still running; ask again in a moment.", code=ErrorCode.CONFLICT
    )
