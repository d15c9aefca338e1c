"""Federation: entities resolved as one batch, each failing for itself, and the schema a router composes."""

from __future__ import annotations

import base64
from typing import Any

from gateway.sandbox import Fault, FaultKind, Sandbox

SHARED = "sean.name6@example.org"
QUERY = """query($r: [_Any!]!) { _entities(representations: $r) { __typename
    ... on Customer { id email } ... on CustomerRecord { id sourceName vendorId } ... on Tag { name }
    ... on CustomerGroup { groupName: name } } }"""


def encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


async def test_an_entity_is_found_by_each_of_its_keys(execute: Any) -> None:
    record = {"__typename": "CustomerRecord", "sourceName": "shop", "vendorId": "510"}
    result = await execute(
        QUERY,
        r=[
            {"__typename": "Customer", "email": SHARED},
            {"__typename": "Customer", "id": encode("Customer:shop:510")},
            record,
            {"__typename": "CustomerRecord", "id": encode("CustomerRecord:shop:510")},
        ],
    )
    by_email, by_id, by_key, by_record_id = result.data["_entities"]
    assert by_email == by_id
    assert by_email["email"] == SHARED
    assert by_key == by_record_id == {"id": encode("CustomerRecord:shop:510"), **record}


async def test_unknown_entities_and_null_addresses_are_null(execute: Any) -> None:
    result = await execute(
        QUERY,
        r=[
            {"__typename": "Customer", "email": None},
            {"__typename": "Customer", "email": "nobody@nowhere.example"},
            {"__typename": "CustomerRecord", "sourceName": "nowhere", "vendorId": "1"},
            {"__typename": "CustomerRecord", "id": encode("CustomerRecord:shop:999999")},
        ],
    )
    assert result.data["_entities"] == [None] * 4


async def test_one_malformed_reference_fails_alone(execute: Any) -> None:
    wrong: list[Any] = [
        {"__typename": "Customer", "id": "nonsense"},
        {"__typename": "Order", "id": "1"},
        {"id": "1"},
        {"__typename": "Customer"},
        {"__typename": "Customer", "id": encode("CustomerRecord:shop:510")},
        {"__typename": "Customer", "email": 7},
        "text",
    ]
    good = {"__typename": "Customer", "email": SHARED}
    result = await execute(QUERY, r=[*wrong, good])
    *failed, found = result.body["data"]["_entities"]
    assert failed == [None] * (len(wrong))
    assert found["email"] == SHARED
    assert result.codes == ["INVALID_INPUT"] * (len(wrong))
    assert [error["path"] for error in result.errors] == [["_entities", at] for at in range(len(wrong))]


async def test_a_batch_of_references_shares_its_calls(execute: Any) -> None:
    one = [{"__typename": "CustomerRecord", "sourceName": "shop", "vendorId": "510"}]
    many = [
        {"__typename": "CustomerRecord", "sourceName": "shop", "vendorId": str(at)} for at in range(500, 540)
    ]
    single, batch = await execute(QUERY, r=one), await execute(QUERY, r=many)
    assert (single.calls, batch.calls) == (1, 1)


async def test_extra_fields_of_a_representation_are_passed_over(execute: Any) -> None:
    result = await execute(QUERY, r=[{"__typename": "Customer", "email": SHARED, "ordersTotal": 3}])
    assert result.data["_entities"][0]["email"] == SHARED


async def test_an_entity_that_is_missing_a_source_says_so(execute: Any, sandbox: Sandbox) -> None:
    sandbox.fault("foodics", Fault(kind=FaultKind.STATUS, status=403))
    result = await execute(QUERY, r=[{"__typename": "Customer", "email": SHARED}])
    assert result.body["data"]["_entities"][0]["email"] == SHARED
    assert [(error["path"], error["extensions"]["sourceName"]) for error in result.errors] == [
        (["_entities"], "matbakh")
    ]


async def test_tags_and_groups_are_entities(execute: Any) -> None:
    listed = await execute(
        "{ tags(first: 1) { nodes { id name } } customerGroups(first: 1) { nodes { id name } } }"
    )
    tag, group = listed.data["tags"]["nodes"][0], listed.data["customerGroups"]["nodes"][0]
    result = await execute(
        QUERY,
        r=[{"__typename": "Tag", "id": tag["id"]}, {"__typename": "CustomerGroup", "id": group["id"]}],
    )
    assert [one.get("name", one.get("groupName")) for one in result.data["_entities"]] == [
        tag["name"],
        group["name"],
    ]


async def test_the_service_tells_its_schema_with_keys(execute: Any) -> None:
    sdl = (await execute("{ _service { sdl } }")).data["_service"]["sdl"]
    assert 'type Customer implements Node & CustomerProfile @key(fields: "id") @key(fields: "email")' in sdl
    assert '@key(fields: "sourceName vendorId")' in sdl


async def test_introspection_is_not_bounded_by_the_depth_of_data(execute: Any) -> None:
    nested = "ofType { " * 20 + "name" + " }" * 20
    result = await execute("{ __schema { types { fields { type { %s } } } } }" % nested)  # noqa: UP031  # braces
    assert result.data["__schema"]["types"]


def twenty_records() -> list[dict[str, str]]:
    """Ten records of each of two stores, named by their two keys in turn."""
    names = [("shop", str(at)) for at in range(500, 510)] + [
        ("bottega", str(at)) for at in range(100001, 100011)
    ]
    by_id = [{"id": encode(f"CustomerRecord:{source}:{key}")} for source, key in names[::2]]
    by_key = [{"sourceName": source, "vendorId": key} for source, key in names[1::2]]
    return [{"__typename": "CustomerRecord", **one} for one in (*by_id, *by_key)]


async def test_twenty_references_of_mixed_keys_cost_one_batch_per_source(execute: Any) -> None:
    result = await execute(QUERY, r=twenty_records())
    assert result.calls == 2
    found = [one["sourceName"] for one in result.data["_entities"] if one]
    assert {"shop", "bottega"} == set(found)


async def test_references_to_one_person_cost_one_look_up_per_source(execute: Any) -> None:
    spellings = [SHARED, SHARED.upper(), SHARED.title(), f" {SHARED}"]
    many = [{"__typename": "Customer", "email": spellings[at % 4]} for at in range(20)]
    one, all_of_them = await execute(QUERY, r=many[:1]), await execute(QUERY, r=many)
    assert one.calls == all_of_them.calls <= 6
    assert len({entity["id"] for entity in all_of_them.data["_entities"]}) == 1


async def test_a_failing_reference_is_null_with_its_error_beside_those_found(
    execute: Any, sandbox: Sandbox
) -> None:
    sandbox.fault("open2b", Fault(kind=FaultKind.STATUS, status=403))
    result = await execute(
        QUERY,
        r=[
            {"__typename": "Customer", "id": encode("Customer:shop:510")},
            {"__typename": "CustomerRecord", "sourceName": "bottega", "vendorId": "100003"},
            {"__typename": "CustomerRecord", "sourceName": "shop", "vendorId": "510"},
        ],
    )
    customer, failed, record = result.body["data"]["_entities"]
    assert (customer["email"], failed, record["vendorId"]) == (SHARED, None, "510")
    told = [(error["path"], error["extensions"]["sourceName"]) for error in result.errors]
    assert told == [(["_entities", 1], "bottega")]
