"""Idempotency keys: one write for one key, whatever is repeated, at once or later, and through a gateway that dies."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.clock import SystemClock
from gateway.ledger import Ledger, MemoryLedger, open_ledger
from gateway.sandbox import Fault, FaultKind, Sandbox
from gateway.sandbox.foodics_table import tag
from gateway.writes.keeper import KEPT_SECONDS
from tests.support.world import QuickClock
from tests.writes.conftest import NAMES, Cut, Shop, record_id
from tests.writes.test_fault import WRITERS, records_of

EMAIL = "keyed@x.example"
CUSTOMER: dict[str, Any] = {"name": "Ann Lee", "firstName": "Ann", "lastName": "Lee", "email": EMAIL}
WHOLE: dict[str, Any] = {
    **CUSTOMER,
    "phone": "+39 0115550100",
    "addresses": [{"line1": "Via Po 1", "city": "Torino", "postalCode": "10100", "countryCode": "IT"}],
    "tags": ["7"],
    "acceptsMarketing": True,
}
"""What every vendor takes, and most of them in several requests."""
EVERYWHERE = {NAMES[vendor]: "APPLIED" for vendor in WRITERS}
SAMPLE = "569d08bb16f46ac71e7b23c6"
"""The document's registered customer of the first vendor."""


class LaterClock(QuickClock):
    """The machine's time and as much more as a test says."""

    def __init__(self) -> None:
        self.later = timedelta()

    def now(self) -> datetime:
        return super().now() + self.later


@pytest.fixture
def clock() -> LaterClock:
    return LaterClock()


@pytest.fixture
def labelled(shop: Shop) -> Shop:
    """Every vendor that has tags has "7"."""
    shop.sandbox.state("foodics").tables["tag"].put(tag("7", "seven", "2025-01-01 00:00:00"))
    return shop


async def create(shop: Shop, key: str = "k", **changes: Any) -> Any:
    names = ["negozio", "loja"]
    return await shop.write(
        "customerCreate", sources=names, customer={**CUSTOMER, **changes}, idempotencyKey=key
    )


def made(shop: Shop) -> list[str]:
    """The vendors that have the new customer, once for each record."""
    return [vendor for vendor in WRITERS for one in shop.dump(vendor).values() if EMAIL in str(one)]


async def create_everywhere(shop: Shop, **more: Any) -> Any:
    asked: dict[str, Any] = {"sources": list(EVERYWHERE), "customer": WHOLE, "idempotencyKey": "k"}
    return await shop.write("customerCreate", **asked, **more)


async def test_fifty_at_once_with_one_key_make_one_customer_at_each_vendor(labelled: Shop) -> None:
    answers = await asyncio.gather(*(create_everywhere(labelled) for _ in range(50)))
    assert made(labelled) == WRITERS
    codes = [answer.codes for answer in answers]
    assert codes.count(["CONFLICT"]) == 49
    again = await create_everywhere(labelled)
    assert again.statuses == EVERYWHERE
    assert made(labelled) == WRITERS
    assert labelled.wire.twice() == []


@pytest.mark.parametrize("is_late", [True, False])
async def test_a_creation_whose_answer_is_lost_is_found_by_reading_and_not_sent_again(
    labelled: Shop, is_late: bool
) -> None:
    labelled.wire.cuts = [Cut(vendor=vendor, is_carried_out=True, is_late=is_late) for vendor in WRITERS]
    written = await create_everywhere(labelled)
    assert written.statuses == EVERYWHERE, written.payload
    assert made(labelled) == WRITERS
    assert labelled.wire.twice() == []


@pytest.mark.parametrize("is_late", [True, False])
async def test_a_creation_that_never_arrived_is_not_sent_again(labelled: Shop, is_late: bool) -> None:
    labelled.wire.cuts = [Cut(vendor=vendor, is_carried_out=False, is_late=is_late) for vendor in WRITERS]
    written = await create_everywhere(labelled)
    assert set(written.statuses.values()) == {"UNKNOWN" if is_late else "FAILED"}
    assert made(labelled) == []
    assert {len(writes) for writes in labelled.wire.writes.values()} == {1}


async def test_the_same_key_gives_the_first_outcomes_and_the_customer_of_now(shop: Shop) -> None:
    first = await create(shop)
    writes = sum(map(len, shop.wire.writes.values()))
    target = first.payload["customer"]["id"]
    await shop.write("customerUpdate", id=target, sources=["negozio"], customer={"name": "Zoe Lee"})
    again = await create(shop)
    assert again.payload["outcomes"] == first.payload["outcomes"]
    assert again.payload["customer"]["name"] == "Zoe Lee"
    assert sum(map(len, shop.wire.writes.values())) == writes + 1


async def test_another_input_is_refused(shop: Shop) -> None:
    await create(shop)
    other = await create(shop, name="Bob")
    assert other.codes == ["IDEMPOTENCY_MISMATCH"]
    assert other.payload["outcomes"] == []


