"""Spiffy's webhooks: the customer who was created, updated, disabled or deleted, as its API has them (read 2026-11-21).

Header names and the signature's spelling differ between the vendor's documents and its own code: all are read.
"""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
from pydantic import SecretStr

from gateway.notice import Notice, Webhook

_SIGNATURES = ("x-spiffy-stores-hmac-sha256", "x-spiffy-hmac-sha256")


class _Customer(msgspec.Struct, frozen=True):
    id: int


class _Body(msgspec.Struct, frozen=True):
    customer: _Customer | None = None
    id: int | None = None


def webhook(secret: SecretStr | None) -> Webhook | None:
    """None where the source has no secret to verify by."""
    return None if secret is None else Webhook(secret=secret, signed=_signed, read=_read)


def _signed(headers: Mapping[str, str]) -> str:
    return next((headers[name] for name in _SIGNATURES if name in headers), "")


def _read(body: bytes) -> Notice | None:
    """With or without a root key (assumed); an order carries its customer, who is looked at all the same."""
    told = msgspec.json.decode(body, type=_Body)
    customer = told.customer.id if told.customer is not None else told.id
    return None if customer is None else Notice(touched=(str(customer),))
