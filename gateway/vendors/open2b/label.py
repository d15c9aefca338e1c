"""Open2b's labels, which are its tags: numbers from 1 to 64, private to the key, written by up to 1000 customers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

import msgspec

from gateway.call import Call
from gateway.change import BulkTags, BulkVerb
from gateway.errors import Unsupported
from gateway.transport import Request, Response
from gateway.vendors.open2b.answer import read_done
from gateway.vendors.open2b.row import Open2bCustomer
from gateway.write import Step, Tally

Open2bStep = Step[Open2bCustomer]

LABELLED: Final = 1000
"""Customers of one call at most."""
_LABELS: Final = range(1, 65)
"""Of the labels' own page; the conditions of customers go up to 32."""


def label_number(tag: str) -> int | None:
    """The label that a tag names; None where it is none."""
    number = int(tag) if tag.isascii() and tag.isdigit() and len(tag) <= 2 else 0
    return number if number in _LABELS and str(number) == tag else None


def numbers_of(tags: Iterable[str]) -> list[int]:
    """Labels by number; raises `Unsupported` for a tag that is no label."""
    found = [label_number(tag) for tag in tags]
    if None in found:
        raise Unsupported("Open2b's tags are labels, which have no names but their numbers from 1 to 64.")
    return sorted({number for number in found if number is not None})


def named(tags: Iterable[str], prefixes: tuple[str, ...]) -> list[int]:
    """The labels among these tags or beginning with a prefix: what is no label is on nobody."""
    return [number for number in _LABELS if str(number) in set(tags) or str(number).startswith(prefixes)]


def tags_add(tags: tuple[str, ...], row: Open2bCustomer) -> Sequence[Open2bStep]:
    """Labels beside those there are."""
    wanted = numbers_of(tags)
    former = row.labels
    added = [number for number in wanted if former is None or number not in former]
    if not added:
        return []
    return [
        _step(
            "add",
            wanted,
            back=None if former is None else ("remove", added),
            shows=lambda labels: labels >= set(wanted),
        )
    ]


def tags_remove(
    tags: tuple[str, ...], prefixes: tuple[str, ...], row: Open2bCustomer
) -> Sequence[Open2bStep]:
    """Labels by number; those that begin with a prefix of digits are few enough to be named."""
    former = row.labels
    gone = [number for number in named(tags, prefixes) if former is None or number in former]
    if not gone:
        return []
    return [
        _step(
            "remove",
            gone,
            back=None if former is None else ("add", gone),
            shows=lambda labels: labels.isdisjoint(gone),
        )
    ]


def replacing(tags: tuple[str, ...], row: Open2bCustomer | None) -> Open2bStep:
    """These labels and no others."""
    wanted = numbers_of(tags)
    former = None if row is None else row.labels
    return _step(
        "replace",
        wanted,
        back=None if former is None else ("replace", list(former)),
        shows=lambda labels: labels == set(wanted),
    )


def adding(tags: tuple[str, ...]) -> Open2bStep | None:
    """Those tags of a new customer that are labels; None where none is."""
    wanted = named(tags, ())
    return _step("add", wanted, back=None, shows=lambda labels: labels >= set(wanted)) if wanted else None


def _step(
    verb: str,
    labels: Sequence[int],
    *,
    back: tuple[str, Sequence[int]] | None,
    shows: Callable[[set[int]], bool],
) -> Open2bStep:
    return Step(
        fields=("tags",),
        write=lambda vendor_id: call(verb, [int(vendor_id)], labels),
        undo=None if back is None else lambda vendor_id, _: call(back[0], [int(vendor_id)], back[1]),
        holds=lambda now: now.labels is not None and shows(set(now.labels)),
    )


def call(verb: str, customers: Sequence[int], labels: Sequence[int]) -> Call[Tally]:
    """One write of labels; the answer counts nothing."""
    body = {"type": "Customer", "resources": customers, "ids": labels}
    request = Request(
        method="POST",
        path=f"/api/v13/commerce.labels.{verb}",
        body=msgspec.json.encode(body),
        is_repeatable=False,
    )
    return Call(request=request, read=_uncounted)


def _uncounted(response: Response) -> Tally:
    read_done(response)
    return Tally()


def bulk(tags: BulkTags, rows: Sequence[Open2bCustomer]) -> Sequence[Call[Tally]]:
    """A call for each thousand customers."""
    is_removal = tags.verb is BulkVerb.REMOVE
    labels = named(tags.tags, tags.prefixes) if is_removal else numbers_of(tags.tags)
    if is_removal and not labels:
        return []
    ids = list(dict.fromkeys(row.id for row in rows))
    return [call(tags.verb, ids[at : at + LABELLED], labels) for at in range(0, len(ids), LABELLED)]
