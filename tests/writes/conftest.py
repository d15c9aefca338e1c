"""The API's writes over the emulated vendors in one process, with faults that break connections as real ones do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from typing import Any

import httpx
import msgspec
import pytest
from starlette.requests import Request as HttpRequest
from starlette.responses import HTMLResponse
from starlette.responses import Response as HttpResponse

from gateway.clock import Clock
from gateway.ledger import Ledger, MemoryLedger
from gateway.planner.reader import Gateway
from gateway.sandbox import Sandbox, SandboxOptions, create_app
from gateway.sandbox.source import sources
from gateway.server import build_gateway, source_types
from gateway.settings import Settings
from gateway.transport import HttpTransport, Request, Response, TransportFailed
from resolvers import identifier
from resolvers.view import GraphQLEndpoint
from tests.support.world import InProcess, QuickClock

NAMES = {
    "storeden": "negozio",
    "tiendanube": "loja",
    "spiffy": "shop",
    "open2b": "bottega",
    "foodics": "matbakh",
}
"""Vendor → the name of its source."""
PERSON = "isil.celik11@post.example"
"""A customer of all five."""

ERRORS = "userErrors { code message path sourceName }"
OUTCOMES = (
    "outcomes { source { name } status ignoredFields record { vendorId } "
    "error { code message path sourceName } }"
)
PAYLOAD = f"{{ customer {{ id name email version records {{ sourceName vendorId }} }} {OUTCOMES} {ERRORS} }}"
INPUTS = {
    "customerTagsAdd": "CustomerTags",
    "customerTagsRemove": "CustomerTags",
    "customerTagsReplace": "CustomerTags",
    "customersTagsAdd": "CustomersTags",
    "customersTagsRemove": "CustomersTags",
    "customersTagsReplace": "CustomersTags",
    "customerMarketingConsentUpdate": "CustomerMarketingConsent",
    "customerCustomFieldsSet": "CustomerCustomFields",
}
"""Mutation → its input's name, where that is not its own."""

Dump = dict[str, dict[str, Any]]


class Written(msgspec.Struct, frozen=True):
    """A mutation's payload."""

    payload: dict[str, Any]

    @property
    def statuses(self) -> dict[str, str]:
        return {one["source"]["name"]: one["status"] for one in self.payload["outcomes"]}

    @property
    def ignored(self) -> dict[str, list[str]]:
        return {one["source"]["name"]: one["ignoredFields"] for one in self.payload["outcomes"]}

    @property
    def codes(self) -> list[str]:
        return [error["code"] for error in self.payload["userErrors"]]

    def error(self, name: str) -> dict[str, Any]:
        return next(dict(one["error"]) for one in self.payload["outcomes"] if one["source"]["name"] == name)


class Cut(msgspec.Struct, frozen=True, kw_only=True):
    """Where an answer is lost: at the write of that number (from 0) to a vendor, before it is carried out or after.

    `is_late` where nobody hears anything for too long, else the connection breaks.
    """

    vendor: str
    at: int = 0
    is_carried_out: bool
    is_late: bool = False


class Wire(HttpTransport):
    """Reaches the sandbox in this process, counts writes, and loses answers as it is told; nobody waits for that."""

    def __init__(self, sandbox: Sandbox) -> None:
        super().__init__(InProcess(app=sandbox.app))
        self.cuts: list[Cut] = []
        self.writes: dict[str, list[tuple[str, str, bytes]]] = {vendor: [] for vendor in NAMES}
        self.has_written = asyncio.Event()
        self.halt: asyncio.Event | None = None
        """Set where a carried out write is never to be answered: as in a gateway that is killed then."""

    async def send(self, url: str, request: Request, *, seconds: float) -> Response:
        vendor = url.removeprefix("http://sandbox/").split("/")[0]
        if request.is_repeatable:
            return await super().send(url, request, seconds=seconds)
        self.writes[vendor].append((request.method, request.path, request.body))
        self.has_written.set()
        cut = self._cut(vendor)
        if cut is not None and not cut.is_carried_out:
            raise TransportFailed("lost", was_sent=True, is_timeout=cut.is_late)
        answer = await super().send(url, request, seconds=seconds)
        if cut is not None:
            if self.halt is not None:
                self.halt.set()
                await asyncio.Event().wait()
            raise TransportFailed("lost", was_sent=True, is_timeout=cut.is_late)
        return answer

    def _cut(self, vendor: str) -> Cut | None:
        number = len(self.writes[vendor]) - 1
        return next((cut for cut in self.cuts if (cut.vendor, cut.at) == (vendor, number)), None)

    def twice(self) -> list[tuple[str, str, bytes]]:
        """Writes that were sent more than once, word for word."""
        every = [write for writes in self.writes.values() for write in writes]
        return [write for write in set(every) if every.count(write) > 1]


