"""The queries that front ends ask every day, as documents, with what a correct answer cannot do without."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

CUSTOMER = """id name email phone createdAt addresses { line1 city countryCode }
    tags { name } groups { name } records { sourceName vendorId }"""
LIST = f"""query List($first: Int, $after: String, $last: Int, $filter: CustomerFilter, $orderBy: CustomerOrder) {{
  customers(first: $first, after: $after, last: $last, filter: $filter, orderBy: $orderBy) {{
    nodes {{ {CUSTOMER} }} pageInfo {{ hasNextPage endCursor }} }} }}"""
ONE = f"query One($by: CustomerBy!) {{ customer(by: $by) {{ {CUSTOMER} }} }}"
MANY = f"query Many($ids: [ID!]!) {{ nodes(ids: $ids) {{ ... on Customer {{ {CUSTOMER} }} }} }}"
COUNT = "query Count { customers(first: 0) { totalCount { value precision } } }"


@dataclass(frozen=True, slots=True, kw_only=True)
class Everyday:
    """One query. `after` names the place that its page begins at: "", "first" (page 2) or "middle"."""

    name: str
    document: str = LIST
    variables: Mapping[str, Any] = field(default_factory=dict)
    after: str = ""


def _list(title: str, /, after: str = "", order: str = "", **conditions: object) -> Everyday:
    """The first twenty; `order` is a field and a direction."""
    variables: dict[str, Any] = {"first": 20}
    if conditions:
        variables["filter"] = conditions
    if order:
        field_name, direction = order.split()
        variables["orderBy"] = {"field": field_name, "direction": direction}
    return Everyday(name=title, variables=variables, after=after)


PAGES = (
    _list("first page, newest first"),
    _list("second page", after="first"),
    _list("a page in the middle", after="middle"),
    Everyday(name="last page", variables={"last": 20}),
    _list("first page, oldest first", order="CREATED_AT ASC"),
    _list("last changed", order="UPDATED_AT DESC"),
)


def queries(known: list[dict[str, Any]]) -> tuple[Everyday, ...]:
    """Beyond the pages; `known` are some twenty customers of several sources to ask for by name."""
    one = known[0]
    addresses = [node["email"] for node in known[:5]]
    return (
        Everyday(name="one by id", document=ONE, variables={"by": {"id": one["id"]}}),
        Everyday(name="one by e-mail", document=ONE, variables={"by": {"email": one["email"]}}),
        Everyday(name="twenty by id", document=MANY, variables={"ids": [node["id"] for node in known[:20]]}),
        _list("by e-mail", email={"eq": one["email"]}),
        _list("by five e-mails", email={"in": addresses}),
        _list("by tag", tags={"any": ["vip"]}),
        _list("by group", groups={"any": ["B2B"]}),
        _list("by country", countryCode={"eq": "IT"}),
        _list("created this week", createdAt={"gte": "2026-06-24T00:00:00Z"}),
        _list("changed this week", order="UPDATED_AT DESC", updatedAt={"gte": "2026-06-24T00:00:00Z"}),
        _list("top spenders", order="TOTAL_SPENT DESC"),
        _list("guests in Brazil", accountState={"eq": "GUEST"}, countryCode={"eq": "BR"}),
        _list('search "garcia"', search="garcia"),
        _list("name begins with Mar, by name", order="NAME ASC", name={"startsWith": "Mar"}),
        _list("take our newsletter", acceptsMarketing=True),
        _list("without a phone", lacks=["PHONE"]),
        _list("have ordered, one source", hasOrders=True, sourceName={"eq": "matbakh"}),
        _list("blacklisted", isBlacklisted=True),
        Everyday(name="how many", document=COUNT),
    )
