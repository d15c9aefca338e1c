"""Sources as the API shows them: priority, health, rate limit, and what each can do."""

from __future__ import annotations

from typing import Any

from gateway.sandbox import Fault, FaultKind, Sandbox


async def test_sources_are_told_in_priority_order_beginning_with_one(execute: Any) -> None:
    result = await execute(
        '{ sources { name priority vendor index { state } } source(name: "shop") { vendor } }'
    )
    assert [(one["name"], one["priority"]) for one in result.data["sources"]] == [
        ("negozio", 1), ("loja", 2), ("shop", 3), ("bottega", 4), ("matbakh", 5),
    ]  # fmt: skip
    assert result.data["source"] == {"vendor": "SPIFFY"}
    assert {one["index"]["state"] for one in result.data["sources"]} == {"BUILDING"}
    assert result.calls == 0


async def test_there_is_no_source_of_an_unknown_name(execute: Any) -> None:
    assert (await execute('{ source(name: "nowhere") { name } }')).data == {"source": None}


async def test_health_is_unknown_until_a_source_was_asked_and_tells_its_last_failure(
    execute: Any, sandbox: Sandbox
) -> None:
    query = '{ source(name: "shop") { health { state since lastError { code message retryAfter } } } }'
    fresh = (await execute(query)).data["source"]["health"]
    assert fresh == {"state": "UNKNOWN", "since": None, "lastError": None}
    sandbox.fault("spiffy", Fault(kind=FaultKind.STATUS, status=401))
    await execute('{ customer(by: {record: {sourceName: "shop", vendorId: "510"}}) { id } }')
    sick = (await execute(query)).data["source"]["health"]
    assert (sick["state"], sick["lastError"]["code"]) == ("DEGRADED", "CREDENTIALS_REFUSED")
    assert sick["since"].endswith("Z")


async def test_the_rate_limit_is_what_the_vendor_last_told(execute: Any) -> None:
    query = "{ sources { name rateLimit { limit remaining resetAt } } }"
    assert {one["rateLimit"] for one in (await execute(query)).data["sources"]} == {None}
    await execute('{ customer(by: {email: "sean.name6@example.org"}) { id } }')
    told = {one["name"]: one["rateLimit"] for one in (await execute(query)).data["sources"]}
    assert told["loja"]["limit"] >= told["loja"]["remaining"] > 0


async def test_capabilities_say_who_does_what(execute: Any) -> None:
    result = await execute("{ sources { name capabilities { name support note } } }")
    by_source = {
        source["name"]: {one["name"]: one for one in source["capabilities"]}
        for source in result.data["sources"]
    }
    names = {frozenset(capabilities) for capabilities in by_source.values()}
    assert len(names) == 1
    assert by_source["shop"]["birthDate"]["support"] == "UNAVAILABLE"
    assert by_source["matbakh"]["birthDate"]["support"] == "NATIVE"
    assert by_source["shop"]["filter.acceptsMarketing.eq"]["support"] == "NATIVE"
    assert by_source["shop"]["filter.tags.any"] == {
        "name": "filter.tags.any", "support": "EMULATED", "note": "tags can be read but not searched",
    }  # fmt: skip
    assert by_source["shop"]["list.tags"]["support"] == "UNAVAILABLE"
    assert "spellings" in by_source["shop"]["customer.email"]["note"]
