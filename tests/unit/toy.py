"""A toy vendor behind a scripted wire, for the machinery that runs any vendor."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

import msgspec

from gateway.adapter import Source
from gateway.auth import AuthFlow, HeaderAuth
from gateway.call import Call, Nothing, Problem, Rows, Verdict, read_row, read_rows
from gateway.capabilities import Arguments, CapabilityTable, Paging, Rate
from gateway.customer import CustomerRecord, Field, Selection, Vendor
from gateway.errors import CustomerNotFound
from gateway.operation import Operation
from gateway.paging import PageNumber
from gateway.settings import SourceSettings
from gateway.spec import Connection, Origin, RateReading, VendorSpec
from gateway.transport import Request, Response, TransportFailed
from tests.contract.world import TurnedClock

NAMED = Selection(fields=frozenset({Field.NAME}))

Line: TypeAlias = Response | TransportFailed | Callable[[Request], Response]


class Wire:
    """Answers line by line, the last one again and again; `gate`, while it is closed, holds every answer back."""

    def __init__(self, *script: Line) -> None:
        self._script = list(script)
        self.sent: list[Request] = []
        self.urls: list[str] = []
        self.seconds: list[float] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.under_way = 0
        self.most_under_way = 0

    async def send(self, url: str, request: Request, *, seconds: float) -> Response:
        self.sent.append(request)
        self.urls.append(url)
        self.seconds.append(seconds)
        line = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            await self.gate.wait()
        finally:
            self.under_way -= 1
        if isinstance(line, TransportFailed):
            raise line
        return line if isinstance(line, Response) else line(request)

    async def close(self) -> None:
        """Nothing is open."""


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """The toy vendor's customer."""

    id: str
    name: str | None = None
    email: str | None = None


def _read(row: Row, origin: Origin) -> CustomerRecord:
    if row.name == "unreadable":
        raise ValueError("the name is unreadable")
    return CustomerRecord(
        source_name=origin.source_name,
        vendor_id=row.id,
        name=row.name,
        email=row.email,
        details=row,
        fetched_at=origin.fetched_at,
    )


def _explain(response: Response) -> Verdict:
    if response.status == 404:
        return Nothing() if response.body == b"nothing" else Problem(error=CustomerNotFound, message="gone")
    return None


def _rate(response: Response) -> RateReading | None:
    remaining, reset = response.headers.get("remaining"), response.headers.get("reset")
    if remaining is None or reset is None:
        return None
    return RateReading(limit=10, remaining=int(remaining), reset_after=float(reset))


def _rows(path: str, arguments: Arguments, selection: Selection) -> Call[Rows[Row]]:
    query = tuple((name, str(value)) for name, value in arguments.items())
    return Call(
        request=Request(path=path, query=query),
        read=lambda response: read_rows(response, Row, raw=selection.raw),
        empty=Rows(),
    )


def _by_id(vendor_id: str, selection: Selection) -> Call[Rows[Row]]:
    request = Request(path=f"/one/{vendor_id}")
    return Call(request=request, read=lambda response: read_row(response, Row, raw=selection.raw))


def by_ids(ids: Sequence[str], selection: Selection) -> Call[Rows[Row]]:
    """A batch of ids, for vendors that have one."""
    return _rows("/many", {"ids": ",".join(ids)}, selection)


def count() -> Call[int]:
    """Any plain reading call."""
    return Call(request=Request(path="/count"), read=lambda response: int(msgspec.json.decode(response.body)))


TABLE = CapabilityTable(
    fields={Field.NAME: ("name",), Field.EMAIL: ("email",)},
    listed=frozenset({Field.NAME, Field.EMAIL}),
    numeric_ids=True,
    page_size=3,
    batch_size=2,
    concurrency=4,
    rate=Rate(calls=10, seconds=1.0),
    paging=(Paging.PAGE_NUMBER,),
)


def toy(
    wire: Wire,
    *,
    clock: TurnedClock | None = None,
    cache_ttl: float = 0,
    auth: AuthFlow | None = None,
    timeout: float = 5.0,
    changes: Mapping[str, Any] | None = None,
) -> Source:
    """A source at the toy vendor; `changes` are other values for parts of its spec."""
    spec: VendorSpec[Row, SourceSettings] = VendorSpec(
        vendor=next(iter(Vendor)),
        settings=SourceSettings,
        connect=lambda settings: Connection(
            base_url=settings.base_url, auth=auth or HeaderAuth(("key", "secret-key"))
        ),
        table=TABLE,
        row=Row,
        row_id=lambda row: row.id,
        read=_read,
        explain=_explain,
        rate=_rate,
        by_id=_by_id,
        by_email=lambda email, selection: _rows("/search", {"email": email}, selection),
        page=lambda arguments, selection: _rows("/list", arguments, selection),
        pager=PageNumber(maximum=3),
        probe=count,
    )
    settings = SourceSettings(
        name="toy", vendor="toy", base_url="https://toy.example", timeout=timeout, rate_factor=0
    )
    return Source(
        settings,
        replace(spec, **changes) if changes else spec,
        priority=1,
        transport=wire,
        clock=clock or TurnedClock(),
        cache_ttl=cache_ttl,
    )


def operation(source: Source, *, calls: int = 100, deadline: float = 20.0) -> Operation:
    """A fresh budget and deadline by the source's clock."""
    monotonic = source.clock.monotonic
    return Operation(calls_left=calls, ends_at=monotonic() + deadline, monotonic=monotonic)


def ok(content: object = 1, **headers: str) -> Response:
    """A good answer."""
    return Response(status=200, headers=headers, body=msgspec.json.encode(content))


def status(code: int, body: bytes = b"", **headers: str) -> Response:
    """Any other answer; an underscore in a header's name stands for a hyphen."""
    return Response(
        status=code, headers={name.replace("_", "-"): value for name, value in headers.items()}, body=body
    )
