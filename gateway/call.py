"""A vendor call as a value: the request and how its answer is read. Nothing here does I/O."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Generic, TypeAlias, TypeVar

import msgspec

from gateway.customer import Json, Value
from gateway.errors import SourceError, VendorRejected
from gateway.transport import Request, Response

T = TypeVar("T")
R = TypeVar("R", bound=msgspec.Struct)


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Generic[T]):
    """A request with the reader of its answer: `read` raises msgspec's ValidationError where that is not as agreed.

    It raises `PermissionError` where the answer shows that what was sent was passed over for want of a permission.
    """

    request: Request
    read: Callable[[Response], T]
    empty: T | None = None
    """What the answer is where the vendor says "nothing there" in its own way (`Verdict.EMPTY`)."""
    scope: str | None = None
    """What the vendor calls the permission for it: named where the vendor says that the credentials lack it."""
    is_shared: bool = False
    """True for lists that hardly change (groups, tags): the answer may come from the source's short cache."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows(Generic[R]):
    """Rows of one answer in the vendor's order; `total` counts all that match, None where the vendor does not tell.

    `raws` are the same rows as they came, read only where a load asks for them.
    """

    rows: Sequence[R] = ()
    total: int | None = None
    raws: Sequence[Json] | None = None


class Named(Value, frozen=True, kw_only=True):
    """A tag or group as a vendor lists it."""

    vendor_id: str | None
    name: str | None


class Problem(Value, frozen=True, kw_only=True):
    """What an answer complains of: the error's class, the vendor's words, and its words by field."""

    error: type[SourceError] = VendorRejected
    message: str
    problems: tuple[tuple[str, str], ...] = ()
    retry_after: float | None = None


class Nothing(Value, frozen=True, kw_only=True):
    """The answer is an error by its status but means an empty list."""


Verdict: TypeAlias = Problem | Nothing | None
"""What a vendor's `explain` says of an answer; None leaves it to the common status table."""

Flow: TypeAlias = Generator[Sequence[Call[Any]], Sequence[Any], T]
"""Calls to make at once → their answers (a `SourceError` in the place of one that failed) → … → a result. No I/O."""


@cache
def _envelope(row: type[msgspec.Struct], key: str | None) -> msgspec.json.Decoder[Any]:
    rows: Any = list[row]  # type: ignore[valid-type]  # the row type is a value here
    if key is None:
        return msgspec.json.Decoder(rows)
    return msgspec.json.Decoder(msgspec.defstruct("Envelope", [("rows", rows)], rename={"rows": key}))


@cache
def _single(row: type[msgspec.Struct], key: str | None) -> msgspec.json.Decoder[Any]:
    if key is None:
        return msgspec.json.Decoder(row)
    return msgspec.json.Decoder(
        msgspec.defstruct("Envelope", [("row", row | None, None)], rename={"row": key})
    )


def read_rows(response: Response, row: type[R], *, key: str | None = None, raw: bool = False) -> Rows[R]:
    """A JSON array of rows, or the array under `key`."""
    decoded = _envelope(row, key).decode(response.body)
    rows = decoded if key is None else decoded.rows
    raws = None
    if raw:
        whole = msgspec.json.decode(response.body)
        raws = whole if key is None else whole[key]
    return Rows(rows=rows, raws=raws)


def read_row(response: Response, row: type[R], *, key: str | None = None, raw: bool = False) -> Rows[R]:
    """One JSON object, or the object under `key`; a null there is no row."""
    decoded = _single(row, key).decode(response.body)
    one = decoded if key is None else decoded.row
    if one is None:
        return Rows()
    raws = None
    if raw:
        whole = msgspec.json.decode(response.body)
        raws = [whole if key is None else whole[key]]
    return Rows(rows=[one], raws=raws)
