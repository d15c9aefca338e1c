"""Failures before, during and after each request of a write to several sources: outcomes and stores agree."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from gateway.ledger import MemoryLedger
from gateway.sandbox import Fault, FaultKind, Sandbox
from gateway.vendors import SPECS
from tests.writes.conftest import NAMES, PERSON, Cut, Dump, Shop, Written, customer_id

WRITERS = [vendor for vendor in NAMES if SPECS[vendor].writes is not None]
"""The vendors that can be written to."""
QUIET = frozenset({"updated_at", "updateTime", "updated", "default_address", "consent_log"})
"""What a store writes down by itself; a log of changes keeps those that were taken back too."""
ATOMICITIES = ["BEST_EFFORT", "ALL_OR_NOTHING"]
CHANGE = {"phone": "+39 011 5550100"}

POSTED = {"open2b": ("customers.create", "customers.update", "customers.delete", ".labels.add")}

REFUSED = Fault(kind=FaultKind.STATUS, status=422, body="{}", times=1)
FAULTS = {
    "refused": REFUSED,
    "failed": Fault(kind=FaultKind.STATUS, status=500, times=1),
    "unavailable": Fault(kind=FaultKind.STATUS, status=503, times=1),
    "dropped before": Fault(kind=FaultKind.DROP_BEFORE, times=1),
    "dropped after": Fault(kind=FaultKind.DROP_AFTER, times=1),
    "unreadable": Fault(kind=FaultKind.BROKEN_JSON, times=1),
    "another answer": Fault(kind=FaultKind.WRONG_CONTENT, times=1),
}


def on_writes(shop: Shop, vendor: str, fault: Fault) -> None:
    """The fault, for requests that write; a vendor whose reads are posted too has paths of its own for writes."""
    shop.sandbox.fault(
        vendor,
        *(msgspec.structs.replace(fault, method=method) for method in ("PUT", "DELETE")),
        *(msgspec.structs.replace(fault, method="POST", path=path) for path in POSTED.get(vendor, (None,))),
    )


def records_of(shop: Shop) -> dict[str, str]:
    """Vendor → the person's id there."""
    found = {}
    for vendor in WRITERS:
        for key, document in shop.dump(vendor).items():
            address = document.get("email") or (document.get("billingAddress") or {}).get("email") or ""
            if address.lower() == PERSON:
                found[vendor] = key
    return found


def told(document: dict[str, Any] | None) -> dict[str, Any] | None:
    """A document less what its store changes by itself."""
    if document is None:
        return None
    own = {name: value for name, value in document.items() if name not in QUIET}
    places = [
        {name: value for name, value in address.items() if name not in QUIET}
        for address in own.get("addresses") or ()
    ]
    return {**own, "addresses": places}


def agree(shop: Shop, before: dict[str, Dump], written: Written, *, atomicity: str) -> None:
    """What the outcomes say is so in the stores, and nothing else has changed anywhere."""
    statuses = written.statuses
    for vendor, key in records_of(shop).items():
        old, new = told(before[vendor][key]), told(shop.dump(vendor)[key])
        match statuses[NAMES[vendor]]:
            case "APPLIED":
                assert old != new, vendor
            case "FAILED" | "REVERTED" | "SKIPPED" | "UNCHANGED":
                assert old == new, (vendor, written.payload)
            case other:
                assert other == "UNKNOWN"
    touched = {(vendor, key) for vendor, key in records_of(shop).items()}
    assert set(shop.changes(before)) <= touched
    if atomicity == "ALL_OR_NOTHING":
        kinds = set(statuses.values())
        assert kinds == {"APPLIED"} or "APPLIED" not in kinds, statuses
    bad = [status for status in statuses.values() if status in {"FAILED", "UNKNOWN", "REVERTED"}]
    assert bool(written.codes) is bool(bad) or "REVERTED" in bad


