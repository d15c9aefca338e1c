"""The controls of a running sandbox over HTTP, under ``/_sandbox``."""

from collections.abc import Mapping

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.sandbox.emulation import Emulation
from gateway.sandbox.fault import Fault
from gateway.sandbox.vendor import answer

Emulations = Mapping[str, Emulation]


def control(emulations: Emulations) -> Starlette:
    """The control application: overview, faults and calls.

    ``GET /_sandbox``, ``PUT|DELETE /_sandbox/faults/{vendor}`` (the body is one fault or a list of them,
    which replace the former), ``DELETE /_sandbox/faults``, ``GET|DELETE /_sandbox/calls``. A bad body is
    400 and names the field.
    """
    panel = _Panel(emulations)
    return Starlette(
        routes=[
            Route("/_sandbox", panel.overview, methods=["GET"]),
            Route("/_sandbox/faults", panel.end_all_faults, methods=["DELETE"]),
            Route("/_sandbox/faults/{vendor}", panel.set_faults, methods=["PUT"]),
            Route("/_sandbox/faults/{vendor}", panel.end_faults, methods=["DELETE"]),
            Route("/_sandbox/calls", panel.calls, methods=["GET"]),
            Route("/_sandbox/calls", panel.clear_calls, methods=["DELETE"]),
        ]
    )


class _Panel:
    """The control endpoints over the running emulations."""

    def __init__(self, emulations: Emulations) -> None:
        self._emulations = emulations

    async def overview(self, _request: Request) -> Response:
        """Vendors with counts, credentials and faults in force."""
        return answer(
            {"vendors": {name: _overview(emulation) for name, emulation in self._emulations.items()}}
        )

    async def set_faults(self, request: Request) -> Response:
        """Replace one vendor's faults."""
        emulation = self._emulations.get(request.path_params["vendor"])
        if emulation is None:
            return self._unknown_vendor(request)
        try:
            faults = msgspec.json.decode(await request.body(), type=Fault | list[Fault])
        except msgspec.DecodeError as error:
            return answer({"error": str(error)}, 400)
        emulation.faults.set((faults,) if isinstance(faults, Fault) else tuple(faults))
        return answer({"faults": emulation.faults.active})

    async def end_faults(self, request: Request) -> Response:
        """End one vendor's faults."""
        emulation = self._emulations.get(request.path_params["vendor"])
        if emulation is None:
            return self._unknown_vendor(request)
        emulation.faults.set(())
        return answer({"faults": []})

    async def end_all_faults(self, _request: Request) -> Response:
        """End every vendor's faults."""
        for emulation in self._emulations.values():
            emulation.faults.set(())
        return answer({"faults": []})

    async def calls(self, _request: Request) -> Response:
        """Counts and recent calls of every vendor."""
        return answer({"vendors": {name: _calls(emulation) for name, emulation in self._emulations.items()}})

    async def clear_calls(self, _request: Request) -> Response:
        """Forget the calls of every vendor."""
        for emulation in self._emulations.values():
            emulation.log.clear()
        return answer({})

    def _unknown_vendor(self, request: Request) -> Response:
        names = ", ".join(self._emulations)
        return answer({"error": f"vendor: {request.path_params['vendor']!r} is none of {names}"}, 400)


def _overview(emulation: Emulation) -> dict[str, object]:
    return {
        "path": f"/{emulation.vendor.name}",
        "customers": emulation.state.customers.count(),
        "credentials": emulation.vendor.credentials,
        "faults": emulation.faults.active,
    }


def _calls(emulation: Emulation) -> dict[str, object]:
    log = emulation.log
    return {
        "count": log.count,
        "in_flight": log.in_flight,
        "most_in_flight": log.most_in_flight,
        "counts": log.counts,
        "recent": list(log.recent),
    }
