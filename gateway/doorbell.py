"""Where vendors' webhooks arrive: signatures are verified, and what they tell is left to the match index."""

from __future__ import annotations

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.adapter import Source
from gateway.index import MatchIndex, StoreFailed
from gateway.notice import Webhook
from gateway.planner.reader import Gateway

_LARGEST = 256 * 1024
"""Bytes of a body: the largest customer of a vendor's document has a hundredth of it."""

_journal = structlog.stdlib.get_logger("gateway.index")


class Doorbell:
    """Answers at once; what a notice leads to is done in the background, within the index's share of the rate."""

    def __init__(self, gateway: Gateway) -> None:
        self._index = gateway.index
        webhooks = {source.name: _webhook_of(source) for source in gateway.sources}
        self._webhooks = {name: webhook for name, webhook in webhooks.items() if webhook is not None}

    def routes(self) -> list[Route]:
        """`POST /webhooks/{source}`, where any source has a secret to verify by."""
        if self._index is None or not self._webhooks:
            return []
        return [Route("/webhooks/{source}", self._received, methods=["POST"])]

    async def _received(self, request: Request) -> Response:
        source = request.path_params["source"]
        webhook = self._webhooks.get(source)
        if webhook is None or self._index is None:
            return _told("There is no such webhook.", 404)
        body = await _body(request)
        if body is None:
            return _told("The body is too large.", 413)
        if not webhook.is_authentic(request.headers, body):
            _journal.warning("webhook refused", source=source)
            return _told("The signature does not hold.", 401)
        return await _heard(self._index, source, webhook, body)


async def _heard(index: MatchIndex, source: str, webhook: Webhook, body: bytes) -> Response:
    try:
        notice = webhook.read(body)
    except ValueError:
        return _told("The body cannot be read.", 400)
    if notice is None:
        return _told("Nothing that concerns this source.", 200)
    try:
        await index.heard(source, notice)
    except StoreFailed:
        # The vendor repeats it later.
        return _told("The index cannot be reached.", 503)
    return _told("Noted.", 200)


def _webhook_of(source: Source) -> Webhook | None:
    return None if source.spec.webhook is None else source.spec.webhook(source.settings)


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
