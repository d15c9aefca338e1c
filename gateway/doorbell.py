"""Where vendors' webhooks arrive: signatures are verified, and what they tell is left to the match index."""

from __future__ import annotations

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.adapter import Source
from gateway.index import MatchIndex, StoreFailed
from gateway.planner.reader import Gateway

_LARGEST = 256 * 1024
"""Bytes of a body: the largest customer of a vendor's document has a hundredth of it."""

_journal = structlog.stdlib.get_logger("gateway.index")


class Doorbell:
    """Answers at once; what a notice leads to is done in the background, within the index's share of the rate."""

    def __init__(self, gateway: Gateway) -> None:
        self._index = gateway.index
        self._sources = {source.name: source for source in gateway.sources if source.webhook is not None}

    def routes(self) -> list[Route]:
        """`POST /webhooks/{source}`, where any source has a secret to verify by."""
        if self._index is None or not self._sources:
            return []
        return [Route("/webhooks/{source}", self._received, methods=["POST"])]

    async def _received(self, request: Request) -> Response:
        source = self._sources.get(request.path_params["source"])
        if source is None or self._index is None:
            return _told("There is no such webhook.", 404)
        body = await _body(request)
        if body is None:
            return _told("The body is too large.", 413)
        return await self._heard(source, self._index, request, body)

    async def _heard(self, source: Source, index: MatchIndex, request: Request, body: bytes) -> Response:
        webhook = source.webhook
        if webhook is None or not webhook.is_authentic(request.headers, body):
            _journal.warning("webhook refused", source=source.name)
            return _told("The signature does not hold.", 401)
        try:
            notice = webhook.read(body)
        except ValueError:
            return _told("The body cannot be read.", 400)
        if notice is None:
            return _told("Nothing that concerns this source.", 200)
        try:
            await index.heard(source.name, notice)
        except StoreFailed:
            # The vendor repeats it later.
            return _told("The index cannot be reached.", 503)
        return _told("Noted.", 200)


async def _body(request: Request) -> bytes | None:
    """None where it is larger than any notice."""
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > _LARGEST:
                return None
    except ClientDisconnect:
        return b""
    return bytes(body)


def _told(message: str, status: int) -> Response:
    return JSONResponse({"message": message}, status_code=status)
