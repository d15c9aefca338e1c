"""Rows by vendor id: in the vendor's batches where it has them, one by one where it has not or leaves some out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeAlias

from gateway.call import Call, Rows
from gateway.customer import Selection
from gateway.errors import CustomerNotFound, SourceError, VendorRejected
from gateway.operation import CallKind
from gateway.spec import AnySpec

AskAll: TypeAlias = Callable[[Iterable[Call[Any]], CallKind], Awaitable[list[Any]]]
"""Makes calls at once → their answers in order, a `SourceError` in the place of one that failed."""
Retrieved: TypeAlias = tuple[list[Rows[Any]], dict[str, SourceError]]
"""What came, and the ids of which it is not known whether there is anything; an id in neither is no customer's."""

_LONGEST_NUMBER = 19
"""Digits; a longer number fits no vendor's 64 bits."""
_LONGEST_ID = 128


def may_be_id(vendor_id: str, *, is_number: bool) -> bool:
    """An id that is no number cannot be one of a vendor that numbers its customers."""
    if is_number:
        return vendor_id.isascii() and vendor_id.isdigit() and len(vendor_id) < _LONGEST_NUMBER
    return 0 < len(vendor_id) <= _LONGEST_ID and vendor_id.isprintable()


class Retrieval:
    """The calls for some ids of one vendor."""

    def __init__(self, spec: AnySpec, ask_all: AskAll) -> None:
        self._spec = spec
        self._ask_all = ask_all

    async def rows(self, ids: Sequence[str], selection: Selection) -> Retrieved:
        """The rows of the ids, each of which is asked for once."""
        answers, failures = await self._batches(ids, selection)
        if self._spec.by_ids is None or not self._spec.distrusts_by_ids:
            return answers, failures
        # A vendor that refuses the list of ids may still know each of them.
        failures = {key: error for key, error in failures.items() if not isinstance(error, VendorRejected)}
        got = {self._spec.row_id(row) for rows in answers for row in rows.rows}
        missing = [vendor_id for vendor_id in ids if vendor_id not in got and vendor_id not in failures]
        singles, more = await self._singles(missing, selection)
        return [*self._only(answers, set(ids)), *singles], {**failures, **more}

    async def _batches(self, ids: Sequence[str], selection: Selection) -> Retrieved:
        if self._spec.by_ids is None or len(ids) == 1:
            return await self._singles(ids, selection)
        size = self._spec.table.batch_size
        chunks = [ids[start : start + size] for start in range(0, len(ids), size)]
        calls = [self._spec.by_ids(chunk, selection) for chunk in chunks]
        return _sorted_out(chunks, await self._ask_all(calls, CallKind.BY_IDS))

    async def _singles(self, ids: Sequence[str], selection: Selection) -> Retrieved:
        calls = [self._spec.by_id(vendor_id, selection) for vendor_id in ids]
        return _sorted_out([[vendor_id] for vendor_id in ids], await self._ask_all(calls, CallKind.BY_ID))

    def _only(self, answers: Iterable[Rows[Any]], ids: set[str]) -> list[Rows[Any]]:
        """The rows that were asked for: a vendor that ignores the ids answers with others."""
        kept = []
        for answer in answers:
            places = [place for place, row in enumerate(answer.rows) if self._spec.row_id(row) in ids]
            raws = None if answer.raws is None else [answer.raws[place] for place in places]
            kept.append(Rows(rows=[answer.rows[place] for place in places], raws=raws))
        return kept


def _sorted_out(chunks: Sequence[Sequence[str]], answers: Sequence[Rows[Any] | SourceError]) -> Retrieved:
    """Answers and failures apart; an id that the vendor does not know is neither."""
    rows: list[Rows[Any]] = []
    failures: dict[str, SourceError] = {}
    for chunk, answer in zip(chunks, answers, strict=True):
        if not isinstance(answer, SourceError):
            rows.append(answer)
        elif not isinstance(answer, CustomerNotFound):
            failures.update(dict.fromkeys(chunk, answer))
    return rows, failures
