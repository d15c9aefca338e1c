"""Explanations by header: what the operation asked of whom, with nobody's data in it."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

import httpx
import pytest
from pydantic import SecretStr

from gateway.explain import Mode
from gateway.planner.reader import Gateway
from gateway.query import OPERATORS, FilterField
from gateway.sandbox import Fault, FaultKind, Sandbox
from gateway.sandbox.source import sources
from gateway.server import build_gateway
from gateway.vendors import SPECS
from resolvers.execution import Engine, Question
from tests.resolvers.conftest import CountingTransport, Result, settings_of

VENDORS = {str(table["name"]): str(table["vendor"]) for table in sources("http://sandbox")}
SENTINEL = "Zyxwvut"
LIST = """query ($filter: CustomerFilter, $order: CustomerOrder, $n: Int = 5) {
  customers(first: $n, filter: $filter, orderBy: $order) {
    nodes { name email phone tags { name } groups { name } addresses { city } }
    pageInfo { hasNextPage }
    totalCount { value }
  }
}"""
IDS = "query ($filter: CustomerFilter) { customers(first: 1, filter: $filter) { nodes { id } } }"
BY_EMAIL = "query ($email: String!) { customer(by: { email: $email }) { id phone tags { name } } }"
BY_RECORD = """query ($source: String!, $id: String!) {
  customer(by: { record: { sourceName: $source, vendorId: $id } }) { name records { customer { id } } }
}"""

SECRETS = (
    "key",
    "exchange",
    "access_token",
    "api_key",
    "api_password",
    "secret_key",
    "refresh_token",
    "client_secret",
)

Explain: TypeAlias = Callable[..., Awaitable[Result]]


@pytest.fixture
def explain(client: httpx.AsyncClient, transport: CountingTransport) -> Explain:
    """Asks one document with the header, and counts the vendor calls that it cost."""

    async def ask(mode: str, query: str, **variables: Any) -> Result:
        before = transport.calls
        body = {"query": query, "variables": variables}
        answer = await client.post("/graphql", json=body, headers={"gateway-explain": mode})
        return Result(status=answer.status_code, body=answer.json(), calls=transport.calls - before)

    return ask


def explained(result: Result) -> Any:
    return result.body["extensions"]["explain"]


async def test_without_the_header_nothing_is_explained(execute: Callable[..., Awaitable[Result]]) -> None:
    assert "extensions" not in (await execute(LIST)).body


@pytest.mark.parametrize("value", ["", "yes", "plan, trace", "ann@x.example"])
async def test_another_value_of_the_header_is_refused_without_repeating_it(
    explain: Explain, value: str
) -> None:
    result = await explain(value, LIST)
    assert (result.status, result.calls) == (400, 0)
    assert [error["message"] for error in result.errors] == ["`Gateway-Explain` is plan or trace."]


async def test_a_document_that_cannot_be_executed_is_not_explained(explain: Explain) -> None:
    assert "extensions" not in (await explain("trace", "{ nonsense }")).body


async def test_a_trace_comes_beside_the_same_answer(
    explain: Explain, execute: Callable[..., Awaitable[Result]]
) -> None:
    traced, plain = await explain("Trace", LIST), await execute(LIST)
    assert traced.data == plain.data
    assert explained(traced)["mode"] == "trace"


async def test_every_call_is_told_with_its_kind_and_the_totals_are_what_the_vendors_saw(
    explain: Explain, sandbox: Sandbox
) -> None:
    sandbox.fault(VENDORS["loja"], Fault(kind=FaultKind.STATUS, status=503, times=1))
    before = {name: sandbox.calls(vendor).count for name, vendor in VENDORS.items()}
    result = await explain("trace", LIST)
    told = explained(result)
    seen = {name: sandbox.calls(vendor).count - before[name] for name, vendor in VENDORS.items()}
    assert {total["sourceName"]: total["calls"] for total in told["totals"]} == seen
    assert sum(seen.values()) == result.calls == told["budget"]["spent"]
    assert told["budget"]["left"] == 500 - result.calls
    assert all(call["kind"] for call in told["calls"])
    failed = next(call for call in told["calls"] if call["status"] == 503)
    assert any(call["attempt"] == 2 and call["path"] == failed["path"] for call in told["calls"])


async def test_a_list_tells_who_evaluates_what_and_in_which_order(explain: Explain) -> None:
    filter_ = {"acceptsMarketing": True, "name": {"contains": "a"}, "ordersCount": {"gte": 1}}
    result = await explain("trace", LIST, filter=filter_, order={"field": "CREATED_AT"})
    (told,) = explained(result)["lists"]
    assert (told["field"], told["order"], told["size"]) == ("customers", "CREATED_AT ASC", 5)
    by_name = {source["sourceName"]: source for source in told["sources"]}
    shop = by_name["shop"]
    assert {(part["condition"], part["grade"]) for part in shop["pushed"]} == {
        ("acceptsMarketing eq true", "exact"),
        ("name contains ***", "likely"),
        ("ordersCount gte 1", "superset"),
    }
    assert (shop["residual"], shop["ordered"]) == ([], "windows")
    assert by_name["bottega"]["ordered"] is None, "this vendor tells no consent: nobody can match"
    assert by_name["bottega"]["pushed"] == []


async def test_no_text_of_a_filter_is_told_of_the_calls_that_carry_it(
    explain: Explain, gateway: Gateway
) -> None:
    """Every field and operator that some vendor is asked by: other texts are in no call."""
    pushed = {(one.field, one.operator) for source in gateway.sources for one in source.table.pushdowns}
    for field, operator in sorted(pushed):
        if filter_ := text_filter(field, operator):
            told = json.dumps(explained(await explain("trace", IDS, filter=filter_)))
            assert SENTINEL.casefold() not in told.casefold(), (field, operator)


async def test_no_text_of_any_filter_is_told_in_a_plan(explain: Explain) -> None:
    for field, operators in OPERATORS.items():
        for operator in operators:
            if filter_ := text_filter(field, operator):
                told = await explain("plan", IDS, filter=filter_)
                assert (SENTINEL.casefold() in str(told.body).casefold(), told.calls) == (False, 0)


def text_filter(field: FilterField, operator: str) -> dict[str, Any] | None:
    """None for fields that take no free text, and for names of sources, which are the configuration's."""
    value = {
        FilterField.EMAIL: f"{SENTINEL}@{SENTINEL}.example",
        FilterField.VENDOR_ID: f"{SENTINEL}@{SENTINEL}.example",
    }.get(field, f"{SENTINEL} the {SENTINEL}")
    name = "".join(part.capitalize() if at else part for at, part in enumerate(field.value.split("_")))
    if field in {FilterField.SOURCE_NAME, FilterField.ACCOUNT_STATE, FilterField.HAS, FilterField.LACKS}:
        return None
    if operator == "matches":
        return {name: value}
    spelled = {"starts_with": "startsWith"}.get(operator, operator)
    if operator in {"in", "any", "all", "none"}:
        return {name: {spelled: [value, f"{value} 2"]}}
    is_text = field in {
        FilterField.VENDOR_ID,
        FilterField.COUNTRY_CODE,
        FilterField.PROVINCE_CODE,
    } or "contains" in {one.value for one in OPERATORS[field]}
    return {name: {spelled: value}} if is_text else None


