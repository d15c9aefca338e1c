"""One customer by whatever names it: merged, explained, and at the cost of what was selected."""

from __future__ import annotations

import base64
from typing import Any

import pytest

SHARED = "sean.name6@example.org"
"""An address that a record of every emulated vendor has."""


def encode(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


async def test_an_email_address_finds_the_records_of_all_sources_in_priority_order(execute: Any) -> None:
    result = await execute(
        "query($e: String!) { customer(by: {email: $e}) { id email records { id sourceName } } }",
        e=SHARED.upper(),
    )
    customer = result.data["customer"]
    names = [record["sourceName"] for record in customer["records"]]
    assert names == ["negozio", "loja", "shop", "bottega", "matbakh"]
    primary = base64.b64decode(customer["records"][0]["id"]).decode().removeprefix("CustomerRecord:")
    assert base64.b64decode(customer["id"]).decode() == f"Customer:{primary}"


async def test_nobody_is_null_without_an_error(execute: Any) -> None:
    result = await execute('{ customer(by: {email: "nobody@nowhere.example"}) { id } }')
    assert result.data == {"customer": None}


async def test_the_id_of_any_record_finds_the_whole_customer(execute: Any) -> None:
    by_email = await execute('{ customer(by: {email: "sean.name6@example.org"}) { id records { id } } }')
    customer = by_email.data["customer"]
    ids = [record["id"] for record in customer["records"]]
    last = base64.b64decode(ids[-1]).decode().replace("CustomerRecord:", "Customer:")
    for given in (*ids, encode(last)):
        found = await execute("query($id: ID!) { customer(by: {id: $id}) { id } }", id=given)
        assert found.data == {"customer": {"id": customer["id"]}}


async def test_a_record_is_found_by_its_source_and_the_vendors_id(execute: Any) -> None:
    found = await execute(
        "query($k: CustomerRecordKey!) { customer(by: {record: $k}) { email } }",
        k={"sourceName": "shop", "vendorId": "510"},
    )
    assert found.data == {"customer": {"email": SHARED}}


async def test_node_answers_the_type_that_the_id_names(execute: Any) -> None:
    query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id ... on CustomerRecord { vendorId } } }"
    ids = [encode("CustomerRecord:shop:510"), encode("Customer:shop:510"), encode("Customer:shop:1")]
    result = await execute(query, ids=ids)
    assert [node and node["__typename"] for node in result.data["nodes"]] == [
        "CustomerRecord",
        "Customer",
        None,
    ]
    assert result.data["nodes"][0]["vendorId"] == "510"


@pytest.mark.parametrize(
    "wrong", ["", "x", "Q3Vz", encode("Order:shop:510"), encode("Customer:shop:"), encode("Customer"), "é"]
)
async def test_an_id_that_is_none_of_ours_is_the_error_of_that_one_alone(execute: Any, wrong: str) -> None:
    result = await execute(
        "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", ids=[wrong, encode("Customer:shop:510")]
    )
    assert [node is None for node in result.body["data"]["nodes"]] == [True, False]
    assert result.codes == ["INVALID_INPUT"]
    assert result.errors[0]["path"] == ["nodes", 0]
    assert "ids[0]" in result.errors[0]["message"]


async def test_exactly_one_of_the_ways_to_name_a_customer_is_given(execute: Any) -> None:
    for by in ("{}", '{email: "a@b.example", id: "x"}', "{email: null}"):
        result = await execute(f"{{ customer(by: {by}) {{ id }} }}")
        assert result.codes == ["GRAPHQL_VALIDATION_FAILED"]
    for given in ({}, {"email": "a@b.example", "id": "x"}, {"email": None}):
        result = await execute("query($by: CustomerBy!) { customer(by: $by) { id } }", by=given)
        assert result.codes == ["INVALID_INPUT"]