async def update(shop: Shop, atomicity: str, **more: Any) -> Written:
    """A change of the person at every source that can be written to."""
    vendor, key = next(iter(records_of(shop).items()))
    return await shop.write(
        "customerUpdate",
        id=customer_id(vendor, key),
        sources=[NAMES[vendor] for vendor in WRITERS],
        customer=CHANGE,
        atomicity=atomicity,
        **more,
    )


@pytest.mark.parametrize("atomicity", ATOMICITIES)
async def test_without_a_fault_every_source_has_it(shop: Shop, atomicity: str) -> None:
    before = shop.dumps()
    written = await update(shop, atomicity)
    assert set(written.statuses.values()) == {"APPLIED"}
    agree(shop, before, written, atomicity=atomicity)


@pytest.mark.parametrize("atomicity", ATOMICITIES)
@pytest.mark.parametrize("vendor", WRITERS)
@pytest.mark.parametrize("fault", FAULTS)
async def test_a_fault_at_one_source_leaves_no_lie(
    shop: Shop, vendor: str, fault: str, atomicity: str
) -> None:
    before = shop.dumps()
    on_writes(shop, vendor, FAULTS[fault])
    written = await update(shop, atomicity)
    agree(shop, before, written, atomicity=atomicity)
    own = written.statuses[NAMES[vendor]]
    assert own == {"dropped after": "APPLIED"}.get(fault, own)
    if fault in {"refused", "dropped before", "failed", "unavailable"}:
        assert own == "FAILED"
    others = [status for name, status in written.statuses.items() if name != NAMES[vendor]]
    if atomicity == "BEST_EFFORT":
        assert set(others) <= {"APPLIED"}
    assert shop.wire.twice() == []


@pytest.mark.parametrize("atomicity", ATOMICITIES)
@pytest.mark.parametrize("is_carried_out", [True, False])
@pytest.mark.parametrize("vendor", WRITERS)
async def test_a_vendor_that_is_late_is_not_asked_again(
    shop: Shop, vendor: str, is_carried_out: bool, atomicity: str
) -> None:
    before = shop.dumps()
    shop.wire.cuts = [Cut(vendor=vendor, is_carried_out=is_carried_out, is_late=True)]
    written = await update(shop, atomicity)
    agree(shop, before, written, atomicity=atomicity)
    assert written.statuses[NAMES[vendor]] == ("APPLIED" if is_carried_out else "UNKNOWN")
    assert shop.wire.twice() == []
    if not is_carried_out:
        assert "UNKNOWN_OUTCOME" in written.codes


@pytest.mark.parametrize("failing", WRITERS[1:])
@pytest.mark.parametrize("is_carried_out", [True, False])
async def test_what_cannot_be_taken_back_is_told(shop: Shop, failing: str, is_carried_out: bool) -> None:
    """The last source refuses, and the taking back at the first one loses its answer."""
    before = shop.dumps()
    first = WRITERS[0]
    on_writes(shop, failing, REFUSED)
    shop.wire.cuts = [Cut(vendor=first, at=1, is_carried_out=is_carried_out)]
    written = await update(shop, "ALL_OR_NOTHING")
    own = written.statuses[NAMES[first]]
    assert own == ("REVERTED" if is_carried_out else "FAILED")
    if is_carried_out:
        agree(shop, before, written, atomicity="ALL_OR_NOTHING")
    else:
        assert "not taken back: phone" in written.error(NAMES[first])["message"]
    assert len(shop.wire.writes[first]) == 2


async def test_a_source_that_cannot_be_read_fails_and_stops_all_or_nothing(shop: Shop) -> None:
    before = shop.dumps()
    vendor, other = WRITERS[:2]
    target = customer_id(vendor, records_of(shop)[vendor])
    shop.sandbox.fault(other, Fault(kind=FaultKind.OUTAGE))
    best = await shop.write("customerUpdate", id=target, customer=CHANGE, dryRun=True)
    assert best.statuses[NAMES[other]] == "FAILED"
    none = await shop.write("customerUpdate", id=target, customer=CHANGE, atomicity="ALL_OR_NOTHING")
    assert set(none.statuses.values()) == {"FAILED", "SKIPPED"}
    assert shop.changes(before) == {}


