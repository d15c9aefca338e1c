"""A bounded load: a few connections that each send one request after the other, for some seconds."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from itertools import cycle

HEAD = (
    b"POST /graphql HTTP/1.1\r\nhost: 127.0.0.1\r\n"
    b"content-type: application/json\r\ncontent-length: %d\r\n\r\n"
)


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What a load met: how many answers, their bodies' bytes, the seconds each took."""

    answers: int = 0
    size: int = 0
    waits: list[float] = field(default_factory=list)
    seconds: float = 0.0

    def percentile(self, share: float) -> float:
        """Milliseconds within which that share of the answers came; 0 where there were none."""
        ordered = sorted(self.waits)
        return 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0


class Refused(Exception):
    """An answer that is no success: a benchmark of errors would be fast and worthless."""


async def run(port: int, bodies: list[bytes], *, connections: int, seconds: float) -> Outcome:
    """POST the bodies in turn to /graphql of this machine. Raises `Refused` at the first failure in an answer."""
    outcome = Outcome()
    turn = cycle(bodies)
    started = time.perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(connections):
            group.create_task(_repeat(port, turn, outcome, ends_at=started + seconds))
    outcome.seconds = time.perf_counter() - started
    return outcome


async def _repeat(port: int, turn: cycle[bytes], outcome: Outcome, *, ends_at: float) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=2**20)
    try:
        while (started := time.perf_counter()) < ends_at:
            body = await _ask(reader, writer, next(turn))
            outcome.answers += 1
            outcome.size += len(body)
            outcome.waits.append(time.perf_counter() - started)
    finally:
        writer.close()


async def _ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, body: bytes) -> bytes:
    writer.write(HEAD % len(body) + body)
    answer = (await reader.readuntil(b"\r\n\r\n")).lower()
    length = int(answer.partition(b"content-length:")[2].partition(b"\r\n")[0])
    content = await reader.readexactly(length)
    if b" 200 " not in answer.partition(b"\r\n")[0] or b'"errors":' in content:
        raise Refused(content[:500].decode(errors="replace"))
    return content
