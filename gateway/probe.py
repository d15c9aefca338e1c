"""What machines ask of the gateway beside GraphQL: does it live, is it ready, what has it counted."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from gateway.access import Door, KeySetUnavailable, Scope, Unauthenticated
from gateway.health import HealthState
from gateway.meter import CONTENT_TYPE, Meter
from gateway.planner.reader import Gateway


class Probe:
    """Answers without asking a vendor."""

    def __init__(self, gateway: Gateway, door: Door, meter: Meter) -> None:
        self._gateway = gateway
        self._door = door
        self._meter = meter

    def routes(self) -> list[Route]:
        """`/healthz`, `/readyz` and `/metrics`."""
        return [
            Route("/healthz", self._alive),
            Route("/readyz", self._ready),
            Route("/metrics", self._metrics),
        ]

    async def _alive(self, request: Request) -> Response:  # noqa: ARG002  # the same for everybody
        return JSONResponse({"status": "ok"})

    async def _ready(self, request: Request) -> Response:  # noqa: ARG002
        """503 while no request could be answered: no source is left, or no token could be checked."""
        states = {source.name: source.exchange.health.state for source in self._gateway.sources}
        waits: list[str] = []
        if all(state is HealthState.DOWN for state in states.values()):
            waits.append("sources")
        if not await self._can_read_tokens():
            waits.append("signing keys")
        told: dict[str, object] = {"status": "unavailable", "waits_for": waits} if waits else {"status": "ok"}
        # Strangers may ask this: which sources there are is for callers to know.
        if self._door.is_open:
            told["sources"] = states
        return JSONResponse(told, status_code=503 if waits else 200)

    async def _can_read_tokens(self) -> bool:
        if self._door.keys is None:
            return True
        try:
            await self._door.keys.key(None)
        except KeySetUnavailable:
            return False
        return True

    async def _metrics(self, request: Request) -> Response:
        """For callers that may see how answers come about, of every source."""
        try:
            caller = await self._door.caller(request.headers)
        except Unauthenticated as error:
            return Response(error.message, status_code=401, headers={"www-authenticate": "Bearer"})
        except KeySetUnavailable:
            return Response("The issuer's keys cannot be read now.", status_code=503)
        if Scope.EXPLAIN not in caller.scopes or caller.sources is not None:
            return Response(f"Metrics need the scope {Scope.EXPLAIN}, for all sources.", status_code=403)
        return Response(self._meter.text(), media_type=CONTENT_TYPE)
