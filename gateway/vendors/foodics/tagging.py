"""Foodics' tags of customers: written by id, all at once, and named in a list of their own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gateway.call import Flow, Named
from gateway.errors import ErrorCode, SourceError, WriteRefused
from gateway.vendors.foodics.call import PAGER, tags_page
from gateway.vendors.foodics.row import FoodicsCustomer
from gateway.vendors.foodics.table import PAGE_SIZE


def every_tag() -> Flow[Sequence[Named]]:
    """All tags for customers, page by page; raises what stands in the way."""
    found: list[Named] = []
    page: int | None = PAGER.start
    while page is not None:
        (answer,) = yield [tags_page(PAGER.arguments(page, PAGE_SIZE))]
        if isinstance(answer, SourceError):
            raise answer
        found += answer
        page = PAGER.following(page, PAGE_SIZE, [one.vendor_id or "" for one in answer])
    return found


def ids_of(tags: Iterable[str]) -> Flow[list[str]]:
    """The ids of tags that are told by id or by name; raises `WriteRefused` for one that the vendor does not have."""
    wanted = list(tags)
    if not wanted:
        return []
    known = yield from every_tag()
    by_name = {one.name.strip(): one.vendor_id for one in known if one.name and one.vendor_id}
    ids = {one.vendor_id for one in known}
    found = [tag if tag in ids else by_name.get(tag) for tag in wanted]
    missing = [tag for tag, one in zip(wanted, found, strict=True) if one is None]
    if missing:
        names = ", ".join(repr(tag) for tag in missing)
        raise WriteRefused(
            f"Foodics has no tags for customers called {names}; they are made in its console.",
            code=ErrorCode.NOT_FOUND,
            path=("tags",),
        )
    return [one for one in dict.fromkeys(found) if one is not None]


def ids_left(tags: tuple[str, ...], prefixes: tuple[str, ...], row: FoodicsCustomer) -> Flow[list[str]]:
    """The ids of the row's tags less those that are told by id, by name or by a prefix of the name."""
    told = {tag.id: tag.name for tag in row.tags or ()}
    if any(name is None for name in told.values()):
        known = yield from every_tag()
        told |= {one.vendor_id: one.name for one in known if one.vendor_id in told}
    return [
        key
        for key, name in told.items()
        if key not in tags and name not in tags and not (prefixes and (name or "").startswith(prefixes))
    ]


def ids_on(row: FoodicsCustomer) -> list[str]:
    """The ids of the row's tags."""
    return [tag.id for tag in row.tags or ()]
