"""Substring search over a few texts of a record, quick for e-mail addresses even among 200,000 records.

A table takes ``COLUMNS``, fills them with ``values`` and indexes them with ``INDEXES``. Text with an "@" is
found by the reversed local part of the record's e-mail, which an index knows; other text is a scan of a narrow index.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from gateway.sandbox.option import TextSearch
from gateway.sandbox.store import Collection, Document, Value
from gateway.sandbox.text import comparable, folded, lowered

COLUMNS: Mapping[str, str] = {
    "text_lowered": "TEXT", "text_folded": "TEXT", "mail_lowered": "TEXT", "mail_folded": "TEXT"
}  # fmt: skip
INDEXES: Sequence[str] = ("mail_lowered", "mail_folded")

_SEPARATOR = "\x1f"
_SEVERAL = _SEPARATOR
"""Stands for a record with more than one "@", which has to be looked at."""
_LAST = "\U0010ffff"

Condition = tuple[str, list[Value]]
"""SQL over a table's columns, and its values."""


def values(texts: Iterable[str | None]) -> tuple[str, str, str | None, str | None]:
    """What ``COLUMNS`` hold for a record with these texts; both foldings, as a file outlives its options."""
    forms = [_forms(text) for text in texts if text]
    low, plain = (_SEPARATOR.join(each) for each in zip(*forms, strict=True)) if forms else ("", "")
    return low, plain, _mail(low), _mail(plain)


def contains(customers: Collection, search: TextSearch, text: str) -> Condition:
    """True where one of the record's texts contains ``text``, compared as ``search`` says."""
    form, word = _form(search), comparable(text, search)
    found: Condition = (f"instr(text_{form}, ?) > 0", [word])
    local, sign, _ = word.partition("@")
    if not sign or not local:
        return found
    column, prefix = f"mail_{form}", local[::-1]
    ids = (
        f"SELECT id FROM {customers.name} WHERE {column} >= ? AND {column} < ?"
        f" UNION ALL SELECT id FROM {customers.name} WHERE {column} = ?"
    )
    return f"id IN ({ids}) AND {found[0]}", [prefix, prefix + _LAST, _SEVERAL, word]


def _form(search: TextSearch) -> str:
    """The ending of the columns that hold text as ``search`` compares it."""
    return "folded" if search is TextSearch.FOLDING else "lowered"


def number(text: str | None, default: int = 0) -> int:
    """A positive number of a path or a query, the default for anything else; 15 digits are more than any id has."""
    return int(text) if text and text.isdecimal() and len(text) <= 15 and int(text) > 0 else default


def page(
    customers: Collection, condition: Condition, *, order: str = "id", limit: int = -1, offset: int = 0
) -> list[Document]:
    """Matching documents; skips by the indexes alone, which is quick where ``select`` would read every document."""
    where, values = condition
    ids = f"SELECT id FROM {customers.name} WHERE {where} ORDER BY {order} LIMIT {limit:d} OFFSET {offset:d}"
    return customers.select(f"id IN ({ids})", values, order=order)


@lru_cache(maxsize=8192)
def _forms(text: str) -> tuple[str, str]:
    """Both foldings; names and places come again and again in a population."""
    return lowered(text), folded(text)


def _mail(text: str) -> str | None:
    """The local part of the only e-mail, reversed; None without any "@"."""
    local, sign, rest = text.partition("@")
    if not sign:
        return None
    return _SEVERAL if "@" in rest else local[local.rfind(_SEPARATOR) + 1 :][::-1]
