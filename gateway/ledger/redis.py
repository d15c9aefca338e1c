"""A ledger in Redis: entries expire by themselves, and a script makes each change one step."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import RedisError

from gateway.clock import Clock
from gateway.errors import ErrorCode, WriteRefused
from gateway.ledger.entry import Kept

_PREFIX = "gateway:write:"

_ADD = """
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('HSET', KEYS[1], 'body', ARGV[1], 'revision', 1, 'expires_at', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""
_SWAP = """
if redis.call('HGET', KEYS[1], 'revision') ~= ARGV[4] then return 0 end
redis.call('HSET', KEYS[1], 'body', ARGV[1], 'revision', ARGV[4] + 1, 'expires_at', ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1
"""
_DROP = """
if redis.call('HGET', KEYS[1], 'revision') == ARGV[1] then redis.call('DEL', KEYS[1]) end
return 1
"""


class RedisLedger:
    """See `Ledger`."""

    def __init__(self, url: str, clock: Clock) -> None:
        self._redis: Redis = Redis.from_url(url)
        self._clock = clock

    async def find(self, key: str) -> Kept | None:
        """See `Ledger.find`."""
        found: Sequence[bytes | None] = await self._asked(
            self._redis.hmget(_PREFIX + key, ["body", "revision", "expires_at"])
        )
        body, revision, expires_at = found
        if body is None or revision is None or expires_at is None:
            return None
        return Kept(body=body, revision=int(revision), expires_at=float(expires_at))

    async def add(self, key: str, body: bytes, expires_at: float) -> bool:
        """See `Ledger.add`."""
        return await self._ran(_ADD, key, body, expires_at, self._milliseconds(expires_at))

    async def swap(self, key: str, body: bytes, expires_at: float, *, revision: int) -> bool:
        """See `Ledger.swap`."""
        return await self._ran(_SWAP, key, body, expires_at, self._milliseconds(expires_at), revision)

    async def drop(self, key: str, *, revision: int) -> None:
        """See `Ledger.drop`."""
        await self._ran(_DROP, key, revision)

    async def sweep(self, now: float) -> None:
        """Redis does it."""

    async def close(self) -> None:
        """See `Ledger.close`."""
        await self._redis.aclose()

    def _milliseconds(self, expires_at: float) -> int:
        return max(1, round((expires_at - self._clock.now().timestamp()) * 1000))

    async def _ran(self, script: str, key: str, *arguments: bytes | float) -> bool:
        answer = await self._asked(self._redis.eval(script, 1, _PREFIX + key, *arguments))
        return bool(answer)

    async def _asked(self, question: Awaitable[Any] | Any) -> Any:  # noqa: ANN401  # the client's own types
        try:
            return await question
        except (RedisError, OSError) as error:
            raise WriteRefused(
                "The store of idempotency keys cannot be reached, so nothing was begun; try again, or without a key.",
                code=ErrorCode.SOURCE_UNAVAILABLE,
            ) from error
