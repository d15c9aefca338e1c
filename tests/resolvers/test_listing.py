"""Tags and groups: listed by name over all sources, paged both ways, filtered."""

from __future__ import annotations

from typing import Any

from gateway.query import fold
from gateway.sandbox import Fault, FaultKind, Sandbox

TAGS = """query($first: Int, $after: String, $last: Int, $before: String, $f: NamedFilter) {
  tags(first: $first, after: $after, last: $last, before: $before, filter: $f) {
    nodes { id name sourceName vendorId } totalCount { value precision }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    completeness { isComplete sources { source { name } state } } } }"""
GROUPS = "query($f: NamedFilter) { customerGroups(first: 100, filter: $f) { nodes { id name sourceName } } }"


async def test_tags_come_by_folded_name_and_vendors_without_a_list_are_skipped(execute: Any) -> None:
    page = (await execute(TAGS, first=100)).data["tags"]
    names = [fold(node["name"]) for node in page["nodes"]]
    assert names == sorted(names)
    assert len(names) == page["totalCount"]["value"] > 2
    assert page["totalCount"]["precision"] == "EXACT"
    states = {one["source"]["name"]: one["state"] for one in page["completeness"]["sources"]}
    assert states["shop"] == "SKIPPED"
    assert page["completeness"]["isComplete"]


async def test_pages_of_tags_joined_are_the_whole_list_in_both_directions(execute: Any) -> None:
    whole = (await execute(TAGS, first=100)).data["tags"]["nodes"]
    forward: list[Any] = []
    page = (await execute(TAGS, first=2)).data["tags"]
    while True:
        forward += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        page = (await execute(TAGS, first=2, after=page["pageInfo"]["endCursor"])).data["tags"]
        assert page["pageInfo"]["hasPreviousPage"]
    assert forward == whole
    last = (await execute(TAGS, last=2)).data["tags"]
    before = (await execute(TAGS, last=2, before=last["pageInfo"]["startCursor"])).data["tags"]
    assert [*before["nodes"], *last["nodes"]] == whole[-4:]


async def test_names_and_sources_choose_groups(execute: Any) -> None:
    every = (await execute(GROUPS)).data["customerGroups"]["nodes"]
    source = every[0]["sourceName"]
    own = (await execute(GROUPS, f={"sourceName": {"eq": source}})).data["customerGroups"]["nodes"]
    assert own == [group for group in every if group["sourceName"] == source]
    name = every[0]["name"].upper()
    named = (await execute(GROUPS, f={"name": {"startsWith": name[:2]}})).data["customerGroups"]["nodes"]
    assert every[0] in named
    assert all(fold(group["name"]).startswith(fold(name[:2])) for group in named)
    assert (await execute(GROUPS, f={"name": {"in": []}})).data["customerGroups"]["nodes"] == []


async def test_two_fields_share_one_list(execute: Any) -> None:
    once = await execute("{ tags { nodes { id } } }")
    twice = await execute("{ a: tags { nodes { id } } b: tags(last: 1) { totalCount { value } } }")
    assert once.calls == twice.calls > 0


async def test_a_tag_is_a_node(execute: Any) -> None:
    tag = (await execute(TAGS, first=1)).data["tags"]["nodes"][0]
    found = await execute(
        "query($id: ID!) { node(id: $id) { ... on Tag { id name sourceName vendorId } } }", id=tag["id"]
    )
    assert found.data["node"] == tag


async def test_a_cursor_of_another_list_is_refused(execute: Any) -> None:
    page = (await execute(TAGS, first=1)).data["tags"]
    cursor = page["pageInfo"]["endCursor"]
    for given in ({"f": {"name": {"contains": "a"}}},):
        assert (await execute(TAGS, first=1, after=cursor, **given)).codes == ["INVALID_INPUT"]
    other = await execute("query($c: String) { customerGroups(after: $c) { nodes { id } } }", c=cursor)
    assert other.codes == ["INVALID_INPUT"]


async def test_a_source_that_cannot_answer_is_an_error_beside_the_others(
    execute: Any, sandbox: Sandbox
) -> None:
    sandbox.fault("open2b", Fault(kind=FaultKind.STATUS, status=403))
    result = await execute("{ customerGroups { nodes { sourceName } completeness { isComplete } } }")
    page = result.body["data"]["customerGroups"]
    assert {node["sourceName"] for node in page["nodes"]} == {"negozio"}
    assert not page["completeness"]["isComplete"]
    told = [(error["path"], error["extensions"]["sourceName"]) for error in result.errors]
    assert told == [(["customerGroups"], "bottega")]
