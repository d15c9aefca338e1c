"""The list of customers: pages, flags, and what they cost."""

from __future__ import annotations

from typing import Any

QUERY = """query($first: Int, $after: String, $last: Int, $before: String, $order: CustomerOrder) {
  customers(first: $first, after: $after, last: $last, before: $before, orderBy: $order) {
    edges { cursor node { id createdAt } } nodes { id }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
    completeness { isComplete sources { state } } } }"""


async def test_pages_followed_to_the_end_give_everybody_once_newest_first(execute: Any) -> None:
    seen: list[tuple[str, str]] = []
    cursor, more = None, True
    while more:
        page = (await execute(QUERY, first=40, after=cursor)).data["customers"]
        seen += [(edge["node"]["createdAt"] or "", edge["node"]["id"]) for edge in page["edges"]]
        assert page["nodes"] == [{"id": edge["node"]["id"]} for edge in page["edges"]]
        assert page["completeness"]["isComplete"]
        cursor, more = page["pageInfo"]["endCursor"], page["pageInfo"]["hasNextPage"]
    assert len({identity for _, identity in seen}) == len(seen) > 60


async def test_the_last_of_the_list_are_read_from_its_end(execute: Any) -> None:
    page = (await execute(QUERY, last=2)).data["customers"]
    assert (page["pageInfo"]["hasNextPage"], page["pageInfo"]["hasPreviousPage"]) == (False, True)
    before = (await execute(QUERY, last=2, before=page["pageInfo"]["startCursor"])).data["customers"]
    assert before["pageInfo"]["hasNextPage"]
    both = (await execute(QUERY, last=4)).data["customers"]
    assert [*before["nodes"], *page["nodes"]] == both["nodes"]


async def test_a_null_order_is_the_default_one(execute: Any) -> None:
    absent = await execute("{ customers(first: 3) { nodes { id } } }")
    null = await execute("{ customers(first: 3, orderBy: null, filter: null) { nodes { id } } }")
    assert absent.data == null.data


async def test_a_direction_left_out_is_ascending(execute: Any) -> None:
    short = await execute(QUERY, first=3, order={"field": "UPDATED_AT"})
    long = await execute(QUERY, first=3, order={"field": "UPDATED_AT", "direction": "ASC"})
    assert short.data == long.data


async def test_arguments_outside_their_range_are_refused_by_name(execute: Any) -> None:
    for given, name in (
        ({"first": -1}, "`first`"),
        ({"last": 101}, "`last`"),
        ({"first": 1, "last": 1}, "`last`"),
    ):
        result = await execute(QUERY, **given)
        assert (result.codes, result.status) == (["INVALID_INPUT"], 200)
        assert name in result.errors[0]["message"]
        assert result.errors[0]["path"] == ["customers"]
        assert result.calls == 0


async def test_a_page_of_none_is_empty_and_free(execute: Any) -> None:
    result = await execute("{ customers(first: 0) { nodes { id } } }")
    assert (result.data, result.calls) == ({"customers": {"nodes": []}}, 0)


async def test_a_cursor_of_another_order_is_refused(execute: Any) -> None:
    page = (await execute(QUERY, first=1)).data["customers"]
    result = await execute(
        QUERY,
        first=1,
        after=page["pageInfo"]["endCursor"],
        order={"field": "UPDATED_AT", "direction": "DESC"},
    )
    assert result.codes == ["INVALID_INPUT"]
    assert "`after`" in result.errors[0]["message"]


async def test_flags_cost_calls_only_where_they_are_selected(execute: Any) -> None:
    page = (await execute(QUERY, first=5)).data["customers"]
    after = page["pageInfo"]["endCursor"]
    query = "query($a: String, $w: Boolean!) { customers(first: 5, after: $a) { nodes { id }"
    query += (
        " ...Flags @include(if: $w) } } fragment Flags on CustomerConnection { pageInfo { hasPreviousPage } }"
    )
    without = await execute(query, a=after, w=False)
    with_flags = await execute(query, a=after, w=True)
    assert with_flags.data["customers"]["pageInfo"] == {"hasPreviousPage": True}
    assert without.calls < with_flags.calls
