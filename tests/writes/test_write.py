"""What all writes have in common: who takes part, versions, what later reads see, bulk tags, the audit log."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.sandbox import Fault, FaultKind
from tests.writes.conftest import NAMES, PAYLOAD, PERSON, Shop, customer_id, record_id
from tests.writes.test_fault import WRITERS, records_of

BULK = (
    "{ outcomes { source { name } status matched modified error { code message } } userErrors { code path } }"
)


def person(shop: Shop) -> str:
    """A customer of every source."""
    vendor, key = next(iter(records_of(shop).items()))
    return customer_id(vendor, key)


async def version(shop: Shop, target: str) -> str:
    body = await shop.ask("query($i: ID!) { customer(by: {id: $i}) { version } }", i=target)
    return str(body["data"]["customer"]["version"])


async def test_a_customers_id_writes_to_all_its_records_in_priority_order(shop: Shop) -> None:
    written = await shop.write("customerUpdate", id=person(shop), customer={"phone": "1"}, dryRun=True)
    assert [one["source"]["name"] for one in written.payload["outcomes"]] == list(NAMES.values())


async def test_a_records_id_writes_to_that_record_alone(shop: Shop) -> None:
    key = records_of(shop)["tiendanube"]
    written = await shop.write("customerUpdate", id=record_id("tiendanube", key), customer={"phone": "1"})
    assert written.statuses == {"loja": "APPLIED"}


async def test_sources_limit_a_customers_records(shop: Shop) -> None:
    before = shop.dumps()
    written = await shop.write("customerUpdate", id=person(shop), sources=["loja"], customer={"phone": "1"})
    assert written.statuses == {"loja": "APPLIED"}
    assert {vendor for vendor, _ in shop.changes(before)} == {"tiendanube"}


@pytest.mark.parametrize(
    ("given", "code", "path"),
    [
        ({"id": "nonsense"}, "INVALID_INPUT", ["id"]),
        ({"id": record_id("storeden", "0" * 24)}, "NOT_FOUND", ["id"]),
        ({"sources": ["nowhere"]}, "INVALID_INPUT", ["sources"]),
        ({"customer": {"email": "no address"}}, "INVALID_INPUT", ["customer", "email"]),
        ({"customer": {"phone": "\0"}}, "INVALID_INPUT", ["customer", "phone"]),
        ({"customer": {"addresses": [{"countryCode": "ITA"}]}}, "INVALID_INPUT",
         ["customer", "addresses", "0", "countryCode"]),
        ({"ifMatch": "another"}, "CONFLICT", []),
    ],
)  # fmt: skip
async def test_what_is_wrong_is_told_by_its_place_and_nothing_is_written(
    shop: Shop, given: dict[str, Any], code: str, path: list[str]
) -> None:
    asked = {"id": person(shop), "customer": {"phone": "1"}, **given}
    written = await shop.write("customerUpdate", **asked)
    assert [(error["code"], error["path"]) for error in written.payload["userErrors"]] == [(code, path)]
    assert written.payload["outcomes"] == []
    assert not any(shop.wire.writes.values())


async def test_a_version_lets_the_first_writer_pass_and_not_the_second(shop: Shop) -> None:
    target = person(shop)
    seen = await version(shop, target)
    first = await shop.write(
        "customerUpdate", id=target, sources=["loja"], customer={"phone": "1"}, ifMatch=seen
    )
    assert first.statuses == {"loja": "APPLIED"}
    second = await shop.write(
        "customerUpdate", id=target, sources=["loja"], customer={"phone": "2"}, ifMatch=seen
    )
    assert second.codes == ["CONFLICT"]
    third = await shop.write(
        "customerUpdate",
        id=target,
        sources=["loja"],
        customer={"phone": "2"},
        ifMatch=await version(shop, target),
    )
    assert third.statuses == {"loja": "APPLIED"}


async def test_a_version_cannot_be_compared_while_a_source_is_missing(shop: Shop) -> None:
    target = person(shop)
    seen = await version(shop, target)
    shop.sandbox.fault("foodics", Fault(kind=FaultKind.OUTAGE))
    written = await shop.write(
        "customerUpdate", id=target, sources=["loja"], customer={"phone": "1"}, ifMatch=seen
    )
    assert written.codes == ["CONFLICT"]
    assert "matbakh" in written.payload["userErrors"][0]["message"]


async def test_reads_of_the_same_operation_and_of_later_ones_see_the_write(shop: Shop) -> None:
    target, query = person(shop), "query($i: ID!) { customer(by: {id: $i}) { records { sourceName phone } } }"
    await shop.ask(query, i=target)
    both = f"""mutation($i: ID!) {{
      one: customerUpdate(input: {{id: $i, sources: ["loja"], customer: {{phone: "first"}}}}) {PAYLOAD}
      two: customerUpdate(input: {{id: $i, sources: ["loja"], customer: {{phone: "second"}}}}) {{
        customer {{ records {{ sourceName phone }} }}
      }}
    }}"""
    body = await shop.ask(both, i=target)
    later = await shop.ask(query, i=target)
    for customer in (body["data"]["two"]["customer"], later["data"]["customer"]):
        phones = {one["sourceName"]: one["phone"] for one in customer["records"]}
        assert phones["loja"] == "second"


async def test_a_write_to_one_source_leaves_the_customers_other_records_in_the_answer(shop: Shop) -> None:
    key = records_of(shop)["storeden"]
    gone = await shop.write("customerDelete", id=customer_id("storeden", key), sources=["negozio"])
    left = [one["sourceName"] for one in gone.payload["customer"]["records"]]
    assert left == [name for name in NAMES.values() if name != "negozio"]


async def test_one_record_has_to_be_named_for_what_belongs_to_one_source(shop: Shop) -> None:
    target = person(shop)
    open_ = await shop.write("customerAddressUpdate", id=target, address={"city": "x"})
    assert [(error["code"], error["path"]) for error in open_.payload["userErrors"]] == [
        ("INVALID_INPUT", ["source"])
    ]
    named = await shop.write("customerAddressUpdate", id=target, source="loja", address={"city": "x"})
    assert named.statuses == {"loja": "APPLIED"}


async def test_a_vendor_for_which_nothing_is_left_is_skipped(shop: Shop) -> None:
    written = await shop.write(
        "customerUpdate", id=person(shop), sources=["negozio", "loja"], customer={"isWholesale": True}
    )
    assert written.statuses == {"negozio": "SKIPPED", "loja": "SKIPPED"}
    assert written.ignored == {"negozio": ["isWholesale"], "loja": ["isWholesale"]}
    assert written.codes == []


async def test_bulk_tags_go_to_the_named_customers_alone(shop: Shop) -> None:
    first, second = list(shop.dump("storeden").items())[:2]
    before = shop.dumps()
    ids = [record_id("storeden", key) for key, _ in (first, second)]
    added = await shop.write("customersTagsAdd", BULK, ids=ids, sources=["negozio"], tags=["vip", "sale*"])
    assert added.payload["outcomes"][0]["status"] == "APPLIED"
    assert set(shop.changes(before)) == {("storeden", first[0]), ("storeden", second[0])}
    emails = [first[1]["email"]]
    removed = await shop.write(
        "customersTagsRemove", BULK, emails=emails, sources=["negozio"], tags=["sale*"]
    )
    assert removed.payload["userErrors"] == []
    assert shop.dump("storeden")[first[0]]["tags"] == [*first[1]["tags"], "vip"]
    assert "sale*" in shop.dump("storeden")[second[0]]["tags"]
    prefixed = await shop.write(
        "customersTagsRemove", BULK, emails=emails, sources=["negozio"], tagPrefixes=["vi"]
    )
    assert prefixed.payload["userErrors"] == []
    assert shop.dump("storeden")[first[0]]["tags"] == first[1]["tags"]


async def test_everybody_is_reached_only_where_that_is_said(shop: Shop) -> None:
    for emails in (["*"], ["*@*"], [""]):
        refused = await shop.write("customersTagsReplace", BULK, emails=emails, tags=["x"])
        assert [error["code"] for error in refused.payload["userErrors"]] == ["INVALID_INPUT"]
    assert shop.wire.writes["storeden"] == []
    written = await shop.write("customersTagsAdd", BULK, allCustomers=True, sources=["negozio"], tags=["all"])
    count = len(shop.dump("storeden"))
    assert written.payload["outcomes"][0] | {"error": None} == {
        "source": {"name": "negozio"}, "status": "APPLIED", "matched": None, "modified": count, "error": None
    }  # fmt: skip
    assert all("all" in one["tags"] for one in shop.dump("storeden").values())


@pytest.mark.parametrize(
    "given",
    [
        {"tags": ["x"]},
        {"tags": ["x"], "ids": [], "sources": ["negozio"]},
        {"tags": ["x"], "emails": ["a@x.example"], "allCustomers": True},
        {"tags": ["x"], "allCustomers": False},
        {"emails": ["a@x.example"]},
        {"emails": ["a@x.example"], "tags": ["x"], "tagPrefixes": ["y"]},
    ],
)
async def test_a_bulk_write_says_exactly_whose_tags_and_which(shop: Shop, given: dict[str, Any]) -> None:
    written = await shop.write("customersTagsAdd", BULK, **given)
    assert {error["code"] for error in written.payload["userErrors"]} == {"INVALID_INPUT"}
    assert sum(shop.sandbox.calls(vendor).count for vendor in NAMES) == 0


async def test_writes_to_one_record_at_once_lose_nothing(shop: Shop) -> None:
    """The vendor replaces the map of custom fields whole: each write has to merge with what the former left."""
    key = records_of(shop)["tiendanube"]
    before = shop.dump("tiendanube")[key]["extra"]
    fields = [[{"key": f"k{at}", "value": str(at)}] for at in range(10)]
    target = customer_id("tiendanube", key)
    written = await asyncio.gather(
        *(
            shop.write("customerCustomFieldsSet", id=target, sources=["loja"], customFields=one)
            for one in fields
        )
    )
    assert {one.statuses["loja"] for one in written} == {"APPLIED"}
    expected = {**before, **{f"k{at}": str(at) for at in range(10)}}
    assert shop.dump("tiendanube")[key]["extra"] == expected
    assert not shop.gateway.turns


async def test_of_two_writers_at_once_with_one_version_one_passes(shop: Shop) -> None:
    target = person(shop)
    seen = await version(shop, target)
    written = await asyncio.gather(
        *(
            shop.write(
                "customerUpdate", id=target, sources=["loja"], customer={"phone": str(at)}, ifMatch=seen
            )
            for at in range(3)
        )
    )
    assert sorted(map(str, (one.codes for one in written))) == ["['CONFLICT']", "['CONFLICT']", "[]"]


async def test_a_trace_of_a_write_shows_no_value_of_it(shop: Shop) -> None:
    secrets = {"phone": "555-secret", "note": "a secret", "name": "Secret Name"}
    query = """mutation($i: CustomerUpdateInput!) { customerUpdate(input: $i) { outcomes { status } } }"""
    answer = await shop.client.post(
        "/graphql",
        json={"query": query, "variables": {"i": {"id": person(shop), "customer": secrets}}},
        headers={"Gateway-Explain": "trace"},
    )
    trace = str(answer.json()["extensions"]["explain"])
    assert "clients/client.json" in trace
    for value in ("secret", "Secret", PERSON):
        assert value not in trace


async def test_the_audit_log_names_fields_and_no_values(shop: Shop) -> None:
    key = records_of(shop)["tiendanube"]
    with capture_logs() as lines:
        await shop.write("customerUpdate", id=record_id("tiendanube", key), customer={"phone": "555-secret"})
    audit = [line for line in lines if line["event"] == "vendor write"]
    assert audit == [
        {
            "event": "vendor write", "log_level": "info", "caller": "anybody", "mutation": "customerUpdate",
            "source": "loja", "record": key, "fields": ["phone"], "outcome": "done",
        }
    ]  # fmt: skip
    assert "555-secret" not in str(lines)


async def test_every_vendor_that_is_written_to_says_why_it_cannot_do_the_rest(shop: Shop) -> None:
    from gateway.writes.matrix import MUTATIONS

    for source in shop.gateway.sources:
        if str(source.vendor) in WRITERS:
            cells = {name: told(source.writes) for name, told in MUTATIONS.items()}
            bare = [name for name, cell in cells.items() if cell == "no: has nothing of the kind"]
            assert bare == [], source.name