async def test_two_steps_without_a_way_back_are_refused_before_anything_is_written(sandbox: Sandbox) -> None:
    shop = Shop(sandbox, ledger=MemoryLedger(), tiendanube="2025-03")
    before = shop.dumps()
    target = customer_id("storeden", records_of(shop)["storeden"])
    written = await shop.write(
        "customerDelete", id=target, sources=["negozio", "loja"], atomicity="ALL_OR_NOTHING"
    )
    assert written.codes == ["UNSUPPORTED"]
    assert written.payload["outcomes"] == []
    assert shop.changes(before) == {}
    await shop.close()


async def test_what_cannot_be_taken_back_goes_last(shop: Shop) -> None:
    """Storeden tells no notes: its request is sent after all others, though it is the first source."""
    target = customer_id("storeden", records_of(shop)["storeden"])
    on_writes(shop, "tiendanube", REFUSED)
    written = await shop.write(
        "customerUpdate",
        id=target,
        sources=["negozio", "loja"],
        customer={"note": "n", "phone": "1"},
        atomicity="ALL_OR_NOTHING",
    )
    assert written.statuses == {"negozio": "SKIPPED", "loja": "FAILED"}
    assert shop.wire.writes["storeden"] == []


async def test_one_record_is_written_whole_or_not_at_all(shop: Shop) -> None:
    """Of three requests to one store the third is refused, and the first two are taken back."""
    before = shop.dumps()
    key = records_of(shop)["storeden"]
    shop.sandbox.fault(
        "storeden", Fault(kind=FaultKind.STATUS, status=400, path="custom_fields", times=1, body="{}")
    )
    written = await shop.write(
        "customerUpdate",
        id=customer_id("storeden", key),
        sources=["negozio"],
        customer={
            "phone": "1",
            "groupId": "59fb00b016f46afa7d0031db",
            "customFields": [{"key": "k", "value": "v"}],
        },
    )
    assert written.statuses == {"negozio": "FAILED"}
    changed = shop.changes(before).get(("storeden", key), {})
    assert set(changed) <= {"updated_at"}


MANY = {"phone": "1", "acceptsMarketing": True, "customFields": [{"key": "k", "value": "v"}]}


@pytest.mark.parametrize("atomicity", ATOMICITIES)
@pytest.mark.parametrize("is_late", [True, False])
@pytest.mark.parametrize("is_carried_out", [True, False])
async def test_an_answer_lost_at_any_step_leaves_no_lie(
    sandbox: Sandbox, is_carried_out: bool, is_late: bool, atomicity: str
) -> None:
    """A change that takes several requests at some vendors, with each of them cut in turn."""
    state = {vendor: sandbox.dump(vendor) for vendor in WRITERS}

    async def tried(cuts: list[Cut]) -> Shop:
        shop = Shop(sandbox, ledger=MemoryLedger())
        for vendor, documents in state.items():
            sandbox.load(vendor, documents)
        before = shop.dumps()
        shop.wire.cuts = cuts
        vendor, key = next(iter(records_of(shop).items()))
        written = await shop.write(
            "customerUpdate",
            id=customer_id(vendor, key),
            sources=[NAMES[one] for one in WRITERS],
            customer=MANY,
            atomicity=atomicity,
        )
        agree(shop, before, written, atomicity=atomicity)
        assert shop.wire.twice() == []
        await shop.close()
        return shop

    whole = await tried([])
    steps = [(vendor, at) for vendor, writes in whole.wire.writes.items() for at in range(len(writes))]
    assert len(steps) > len(WRITERS)
    for vendor, at in steps:
        await tried([Cut(vendor=vendor, at=at, is_carried_out=is_carried_out, is_late=is_late)])
