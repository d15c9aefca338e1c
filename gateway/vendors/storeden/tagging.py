"""Storeden's form requests, and one customer's tags by them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final
from urllib.parse import urlencode

from gateway.call import Call
from gateway.errors import Unsupported
from gateway.transport import Request
from gateway.vendors.storeden.row import StoredenCustomer
from gateway.write import Step

Pairs = Sequence[tuple[str, str]]
StoredenStep = Step[StoredenCustomer]

_FORM: Final = (("content-type", "application/x-www-form-urlencoded"),)


def form(method: str, path: str, pairs: Pairs) -> Call[Any]:
    """A write with its receipt, of which `explain` has told the complaints; what else it says is not needed."""
    body = urlencode(list(pairs)).encode()
    request = Request(method=method, path=path, body=body, headers=_FORM, is_repeatable=False)
    return Call(request=request, read=lambda _: None)


def tagging(method: str, tags: Iterable[str]) -> StoredenStep:
    """One customer's tags: POST replaces, PUT adds, DELETE removes."""
    joined = ",".join(tags)
    return Step(
        fields=("tags",),
        write=lambda vendor_id: form(method, "/clients/tags.json", [("id", vendor_id), ("tags", joined)]),
        undo=None,
        holds=None,
    )


def tags_remove(
    tags: tuple[str, ...], prefixes: tuple[str, ...], row: StoredenCustomer
) -> Sequence[StoredenStep]:
    """By name in one request; a prefix needs the batch endpoint, which knows customers by e-mail alone."""
    if prefixes and not is_address(row.email):
        raise Unsupported("Storeden removes tags by prefix only of customers with an e-mail address.")
    named = [tagging("DELETE", tags)] if tags else []
    return [*named, *(_prefix_step(prefix, row.email or "") for prefix in prefixes)]


def _prefix_step(prefix: str, email: str) -> StoredenStep:
    call = form("DELETE", BATCH, [("email[]", email), ("tag", f"{prefix}*")])
    return Step(fields=("tag_prefixes",), write=lambda _: call, undo=None, holds=None)


BATCH: Final = "/clients/batchTags.json"


def is_address(email: str | None) -> bool:
    """Guards the batch endpoints, where a lone star in the place of an address means every customer."""
    return email is not None and "@" in email.strip("*")