@pytest.mark.parametrize("mode", ["plan", "trace"])
async def test_nobody_of_the_sandbox_is_found_in_an_explanation(
    explain: Explain, execute: Callable[..., Awaitable[Result]], mode: str
) -> None:
    """Look-ups by e-mail and id, lists and searches, over all vendors."""
    query = "{ customers(first: 12) { nodes { name email phone records { sourceName vendorId } } } }"
    people = (await execute(query)).data["customers"]["nodes"]
    told = [explained(await explain(mode, LIST))]
    for person in people:
        told.append(explained(await explain(mode, BY_EMAIL, email=person["email"] or "none@x.example")))
        for record in person["records"]:
            asked = {"source": record["sourceName"], "id": record["vendorId"]}
            told.append(explained(await explain(mode, BY_RECORD, **asked)))
            asked = {"source": record["sourceName"], "id": person["email"] or "none@x.example"}
            told.append(explained(await explain(mode, BY_RECORD, **asked)))
        words = {"search": person["name"]} if person["name"] else {}
        phone = {"phone": {"eq": person["phone"]}} if person["phone"] else {}
        told.append(explained(await explain(mode, LIST, filter={**words, **phone}, n=1)))
    text = json.dumps(told, ensure_ascii=False).casefold()
    secrets = [person[key] for person in people for key in ("name", "email", "phone") if person[key]]
    assert secrets
    assert [secret for secret in secrets if secret.casefold() in text] == []
    assert "@" not in text
    assert "%40" not in text


