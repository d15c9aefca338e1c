"""The public keys that tokens are signed with: from a file or an address, read again when the issuer changes them."""

from __future__ import annotations

import asyncio
from pathlib import Path

import jwt
import structlog

from gateway.clock import Clock
from gateway.transport import Request, Transport, TransportFailed

LIFETIME = 300.0
"""Seconds that keys are used before they are read again."""
PAUSE = 10.0
"""Seconds between two readings, however many tokens name a key that is not there."""
_PATIENCE = 5.0

_journal = structlog.stdlib.get_logger("gateway")


class KeySetUnavailable(Exception):
    """The keys cannot be read now, and none are known from before."""


class KeySet:
    """A JWKS. Keys that were read once go on serving while their source cannot be reached."""

    def __init__(self, place: str, *, transport: Transport, clock: Clock) -> None:
        self._place = place
        self._transport = transport
        self._clock = clock
        self._keys: dict[str | None, jwt.PyJWK] = {}
        self._read_at: float | None = None
        self._reading = asyncio.Lock()

    async def key(self, key_id: str | None) -> jwt.PyJWK | None:
        """The key of that id; without an id the only one. None where the issuer has no such key.

        Raises `KeySetUnavailable`.
        """
        if self._is_older_than(LIFETIME) or (self._found(key_id) is None and self._is_older_than(PAUSE)):
            await self._refresh()
        if not self._keys:
            raise KeySetUnavailable
        return self._found(key_id)

    def _found(self, key_id: str | None) -> jwt.PyJWK | None:
        if key_id is None and len(self._keys) == 1:
            return next(iter(self._keys.values()))
        return self._keys.get(key_id)

    def _is_older_than(self, seconds: float) -> bool:
        return self._read_at is None or self._clock.monotonic() - self._read_at >= seconds

    async def _refresh(self) -> None:
        before = self._read_at
        async with self._reading:
            if self._read_at != before:  # somebody else has just read them
                return
            try:
                keys = jwt.PyJWKSet.from_json((await self._text()).decode()).keys
            except (TransportFailed, OSError, ValueError, AttributeError, jwt.PyJWTError) as error:
                _journal.warning("signing keys cannot be read", reason=type(error).__name__)
            else:
                # A key for encrypting proves nothing about who signed.
                self._keys = {key.key_id: key for key in keys if key.public_key_use != "enc"}
            self._read_at = self._clock.monotonic()

    async def _text(self) -> bytes:
        if not self._place.startswith(("http://", "https://")):
            return await asyncio.to_thread(Path(self._place).read_bytes)
        request = Request(path="", headers=(("accept", "application/json"),))
        answer = await self._transport.send(self._place, request, seconds=_PATIENCE)
        if answer.status != 200:
            raise TransportFailed(f"status {answer.status}", was_sent=True)
        return answer.body
