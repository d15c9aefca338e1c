"""The sandbox: the vendors' emulations under one address, with their controls."""

from collections.abc import Mapping, Sequence
from itertools import islice
from types import TracebackType
from typing import Self

from starlette.types import ASGIApp, Receive, Scope, Send

from gateway.sandbox.control import control
from gateway.sandbox.emulation import Emulation
from gateway.sandbox.fault import Fault, Faults
from gateway.sandbox.limit import Limit
from gateway.sandbox.log import CallLog
from gateway.sandbox.option import SandboxOptions
from gateway.sandbox.population import people
from gateway.sandbox.roster import VENDORS
from gateway.sandbox.store import Document, Store
from gateway.sandbox.vendor import State

CHUNK = 2000
"""People seeded at a time."""


class Sandbox:
    """Running emulations, for one thread only; every method raises KeyError for a vendor that is not emulated.

    ``app`` is ASGI: each vendor under ``/<vendor name>``, the controls under ``/_sandbox``.
    """

    def __init__(self, options: SandboxOptions) -> None:
        self.options = options
        self._store = Store(options)
        self._emulations: Mapping[str, Emulation] = {
            vendor.name: Emulation(vendor, self._store, options) for vendor in VENDORS
        }
        self._seed()
        self.app: ASGIApp = _Front(self._emulations)

    @property
    def vendors(self) -> Sequence[str]:
        """The names of the emulated vendors."""
        return tuple(self._emulations)

    def dump(self, vendor: str) -> list[Document]:
        """All records as complete vendor documents, write-only fields included, in the order of their ids."""
        return self._emulations[vendor].dump()

    def load(self, vendor: str, documents: Sequence[Document]) -> None:
        """Replace a vendor's records by vendor documents, as ``dump`` gives them; gaps are filled."""
        self._emulations[vendor].load(documents)

    def fault(self, vendor: str, *faults: Fault) -> None:
        """Replace a vendor's faults by these; none at all ends them."""
        self._emulations[vendor].faults.set(faults)

    def faults(self, vendor: str) -> Faults:
        """The vendor's faults, to look at or add to."""
        return self._emulations[vendor].faults

    def calls(self, vendor: str) -> CallLog:
        """What the vendor was asked so far."""
        return self._emulations[vendor].log

    def state(self, vendor: str) -> State:
        """The vendor's tables and options, for tests that look behind the wire."""
        return self._emulations[vendor].state

    def limit(self, vendor: str) -> Limit:
        """The vendor's rate limit, to use up or clear."""
        return self._emulations[vendor].limit

    def restart(self) -> None:
        """Forget all faults, calls and rate limits; the records stay."""
        for emulation in self._emulations.values():
            emulation.restart()

    def close(self) -> None:
        """Close the store; the sandbox answers nothing afterwards."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _seed(self) -> None:
        """Seed the vendors that the file does not have, all in one walk through the people."""
        missing = [one for name, one in self._emulations.items() if not self._store.has(name)]
        with self._store.seeding([one.vendor.name for one in missing]):
            for emulation in missing:
                emulation.found()
            crowd = people(self.options.seed, self.options.size) if missing else iter(())
            while some := tuple(islice(crowd, CHUNK)):
                for emulation in missing:
                    emulation.settle(some)
            for emulation in missing:
                emulation.finish()


class _Front:
    """The ASGI application: finds the emulation of a path, and gives everything else to the controls."""

    def __init__(self, emulations: Mapping[str, Emulation]) -> None:
        self._emulations = emulations
        self._control = control(emulations)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._control(scope, receive, send)
            return
        name = str(scope["path"]).split("/", 2)[1]
        emulation = self._emulations.get(name)
        if emulation is None:
            await self._control(scope, receive, send)
            return
        transport = getattr(
            getattr(send, "__self__", None), "transport", None
        )  # uvicorn's, to drop connections
        inner = {**scope, "root_path": f"{scope.get('root_path', '')}/{name}", "sandbox.transport": transport}
        await emulation(inner, receive, send)


def create_app(options: SandboxOptions | None = None) -> Sandbox:
    """A sandbox; seeds a new file, and raises StoreMismatch for one seeded otherwise."""
    return Sandbox(options or SandboxOptions())
