"""Webhooks: what each vendor's look like, and that nothing but a signature makes one count."""

from __future__ import annotations

import base64
import hmac
import json
from collections.abc import AsyncIterator
from typing import Any

import httpx
import pytest
from pydantic import SecretStr
from starlette.applications import Starlette

from gateway.doorbell import Doorbell
from gateway.index import MatchIndex
from gateway.notice import Notice, Webhook
from gateway.vendors import SPECS
from tests.support.indexed import HandClock, indexed, synced
from tests.support.world import TABLES, World, world

SECRET = "an app's secret"
HEADERS = {"tiendanube": "X-Linkedstore-HMAC-SHA256", "spiffy": "X-Spiffy-Stores-Hmac-Sha256"}


def webhook_of(vendor: str) -> Webhook:
    spec = SPECS[vendor]
    webhook = spec.webhook(spec.settings.model_validate({**TABLES[vendor], "webhook_secret": SECRET}))  # type: ignore[misc]  # both have one
    assert webhook is not None
    return webhook


def signature(body: bytes) -> bytes:
    return hmac.digest(SECRET.encode(), body, "sha256")


@pytest.mark.parametrize(
    ("vendor", "body", "notice"),
    [
        ("tiendanube", {"store_id": 123456, "event": "customer/updated", "id": 7}, Notice(touched=("7",))),
        ("tiendanube", {"store_id": 123456, "event": "customer/deleted", "id": 7}, Notice(touched=("7",))),
        ("tiendanube", {"store_id": 123456, "event": "order/paid", "id": 7}, None),
        ("tiendanube", {"store_id": 99, "event": "customer/updated", "id": 7}, None),
        (
            "tiendanube",
            {"store_id": 123456, "customer": {"id": 7, "email": "a@x.example"}, "orders_to_redact": []},
            Notice(erased=("7",)),
        ),
        (
            "tiendanube",
            {"store_id": 123456, "customer": {"id": 7}, "orders_requested": [], "data_request": {"id": 4}},
            None,
        ),
        ("tiendanube", {"store_id": 123456}, Notice(is_all_erased=True)),
        ("spiffy", {"customer": {"id": 7, "email": "a@x.example"}}, Notice(touched=("7",))),
        ("spiffy", {"id": 7, "email": "a@x.example"}, Notice(touched=("7",))),
    ],
)
def test_what_a_notice_says(vendor: str, body: Any, notice: Notice | None) -> None:
    assert webhook_of(vendor).read(json.dumps(body).encode()) == notice


@pytest.mark.parametrize("vendor", list(HEADERS))
def test_a_signature_is_read_in_both_spellings_and_no_other_passes(vendor: str) -> None:
    webhook, body, name = webhook_of(vendor), b'{"id": 1}', HEADERS[vendor].lower()
    digest = signature(body)
    for good in (digest.hex(), digest.hex().upper(), base64.b64encode(digest).decode()):
        assert webhook.is_authentic({name: good}, body)
    for bad in ("", "0", digest.hex()[:-1], signature(b"another").hex(), "é"):
        assert not webhook.is_authentic({name: bad}, body)
    assert not webhook.is_authentic({}, body)


def test_without_a_secret_there_is_no_webhook() -> None:
    for vendor in HEADERS:
        spec = SPECS[vendor]
        assert spec.webhook is not None
        assert spec.webhook(spec.settings.model_validate(TABLES[vendor])) is None


class Ring:
    """A gateway with an index and a doorbell, and somebody who rings it."""

    def __init__(self, small: World, index: MatchIndex, clock: HandClock) -> None:
        self.small, self.index, self.clock = small, index, clock
        self.source = next(one for one in small.sources if one.vendor == "tiendanube")
        for one in small.sources:
            if str(one.vendor) in HEADERS:
                one.settings = one.settings.model_copy(update={"webhook_secret": SecretStr(SECRET)})
        small.use(index)
        app = Starlette(routes=Doorbell(small.gateway).routes())
        self.client = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://gateway")

    async def ring(self, body: Any, *, secret: str | None = None, source: str | None = None) -> int:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        signed = hmac.digest((secret or SECRET).encode(), content, "sha256").hex()
        path = f"/webhooks/{source or self.source.name}"
        return (
            await self.client.post(path, content=content, headers={HEADERS["tiendanube"]: signed})
        ).status_code

    async def calls(self) -> int:
        before = self.small.sandbox.calls("tiendanube").count
        while await self.index.syncs[self.source.name].step() == 0.0:
            pass
        return self.small.sandbox.calls("tiendanube").count - before

    async def ids(self) -> set[str]:
        records = [one for one in await self.small.records() if one.source_name == self.source.name]
        entries = await self.index.entries(self.source.name, [one.vendor_id for one in records])
        return {entry.vendor_id for entry in entries}


@pytest.fixture
async def bell() -> AsyncIterator[Ring]:
    clock = HandClock()
    with world(20, clock=clock) as small:
        async with indexed(small) as index:
            await synced(index)
            ring = Ring(small, index, clock)
            yield ring
            await ring.client.aclose()


def event(vendor_id: object, name: str = "customer/deleted") -> dict[str, object]:
    return {"store_id": 123456, "event": name, "id": vendor_id}


async def test_a_deletion_that_is_told_is_found_at_once(bell: Ring) -> None:
    documents = bell.small.sandbox.dump("tiendanube")
    bell.small.sandbox.load("tiendanube", documents[1:])
    assert await bell.ring(event(documents[0]["id"])) == 200
    await bell.calls()
    assert not await bell.index.entries(bell.source.name, [str(documents[0]["id"])])


async def test_a_lie_about_a_deletion_changes_nothing(bell: Ring) -> None:
    """Whoever rings is not believed: the record is asked for."""
    known = await bell.ids()
    assert await bell.ring(event(int(next(iter(known))))) == 200
    await bell.calls()
    assert await bell.ids() == known


async def test_replays_and_floods_cost_one_look_for_each_record(bell: Ring) -> None:
    known = sorted(await bell.ids())[:3]
    for _ in range(20):
        for vendor_id in known:
            assert await bell.ring(event(int(vendor_id), "customer/updated")) == 200
    assert await bell.calls() == len(known)
    assert await bell.calls() == 0


async def test_what_is_not_signed_or_not_readable_is_refused(bell: Ring) -> None:
    assert await bell.ring(event(1), secret="another") == 401
    assert await bell.ring(b"{}") == 400
    assert await bell.ring(b"[" * 300_000) == 413
    assert await bell.ring(event(1), source="nobody") == 404
    assert await bell.calls() == 0


async def test_a_redaction_erases_rows(bell: Ring) -> None:
    vendor_id = min(await bell.ids())
    assert await bell.ring({"store_id": 123456, "customer": {"id": int(vendor_id)}}) == 200
    assert not await bell.index.entries(bell.source.name, [vendor_id])
    assert await bell.ring({"store_id": 123456}) == 200
    assert await bell.ids() == set()
    assert not bell.index.covers(bell.source.name)
