"""The two orders of entries as SQL: where a span begins, and what comes next."""

from __future__ import annotations

from gateway.index.clause import Clause, clause
from gateway.index.entry import encode_id, micros
from gateway.index.store import Span

CHANGED = "coalesce(updated, created)"
"""Where an entry stands in the order of updates; an index has just this expression."""


def spanned(span: Span, *, is_null: bool, numeric: bool) -> Clause:
    """The span's entries with a value, or those without, and their order; "" where it begins behind all of them."""
    edge = span.edge
    if edge is not None and (edge.value is None) is not is_null and is_null is span.is_backward:
        return "", ()
    column = CHANGED if span.by_update else "created"
    where, values = clause(span.condition)
    begins, told = _begins(span, column, numeric=numeric) if _is_within(span, is_null=is_null) else ("", ())
    way, ids = ("ASC" if span.is_rising else "DESC"), ("DESC" if span.is_backward else "ASC")
    by_value = "" if is_null else f"{column} {way}, "
    text = f"{column} IS {'NULL' if is_null else 'NOT NULL'} AND {where}{begins} ORDER BY {by_value}id {ids}"
    return text, (*values, *told)


def _is_within(span: Span, *, is_null: bool) -> bool:
    return span.edge is not None and (span.edge.value is None) is is_null


def _begins(span: Span, column: str, *, numeric: bool) -> Clause:
    """What is behind the edge, as a further condition."""
    edge, value = span.edge, micros(span.edge.value if span.edge else None)
    after, beyond = ("<" if span.is_backward else ">"), (">" if span.is_rising else "<")
    if edge is None or edge.is_before:
        return ("", ()) if value is None else (f" AND {column} {beyond}= ?", (value,))
    if edge.vendor_id is None:
        return (" AND 1 = 0", ()) if value is None else (f" AND {column} {beyond} ?", (value,))
    key = encode_id(edge.vendor_id, numeric=numeric)
    if value is None:
        return f" AND id {after} ?", (key,)
    # The first part lets the database find the place, the second divides those of equal value.
    return f" AND {column} {beyond}= ? AND ({column} {beyond} ? OR id {after} ?)", (value, value, key)