async def test_a_key_is_its_mutations_own(shop: Shop) -> None:
    await create(shop)
    target = record_id("storeden", SAMPLE)
    other = await shop.write("customerTagsAdd", id=target, tags=["a"], idempotencyKey="k")
    assert other.statuses == {"negozio": "APPLIED"}


async def test_a_write_of_which_nothing_was_sent_leaves_its_key_free(shop: Shop) -> None:
    for vendor in ("storeden", "tiendanube"):
        shop.sandbox.fault(vendor, Fault(kind=FaultKind.OUTAGE))
    failed = await create(shop)
    assert set(failed.statuses.values()) == {"FAILED"}
    for vendor in ("storeden", "tiendanube"):
        shop.sandbox.fault(vendor)
    assert (await create(shop)).statuses == {"negozio": "APPLIED", "loja": "APPLIED"}


async def test_a_refused_input_leaves_its_key_free(shop: Shop) -> None:
    assert (await create(shop, name=None, firstName=None)).codes
    assert (await create(shop)).codes == []


@pytest.mark.parametrize("key", ["", "x" * 256])
async def test_a_key_has_1_to_255_characters(shop: Shop, key: str) -> None:
    assert (await create(shop, key)).codes == ["INVALID_INPUT"]
    assert made(shop) == []


async def test_a_dry_run_uses_no_key(shop: Shop) -> None:
    target = record_id("storeden", SAMPLE)
    for is_dry in (True, False):
        written = await shop.write(
            "customerTagsAdd", id=target, tags=["a"], idempotencyKey="k", dryRun=is_dry
        )
        assert written.statuses == {"negozio": "PLANNED" if is_dry else "APPLIED"}


async def test_a_failed_write_is_told_again_as_it_was(shop: Shop) -> None:
    shop.sandbox.fault("tiendanube", Fault(kind=FaultKind.STATUS, status=422, method="POST", body="{}"))
    first = await create(shop)
    shop.sandbox.fault("tiendanube")
    assert (await create(shop)).payload["outcomes"] == first.payload["outcomes"]
    assert made(shop) == ["storeden"]


async def test_after_24_hours_a_key_is_new(sandbox: Sandbox, clock: LaterClock) -> None:
    shop = Shop(sandbox, ledger=MemoryLedger(), clock=clock)
    assert (await create(shop)).codes == []
    clock.later = timedelta(seconds=KEPT_SECONDS + 1)
    assert "ALREADY_EXISTS" in (await create(shop)).codes
    await shop.close()


async def test_a_deleted_customers_outcome_is_told_again(shop: Shop) -> None:
    target = record_id("storeden", SAMPLE)
    for _ in range(2):
        written = await shop.write("customerDelete", id=target, idempotencyKey="k")
        assert written.statuses == {"negozio": "APPLIED"}
        assert written.payload["customer"] is None


async def cut_off(shop: Shop, cut: Cut, *, mutation: str, **given: Any) -> None:
    """The write, in a gateway that dies as soon as the vendor has carried the request out."""
    shop.wire.cuts = [cut]
    shop.wire.halt = asyncio.Event()
    asking = asyncio.ensure_future(shop.write(mutation, **given))
    await shop.wire.halt.wait()
    running = list(shop.gateway.running)
    for task in (asking, *running):
        task.cancel()
    await asyncio.gather(asking, *running, return_exceptions=True)


@pytest.mark.parametrize("vendor", WRITERS)
@pytest.mark.parametrize("atomicity", ["BEST_EFFORT", "ALL_OR_NOTHING"])
async def test_a_creation_that_was_cut_off_is_taken_up_and_nobody_is_made_twice(
    sandbox: Sandbox, clock: LaterClock, vendor: str, atomicity: str
) -> None:
    ledger = MemoryLedger()
    customer = {name: value for name, value in WHOLE.items() if name != "tags"}
    given: dict[str, Any] = {
        "sources": list(EVERYWHERE),
        "customer": customer,
        "idempotencyKey": "k",
        "atomicity": atomicity,
    }
    dying = Shop(sandbox, ledger=ledger, clock=clock)
    await cut_off(dying, Cut(vendor=vendor, is_carried_out=True), mutation="customerCreate", **given)
    await dying.client.aclose()
    shop = Shop(sandbox, ledger=ledger, clock=clock)
    assert (await shop.write("customerCreate", **given)).codes == ["CONFLICT"]
    clock.later = timedelta(seconds=31)
    resumed = await shop.write("customerCreate", **given)
    assert resumed.statuses == EVERYWHERE, resumed.payload
    assert made(shop) == WRITERS
    assert next(one for one in shop.dump("storeden").values() if one["email"] == EMAIL)["accept_marketing"]
    assert (await shop.write("customerCreate", **given)).payload["outcomes"] == resumed.payload["outcomes"]
    await shop.close()


