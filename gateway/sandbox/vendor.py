"""What one emulated vendor declares: one ``VENDOR`` value per vendor module, run by ``app``.

A vendor module (``storeden.py`` is the model) defines ``VENDOR = Vendor(...)`` and nothing else is asked of
it:

- Its *document* is the vendor-internal JSON object of one customer: everything the vendor would know,
  including what no endpoint shows (Storeden's tags). It must hold the key ``id`` (int or str, as the vendor
  has it).
- ``tables["customer"]`` is mandatory; further tables (groups, tags, tokens) are free. Documents of every
  table have an ``id``. A ``Table`` declares indexed columns, computed from a document; queries name those
  columns in SQL.
- Handlers are plain functions of one ``Incoming`` (the request with its body already read), found by
  ``routes(state)``; their paths are relative to ``/<vendor name>`` and written as Starlette's. They answer
  with ``answer(...)`` or raise ``Refused``. Each runs as one transaction, committed before its answer is
  sent.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import msgspec
from starlette.requests import Request
from starlette.responses import Response

from gateway.sandbox.limit import Clock, Limit, Verdict
from gateway.sandbox.option import Assumptions, SandboxOptions
from gateway.sandbox.population import Person, Presence
from gateway.sandbox.store import Collection, Document, Table
from gateway.sandbox.text import comparable

__all__ = ["Document", "Incoming", "Refused", "Route", "State", "Table", "Vendor", "answer"]


def answer(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON reply."""
    return Response(
        msgspec.json.encode(content), status, headers=dict(headers or {}), media_type="application/json"
    )


class Incoming(msgspec.Struct, frozen=True):
    """One request with its whole body."""

    request: Request
    body: bytes

    @property
    def query(self) -> Mapping[str, str]:
        """The query parameters; of a repeated one the last."""
        return self.request.query_params

    @property
    def path(self) -> Mapping[str, str]:
        """The path's parameters, as text."""
        return self.request.path_params

    def json(self) -> Any:  # noqa: ANN401 - raw JSON at the edge
        """The decoded body; raises msgspec.DecodeError where it is no JSON."""
        return msgspec.json.decode(self.body)


class Route(msgspec.Struct, frozen=True):
    """One endpoint of a vendor: a method, a path such as ``/v5/customers/{id}``, and what answers it."""

    method: str
    path: str
    handler: Callable[[Incoming], Response]


class Refused(Exception):
    """Ends a request with ``response``; anything written before it in the same request is rolled back."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What a vendor's handlers work on."""

    name: str
    options: SandboxOptions
    tables: Mapping[str, Collection]

    @property
    def customers(self) -> Collection:
        """The mandatory table."""
        return self.tables["customer"]

    @property
    def contrary(self) -> bool:
        """Whether assumed behaviour is to take the other reasonable reading."""
        return self.options.assumptions is Assumptions.CONTRARY

    def now(self) -> int:
        """Unix seconds by the sandbox's clock."""
        return int(self.options.clock().timestamp())

    def comparable(self, text: str) -> str:
        """Text as this vendor's text search compares it. The same is there in SQL as ``comparable(column)``."""
        return comparable(text, self.options.text_search)


def _no_headers(_state: State, _verdict: Verdict) -> Mapping[str, str]:
    return {}


def _side_nothing() -> Mapping[str, Sequence[Document]]:
    return {}


def _unchanged(_state: State, document: Document) -> Document:
    return document


@dataclass(frozen=True, slots=True, kw_only=True)
class Vendor:
    """One vendor's emulation.

    ``seed(person, presence, number)`` makes a document; ``number`` counts from 1 within the vendor, and
    must lead to ids that are unique and differ from the samples'. ``samples()`` are the vendor document's
    own customers, put in first and on top of ``size``. ``side()`` gives the documents that the other tables
    begin with. ``limit(clock)`` makes the rate limit, ``over_limit`` its refusal, ``limit_headers`` what
    every reply carries (called also for refusals; with rate limits switched off the verdict says that
    everything is free). ``authorize`` raises Refused. ``unknown`` answers a path or method that is not
    there. ``dump`` turns a document into the complete vendor document that tests compare with; ``load``
    does the reverse and fills in what is missing, the id too (``customers.next_id()``).
    """

    name: str
    tables: Mapping[str, Table]
    seed: Callable[[Person, Presence, int], Document]
    samples: Callable[[], Sequence[Document]]
    routes: Callable[[State], Sequence[Route]]
    authorize: Callable[[State, Request], None]
    limit: Callable[[Clock], Limit]
    over_limit: Callable[[State, Verdict], Response]
    unknown: Callable[[State, Request, int], Response]
    limit_headers: Callable[[State, Verdict], Mapping[str, str]] = _no_headers
    side: Callable[[], Mapping[str, Sequence[Document]]] = _side_nothing
    dump: Callable[[State, Document], Document] = _unchanged
    load: Callable[[State, Document], Document] = _unchanged
    credentials: Mapping[str, str] = field(default_factory=dict)