async def test_a_record_tells_its_own_values_and_leads_to_its_customer(execute: Any) -> None:
    result = await execute(
        """query($id: ID!) { node(id: $id) { ... on CustomerRecord {
            source { name vendor } details { __typename ... on SpiffyCustomer { id firstName createdAt } }
            raw fetchedAt customer { records { sourceName } } } } }""",
        id=encode("CustomerRecord:shop:510"),
    )
    record = result.data["node"]
    assert record["source"] == {"name": "shop", "vendor": "SPIFFY"}
    assert record["details"]["__typename"] == "SpiffyCustomer"
    assert record["details"]["id"] == "510"
    assert record["details"]["createdAt"].endswith("Z")
    assert record["raw"]["id"] == 510
    assert len(record["customer"]["records"]) == 5


async def test_provenance_tells_whose_value_won(execute: Any) -> None:
    result = await execute(
        """query($e: String!, $f: [String!]) { customer(by: {email: $e}) { name
            provenance(fields: $f) { field rule chosen { record { sourceName name } value } others { value } } } }""",
        e=SHARED,
        f=["name", "totalSpent"],
    )
    customer = result.data["customer"]
    name, spent = customer["provenance"]
    assert (name["field"], name["rule"]) == ("name", "FIRST_SOURCE")
    assert name["chosen"] == {
        "record": {"sourceName": "negozio", "name": customer["name"]},
        "value": customer["name"],
    }
    assert len(name["others"]) == 4
    assert (spent["field"], spent["rule"]) == ("totalSpent", "SUM")
    assert {tuple(sorted(money)) for other in spent["others"] for money in other["value"]} == {
        ("amount", "currency")
    }


async def test_provenance_of_an_unknown_field_names_the_fields_there_are(execute: Any) -> None:
    result = await execute(
        '{ customer(by: {email: "sean.name6@example.org"}) { provenance(fields: ["eMail"]) { field } } }'
    )
    assert result.codes == ["INVALID_INPUT"]
    assert "'eMail'" in result.errors[0]["message"]
    assert "createdAt" in result.errors[0]["message"]


async def test_the_version_is_the_same_whatever_else_is_selected(execute: Any) -> None:
    little = await execute('{ customer(by: {email: "sean.name6@example.org"}) { version } }')
    much = await execute(
        '{ customer(by: {email: "sean.name6@example.org"}) { version name addresses { city } '
        "tags { id } records { raw } } }"
    )
    assert little.data["customer"]["version"] == much.data["customer"]["version"]


async def test_fields_that_cost_a_further_call_cost_it_only_when_selected(execute: Any) -> None:
    """A detail call is made for a mobile number, which no list row of the first source carries."""
    little = await execute('{ customer(by: {email: "sean.name6@example.org"}) { email } }')
    much = await execute('{ customer(by: {email: "sean.name6@example.org"}) { email mobile tags { name } } }')
    assert little.calls < much.calls


async def test_one_record_asked_for_in_many_ways_is_fetched_once(execute: Any) -> None:
    once = await execute('{ customer(by: {email: "sean.name6@example.org"}) { email } }')
    often = await execute(
        """{ a: customer(by: {email: "sean.name6@example.org"}) { email }
             b: customer(by: {email: "sean.name6@example.org"}) { email records { id } }
             c: customer(by: {record: {sourceName: "shop", vendorId: "510"}}) { email } }"""
    )
    assert often.calls <= once.calls + 1


async def test_addresses_by_kind_are_taken_from_all_addresses(execute: Any) -> None:
    result = await execute(
        """{ customer(by: {email: "sean.name6@example.org"}) { addresses { kinds city } defaultAddress { city }
             billingAddress { kinds } shippingAddress { kinds } } }"""
    )
    customer = result.data["customer"]
    defaults = [one for one in customer["addresses"] if "DEFAULT" in one["kinds"]]
    assert customer["defaultAddress"] == {"city": defaults[0]["city"]}
    assert "BILLING" in customer["billingAddress"]["kinds"]