async def test_what_no_reading_shows_is_unknown_after_a_cut(sandbox: Sandbox, clock: LaterClock) -> None:
    ledger = MemoryLedger()
    given: dict[str, Any] = {
        "id": record_id("storeden", SAMPLE),
        "customer": {"note": "n"},
        "idempotencyKey": "k",
    }
    dying = Shop(sandbox, ledger=ledger, clock=clock)
    await cut_off(dying, Cut(vendor="storeden", is_carried_out=True), mutation="customerUpdate", **given)
    await dying.client.aclose()
    clock.later = timedelta(seconds=31)
    shop = Shop(sandbox, ledger=ledger, clock=clock)
    resumed = await shop.write("customerUpdate", **given)
    assert resumed.codes == ["UNKNOWN_OUTCOME"]
    assert shop.wire.writes["storeden"] == []
    await shop.close()


def deletable(shop: Shop) -> dict[str, str]:
    """Vendor → who may be deleted there: the second vendor keeps everybody who has ordered."""
    return {**records_of(shop), "tiendanube": "112"}


@pytest.mark.parametrize("vendor", WRITERS)
async def test_a_delete_that_was_cut_off_is_applied(sandbox: Sandbox, clock: LaterClock, vendor: str) -> None:
    ledger = MemoryLedger()
    dying = Shop(sandbox, ledger=ledger, clock=clock, tiendanube="2025-03")
    given: dict[str, Any] = {"id": record_id(vendor, deletable(dying)[vendor]), "idempotencyKey": "k"}
    await cut_off(dying, Cut(vendor=vendor, is_carried_out=True), mutation="customerDelete", **given)
    await dying.client.aclose()
    clock.later = timedelta(seconds=31)
    shop = Shop(sandbox, ledger=ledger, clock=clock, tiendanube="2025-03")
    assert (await shop.write("customerDelete", **given)).statuses == {NAMES[vendor]: "APPLIED"}
    assert shop.wire.writes[vendor] == []
    await shop.close()


async def test_a_caller_who_goes_leaves_a_write_that_comes_to_its_end(shop: Shop) -> None:
    asking = asyncio.ensure_future(create(shop))
    await shop.wire.has_written.wait()
    asking.cancel()
    await asyncio.gather(asking, *shop.gateway.running, return_exceptions=True)
    assert sorted(made(shop)) == ["storeden", "tiendanube"]
    assert (await create(shop)).statuses == {"negozio": "APPLIED", "loja": "APPLIED"}


async def test_a_ledger_that_is_gone_refuses_before_anything_is_written(sandbox: Sandbox) -> None:
    shop = Shop(sandbox, ledger=open_ledger("redis://127.0.0.1:1/0", SystemClock()))
    assert (await create(shop)).codes == ["SOURCE_UNAVAILABLE"]
    assert made(shop) == []
    await shop.close()


def read_all(folder: Path) -> bytes:
    return b"".join(one.read_bytes() for one in folder.iterdir())


async def test_a_ledger_file_holds_no_customers_data(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    ledger: Ledger = open_ledger(f"sqlite:///{path}", SystemClock())
    shop = Shop(sandbox, ledger=ledger)
    await create(shop)
    words = f'{{"email": ["{EMAIL.upper()} is taken by Ann Lee"]}}'
    shop.sandbox.fault("tiendanube", Fault(kind=FaultKind.STATUS, status=422, method="PUT", body=words))
    refused: dict[str, Any] = {
        "id": record_id("tiendanube", "101"),
        "customer": {"email": EMAIL, "name": "Ann Lee"},
        "idempotencyKey": "r",
    }
    told = await shop.write("customerUpdate", **refused)
    assert "is taken by Ann Lee" in told.payload["userErrors"][0]["message"]
    again = await shop.write("customerUpdate", **refused)
    assert again.payload["userErrors"][0]["message"].endswith("email … is taken by …")
    await shop.close()
    kept = read_all(tmp_path)
    assert b"negozio" in kept
    for secret in (EMAIL, "Ann Lee", "idempotencyKey"):
        assert secret.lower().encode() not in kept.lower()


class SlowLedger(MemoryLedger):
    """A store that others are served by between a question and its answer, as every real one."""

    async def swap(self, key: str, body: bytes, expires_at: float, *, revision: int) -> bool:
        await asyncio.sleep(0)
        return await super().swap(key, body, expires_at, revision=revision)


async def test_sources_that_begin_at_once_are_all_marked(sandbox: Sandbox, clock: LaterClock) -> None:
    ledger = SlowLedger()
    dying = Shop(sandbox, ledger=ledger, clock=clock)
    given: dict[str, Any] = {"sources": ["negozio", "loja"], "customer": CUSTOMER, "idempotencyKey": "k"}
    cut = Cut(vendor="tiendanube", is_carried_out=True)
    await cut_off(dying, cut, mutation="customerCreate", **given)
    await dying.client.aclose()
    clock.later = timedelta(seconds=31)
    shop = Shop(sandbox, ledger=ledger, clock=clock)
    resumed = await shop.write("customerCreate", **given)
    assert resumed.statuses == {"negozio": "APPLIED", "loja": "APPLIED"}, resumed.payload
    assert sorted(made(shop)) == ["storeden", "tiendanube"]
    await shop.close()
