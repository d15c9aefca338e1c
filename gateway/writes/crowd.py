"""Whose tags a bulk write changes, and what of its input is checked before any vendor is called."""

from __future__ import annotations

from gateway.change import BulkTags, BulkVerb, Change, Draft, TagsAdd, TagsRemove, Update
from gateway.customer import Value
from gateway.errors import InvalidInput
from gateway.writes.check import email_faults, faults, told
from gateway.writes.outcome import Complaint
from gateway.writes.request import Target

MOST = 500
"""Customers that one bulk write names."""


class Crowd(Value, frozen=True, kw_only=True):
    """Whose tags: exactly one of the three is given. `sources` limits them; None: all sources."""

    ids: tuple[Target, ...] | None = None
    emails: tuple[str, ...] | None = None
    is_everybody: bool = False
    sources: tuple[str, ...] | None = None


def change_of(tags: BulkTags) -> Change:
    """The same for one record."""
    if tags.verb is BulkVerb.ADD:
        return TagsAdd(tags=tags.tags)
    if tags.verb is BulkVerb.REMOVE:
        return TagsRemove(tags=tags.tags, prefixes=tags.prefixes)
    return Update(draft=Draft(tags=tags.tags), needed=("tags",))


def broken_rules(crowd: Crowd, tags: BulkTags) -> tuple[Complaint, ...]:
    """What is wrong with addresses and tags; raises `InvalidInput` for a crowd that is none."""
    given = [part for part in (crowd.ids, crowd.emails) if part is not None]
    if len(given) + crowd.is_everybody != 1:
        raise InvalidInput("Exactly one of `ids`, `emails` and `allCustomers: true` says whose tags.")
    for part in given:
        if not 1 <= len(part) <= MOST:
            raise InvalidInput(f"A bulk write names 1 to {MOST} customers.")
    if tags.prefixes and tags.verb is not BulkVerb.REMOVE:
        raise InvalidInput("`tagPrefixes` is for removing alone.", path=("tagPrefixes",))
    emails = (
        fault
        for at, email in enumerate(crowd.emails or ())
        for fault in email_faults(email, ("emails", str(at)))
    )
    return (*told(emails), *told(faults(change_of(tags))))