class Shop:
    """One gateway before one sandbox, spoken to in GraphQL."""

    def __init__(
        self,
        sandbox: Sandbox,
        *,
        ledger: Ledger,
        tiendanube: str = "v1",
        clock: Clock | None = None,
        keys: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        """`keys` are those of a source that are other than usual, by its vendor."""
        self.sandbox = sandbox
        self.wire = Wire(sandbox)
        types = source_types()
        tables: list[dict[str, Any]] = [dict(table) for table in sources("http://sandbox")]
        for table in tables:
            table |= {"rate_factor": 0, **(keys or {}).get(str(table["vendor"]), {})}
            table["base_url"] = str(table["base_url"]).replace("tiendanube/v1", f"tiendanube/{tiendanube}")
        settings = Settings.model_validate(
            {
                "sources": tuple(types[str(table["vendor"])].model_validate(table) for table in tables),
                "cache": {"ttl": 5},
                "server": {"cursor_secret": "a secret for tests alone"},
                "writes": {"idempotency": "memory"},
            }
        )
        built = build_gateway(settings, transport=self.wire, clock=clock or QuickClock())
        self.gateway: Gateway = _with_ledger(built, ledger)
        self.client = httpx.AsyncClient(
            transport=httpx.ASGITransport(GraphQLEndpoint(self.gateway, page=_page)),
            base_url="http://gateway",
        )

    async def ask(self, query: str, **variables: Any) -> Any:
        answer = await self.client.post("/graphql", json={"query": query, "variables": variables})
        body = answer.json()
        assert "data" in body, body
        return body

    async def write(self, name: str, payload: str = PAYLOAD, **given: Any) -> Written:
        """One mutation with its input."""
        kind = INPUTS.get(name, name[0].upper() + name[1:]) + "Input"
        body = await self.ask(f"mutation($i: {kind}!) {{ {name}(input: $i) {payload} }}", i=given)
        return Written(body["data"][name])

    def dump(self, vendor: str) -> Dump:
        return {str(document["id"]): document for document in self.sandbox.dump(vendor)}

    def dumps(self) -> dict[str, Dump]:
        return {vendor: self.dump(vendor) for vendor in NAMES}

    def changes(self, before: Mapping[str, Dump]) -> dict[tuple[str, str], dict[str, tuple[Any, Any]]]:
        """(vendor, id) → field → (before, after), of everything that is not as it was."""
        found: dict[tuple[str, str], dict[str, tuple[Any, Any]]] = {}
        for vendor, old in before.items():
            new = self.dump(vendor)
            for key in old.keys() | new.keys():
                one, other = old.get(key, {}), new.get(key, {})
                fields = {name: (one.get(name), other.get(name)) for name in one.keys() | other.keys()}
                changed = {name: pair for name, pair in fields.items() if pair[0] != pair[1]}
                if changed:
                    found[vendor, key] = changed
        return found

    def sent(self, vendor: str) -> list[tuple[str, str]]:
        """Method and path of every write that the vendor received."""
        calls = self.sandbox.calls(vendor).recent
        return [(call.method, call.path) for call in calls if call.method != "GET"]

    async def close(self) -> None:
        await self.client.aclose()
        await self.gateway.close()


def _page(_: HttpRequest) -> HttpResponse:
    return HTMLResponse("")


def _with_ledger(gateway: Gateway, ledger: Ledger) -> Gateway:
    return replace(gateway, ledger=ledger)


def customer_id(vendor: str, vendor_id: str) -> str:
    return identifier.encode(identifier.CUSTOMER, NAMES[vendor], vendor_id)


def record_id(vendor: str, vendor_id: str) -> str:
    return identifier.encode(identifier.RECORD, NAMES[vendor], vendor_id)


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with create_app(SandboxOptions(size=12, rate_limits=False)) as sandbox:
        yield sandbox


@pytest.fixture
async def shop(sandbox: Sandbox) -> AsyncIterator[Shop]:
    shop = Shop(sandbox, ledger=MemoryLedger())
    yield shop
    await shop.close()
