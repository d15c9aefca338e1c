"""How Storeden's rows get what their endpoint lacks: details by id, list rows by windows of creation time."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from statistics import median_low
from typing import Final, TypeAlias

from gateway.call import Call, Flow, Rows
from gateway.customer import Field, Selection
from gateway.errors import CustomerNotFound, SourceError
from gateway.vendors.storeden.call import by_id, page
from gateway.vendors.storeden.row import StoredenCustomer
from gateway.vendors.storeden.table import DETAIL_ONLY, FIRST_SECOND, LAST_SECOND, LIST_ONLY, between

Span: TypeAlias = tuple[int, int]
"""Unix seconds, both ends included."""

_MINUTE: Final = 60
_DAY: Final = 86_400
REACHES: Final[tuple[int | None, ...]] = (15 * _MINUTE, _DAY, 30 * _DAY, 365 * _DAY, None)
"""Seconds around the time in an id, tried in turn; None is all of time."""
_PLAUSIBLE: Final = 946_684_800
"""The year 2000: an id that tells an earlier time tells none."""
_MIDDLE: Final = 1_577_836_800
"""Where all of time is cut in two where no id tells a time: the year 2020."""
_OBJECT_ID: Final = re.compile(r"[0-9a-f]{24}", re.IGNORECASE)


def complete(rows: Sequence[StoredenCustomer], selection: Selection) -> Flow[Sequence[StoredenCustomer]]:
    """The same rows with the selected fields, as far as Storeden has them; raises a call's `SourceError`."""
    if _wants(selection, DETAIL_ONLY):
        rows = yield from _with_details(rows)
    if _wants(selection, LIST_ONLY):
        rows = yield from _with_list_rows(rows, selection)
    return rows


def _wants(selection: Selection, fields: frozenset[Field]) -> bool:
    """The raw answer alone is that of one endpoint: nothing can be added to it."""
    return selection.details or not selection.fields.isdisjoint(fields)


def _with_details(rows: Sequence[StoredenCustomer]) -> Flow[Sequence[StoredenCustomer]]:
    missing = dict.fromkeys(row.id for row in rows if not row.is_detailed)
    if not missing:
        return rows
    answers = yield [by_id(vendor_id, Selection()) for vendor_id in missing]
    found = {row.id: row for row in _received(answers)}
    return [row.joined(found.get(row.id)) for row in rows]


def _with_list_rows(
    rows: Sequence[StoredenCustomer], selection: Selection
) -> Flow[Sequence[StoredenCustomer]]:
    missing = {row.id for row in rows if not row.is_listed}
    wanted = Selection(fields=selection.fields, details=selection.details)
    found: dict[str, StoredenCustomer] = {}
    for reach in REACHES:
        spans = windows(sorted(missing - found.keys()), reach)
        if spans:
            answers = yield [_window(span, wanted) for span in spans]
            found |= {row.id: row for row in _received(answers) if row.id in missing}
    return [row.joined(found.get(row.id)) for row in rows]


def _window(span: Span, selection: Selection) -> Call[Rows[StoredenCustomer]]:
    return page(between("created_at", *span), selection)


def _received(answers: Iterable[Rows[StoredenCustomer] | SourceError]) -> Iterable[StoredenCustomer]:
    """A customer that is gone by now stays as it was read."""
    for answer in answers:
        if isinstance(answer, CustomerNotFound):
            continue
        if isinstance(answer, SourceError):
            raise answer
        yield from answer.rows


def windows(ids: Sequence[str], reach: int | None) -> list[Span]:
    """Where to look for the ids: spans around the times in them, as one where a day of rows is cheaper than a call."""
    times = sorted(time for vendor_id in ids if (time := time_in(vendor_id)) is not None)
    if reach is None:
        return _everything(times) if ids else []
    spans: list[Span] = []
    for time in times:
        if spans and time - reach <= spans[-1][1] + max(2 * reach, _DAY):
            spans[-1] = (spans[-1][0], time + reach)
        else:
            spans.append((time - reach, time + reach))
    return spans


def _everything(times: Sequence[int]) -> list[Span]:
    """In two calls, since one answer may be too large for a big store."""
    middle = median_low(times) if times else _MIDDLE
    return [(FIRST_SECOND, middle), (middle + 1, LAST_SECOND)]


def time_in(vendor_id: str) -> int | None:
    """The first four bytes of a Mongo ObjectId: unix seconds near the creation (assumed); None in other ids."""
    if not _OBJECT_ID.fullmatch(vendor_id):
        return None
    time = int(vendor_id[:8], 16)
    return time if _PLAUSIBLE <= time < LAST_SECOND else None
