"""Failures: each told once, with its code, its source and the field that asked, beside the data that stands."""

from __future__ import annotations

from typing import Any

import pytest
import structlog

from gateway.planner.reader import Reader
from gateway.sandbox import Fault, FaultKind, Sandbox

SHARED = "sean.name6@example.org"
CUSTOMER = """query($e: String!) { customer(by: {email: $e}) { email records { sourceName }
    completeness { isComplete sources { source { name } state error { code message retryAfter } } } } }"""


async def test_a_failed_source_is_one_error_and_the_others_answer(execute: Any, sandbox: Sandbox) -> None:
    sandbox.fault("spiffy", Fault(kind=FaultKind.STATUS, status=403))
    result = await execute(CUSTOMER, e=SHARED)
    customer = result.body["data"]["customer"]
    assert "shop" not in [record["sourceName"] for record in customer["records"]]
    assert len(customer["records"]) == 4
    assert [(error["path"], error["extensions"]) for error in result.errors] == [
        (["customer"], {"code": "FORBIDDEN", "sourceName": "shop"})
    ]
    states = {one["source"]["name"]: one for one in customer["completeness"]["sources"]}
    assert not customer["completeness"]["isComplete"]
    assert states["shop"]["state"] == "FAILED"
    assert states["shop"]["error"]["code"] == "FORBIDDEN"
    assert states["loja"] == {"source": {"name": "loja"}, "state": "COMPLETE", "error": None}


async def test_two_fields_that_met_a_failure_tell_it_once_each(execute: Any, sandbox: Sandbox) -> None:
    sandbox.fault("spiffy", Fault(kind=FaultKind.STATUS, status=403))
    result = await execute(
        'query { a: customer(by: {email: "sean.name6@example.org"}) { id } '
        'b: customer(by: {email: "sean.name6@example.org"}) { id } }'
    )
    assert sorted(error["path"] for error in result.errors) == [["a"], ["b"]]


async def test_a_failed_look_up_by_id_is_an_error_at_its_field(execute: Any, sandbox: Sandbox) -> None:
    sandbox.fault("spiffy", Fault(kind=FaultKind.STATUS, status=401))
    result = await execute('{ customer(by: {record: {sourceName: "shop", vendorId: "510"}}) { id } }')
    assert result.body["data"] == {"customer": None}
    assert [(error["path"], error["extensions"]["code"]) for error in result.errors] == [
        (["customer"], "CREDENTIALS_REFUSED")
    ]


async def test_a_page_goes_on_without_a_failed_source(execute: Any, sandbox: Sandbox) -> None:
    sandbox.fault("foodics", Fault(kind=FaultKind.STATUS, status=403))
    result = await execute("{ customers(first: 20) { nodes { id } completeness { isComplete } } }")
    page = result.body["data"]["customers"]
    assert len(page["nodes"]) == 20
    assert not page["completeness"]["isComplete"]
    assert {(tuple(error["path"]), error["extensions"]["sourceName"]) for error in result.errors} == {
        (("customers",), "matbakh")
    }


@pytest.mark.parametrize("limits", [{"vendor_calls": 4}])
async def test_a_spent_budget_leaves_the_page_so_far_and_says_so_once(execute: Any) -> None:
    query = """{ customers(first: 50) { nodes { id } pageInfo { hasNextPage endCursor }
        completeness { isComplete sources { state error { code } } } } }"""
    result = await execute(query)
    page = result.body["data"]["customers"]
    assert [(error["path"], error["extensions"]["code"]) for error in result.errors] == [
        (["customers"], "BUDGET_EXCEEDED")
    ]
    assert page["pageInfo"]["hasNextPage"]
    assert not page["completeness"]["isComplete"]
    assert {one["state"] for one in page["completeness"]["sources"]} & {"PARTIAL", "FAILED"}
    assert result.calls == 4


async def test_a_fault_of_ours_is_told_by_an_id_that_the_log_has_too(
    execute: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("a secret of the inside")

    monkeypatch.setattr(Reader, "source", broken)
    with structlog.testing.capture_logs() as logged:
        result = await execute('{ source(name: "shop") { name } }')
    [entry] = logged
    assert result.codes == ["INTERNAL"]
    assert result.errors[0]["message"] == f"Internal error {entry['fault']}"
    assert isinstance(entry["exc_info"], ZeroDivisionError)


async def test_a_wrong_variable_is_the_callers_error(execute: Any) -> None:
    result = await execute("query($n: Int) { customers(first: $n) { nodes { id } } }", n="many")
    assert result.codes == ["INVALID_INPUT"]
    assert "data" not in result.body
    assert "$n" in result.errors[0]["message"]


async def test_syntax_and_validation_errors_keep_their_words(execute: Any) -> None:
    assert (await execute("{ customers(")).codes == ["GRAPHQL_PARSE_FAILED"]
    result = await execute("{ custumers { nodes { id } } }")
    assert result.codes == ["GRAPHQL_VALIDATION_FAILED"]
    assert "customers" in result.errors[0]["message"]
    assert result.errors[0]["locations"] == [{"line": 1, "column": 3}]


@pytest.mark.parametrize("depth", [400, 20_000])
async def test_a_document_without_bottom_is_refused_and_not_followed(execute: Any, depth: int) -> None:
    query = "{ customers { nodes { " + "records { customer { " * depth + "id" + " } }" * depth + " } } }"
    result = await execute(query)
    assert result.codes[0] in {"GRAPHQL_PARSE_FAILED", "LIMIT_EXCEEDED"}
    assert result.calls == 0


async def test_depth_hides_in_no_fragment(execute: Any) -> None:
    fragments = "fragment A on Customer { records { customer { ...B } } } fragment B on Customer { ...C ... { ...C } }"
    fragments += (
        " fragment C on Customer { records { customer { records { customer { records { customer { ...D"
    )
    fragments += (
        " } } } } } } } fragment D on Customer { records { customer { records { customer { id } } } } }"
    )
    result = await execute("{ customers(first: 1) { edges { node { ...A } } } } " + fragments)
    assert result.codes == ["LIMIT_EXCEEDED"]
    assert "deep" in result.errors[0]["message"]
