"""Tiendanube's webhooks: customers created, updated and deleted, and what privacy law has it tell (read 2026-11-21).

The signature is that of the app, the same for all stores: the store in the body has to be this one.
"""

from __future__ import annotations

import msgspec
from pydantic import SecretStr

from gateway.customer import Json
from gateway.notice import Notice, Webhook

_SIGNATURE = "x-linkedstore-hmac-sha256"


class _Customer(msgspec.Struct, frozen=True):
    id: int


class _Body(msgspec.Struct, frozen=True):
    store_id: int
    event: str | None = None
    id: int | None = None
    customer: _Customer | None = None
    data_request: Json = None


def webhook(secret: SecretStr | None, store_id: str) -> Webhook | None:
    """None where the source has no secret to verify by."""
    if secret is None:
        return None

    def read(body: bytes) -> Notice | None:
        told = msgspec.json.decode(body, type=_Body)
        return _notice(told) if str(told.store_id) == store_id else None

    return Webhook(secret=secret, signed=lambda headers: headers.get(_SIGNATURE, ""), read=read)


def _notice(told: _Body) -> Notice | None:
    """The privacy hooks have no event: one names a customer, one nobody but the store (their bodies: docs, 2026)."""
    if told.event is not None:
        is_customer = told.event.startswith("customer/") and told.id is not None
        return Notice(touched=(str(told.id),)) if is_customer else None
    if told.data_request is not None:
        return None
    if told.customer is not None:
        return Notice(erased=(str(told.customer.id),))
    return Notice(is_all_erased=True)