async def test_no_credential_is_told_not_even_where_a_token_is_renewed(sandbox: Sandbox) -> None:
    settings = settings_of()
    stale = [
        one.model_copy(update={"access_token": SecretStr("stale")}) if one.name == "matbakh" else one
        for one in settings.sources
    ]
    transport = CountingTransport(sandbox)
    gateway = build_gateway(settings.model_copy(update={"sources": tuple(stale)}), transport=transport)
    engine = Engine(gateway)
    answer = await engine.answer(Question(query=LIST, explain=Mode.TRACE))
    told = answer.body["extensions"]["explain"]
    assert "errors" not in answer.body
    assert [call["path"] for call in told["calls"] if call["kind"] == "renewal"] == [
        "http://sandbox/foodics/oauth/token"
    ]
    assert sum(total["calls"] for total in told["totals"]) == transport.calls
    secrets = [str(table[key]) for table in sources("http://sandbox") for key in SECRETS if key in table]
    assert [secret for secret in ("stale", *secrets) if secret in str(told)] == []
    await gateway.close()


EVERYTHING = """query ($id: ID!, $record: ID!, $ids: [ID!]!, $email: String!, $filter: CustomerFilter) {
  first: customers(first: 20, filter: $filter) { nodes { name phone records { customer { id } } } }
  last: customers(last: 3, orderBy: { field: NAME }) { totalCount { value } edges { cursor } }
  customer(by: { email: $email }) { name records { customer { tags { name } version } } }
  node(id: $record) { ... on CustomerRecord { email source { name } customer { id } } }
  one: node(id: $id) { id ... on Customer { provenance { field } completeness { isComplete } } }
  nodes(ids: $ids) { id }
  tags { nodes { name } }
  customerGroups { nodes { name } }
  _entities(representations: [{ __typename: "Customer", email: $email }]) { ... on Customer { id } }
}"""


async def everything(execute: Callable[..., Awaitable[Result]]) -> dict[str, Any]:
    """Variables of `EVERYTHING` that find somebody."""
    query = "{ customers(first: 20) { nodes { id email records { id } } } }"
    nodes = (await execute(query)).data["customers"]["nodes"]
    person = max(nodes, key=lambda node: len(node["records"]) if node["email"] else 0)
    ids = [record["id"] for node in nodes for record in node["records"]]
    record = person["records"][0]["id"]
    filter_ = {"hasOrders": True}
    return {
        "id": person["id"],
        "record": record,
        "ids": ids,
        "email": person["email"],
        "filter": filter_,
    }


async def test_a_plan_asks_no_vendor_and_answers_no_data(
    explain: Explain, execute: Callable[..., Awaitable[Result]]
) -> None:
    result = await explain("plan", EVERYTHING, **await everything(execute))
    assert (result.status, result.calls, result.body["data"]) == (200, 0, None)
    assert result.body.keys() == {"data", "extensions"}
    told = explained(result)
    assert told.keys() == {"mode", "lists", "lookUps"}
    assert [one["field"] for one in told["lists"]] == ["first", "last"]


async def test_what_an_operation_then_asks_was_in_its_plan(
    explain: Explain, execute: Callable[..., Awaitable[Result]]
) -> None:
    """Lists, look-ups of every kind, nested ones, tags and groups: source by source."""
    variables = await everything(execute)
    planned = explained(await explain("plan", EVERYTHING, **variables))
    traced = explained(await explain("trace", EVERYTHING, **variables))
    entries = [*planned["lookUps"], *(source for one in planned["lists"] for source in one["sources"])]
    expected = {(entry["sourceName"], one["kind"]) for entry in entries for one in entry["expected"]}
    assert {(call["sourceName"], call["kind"]) for call in traced["calls"]} <= expected
    assert {"byEmail", "byIds", "tags", "groups", "list", "detail"} <= {kind for _, kind in expected}


async def test_an_estimate_is_unknown_until_something_was_read(explain: Explain) -> None:
    def rows(result: Result) -> dict[str, Any]:
        return {one["sourceName"]: one["rows"] for one in explained(result)["lists"][0]["sources"]}

    assert set(rows(await explain("plan", LIST)).values()) == {"unknown"}
    await explain("trace", LIST, n=100)
    after = rows(await explain("plan", LIST))
    windowed = [name for name, vendor in VENDORS.items() if not SPECS[vendor].table.orders]
    assert windowed
    assert all(0 < after[name] < 1000 for name in windowed), after


async def test_a_plan_tells_what_is_wrong_with_the_question(explain: Explain) -> None:
    result = await explain("plan", '{ customers(after: "nonsense") { nodes { id } } }')
    assert (result.status, result.calls, result.body["data"]) == (200, 0, None)
    assert result.codes == ["INVALID_INPUT"]


async def test_a_mutation_has_no_plan(explain: Explain) -> None:
    result = await explain("plan", "mutation { __typename }")
    assert result.codes == ["INVALID_INPUT"]
    assert "data" not in result.body
