"""Requests that mean no good: each is told why it is refused, and none costs more than a large legal page."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from cProfile import Profile
from typing import Any, Self

import httpx

from tests.support.abuse import Abuse, every

INSIDE = re.compile(
    r"Traceback|File \"|site-packages| object at |0x[0-9a-f]{6}|\w+Error\b(?<!Syntax Error)|\w+Exception|NoneType|"
    r"graphql_core|strawberry|msgspec|pydantic|starlette|resolvers\.|gateway\.|invalid literal|conversion|padding"
)
LARGE = """{ customers(first: 50) { nodes { id name email phone addresses { line1 city country } tags { name }
    groups { name } ordersCount createdAt records { id sourceName vendorId details { __typename } }
    completeness { isComplete } } pageInfo { hasNextPage } totalCount { value } } }"""


class Effort:
    """How many functions were called: the same on every machine, however busy it is."""

    def __init__(self) -> None:
        self._profile = Profile()
        self.calls = 0

    def __enter__(self) -> Self:
        self._profile.enable()
        return self

    def __exit__(self, *_: object) -> None:
        self._profile.disable()
        self.calls = sum(entry.callcount for entry in self._profile.getstats())


async def send(client: httpx.AsyncClient, abuse: Abuse) -> httpx.Response:
    headers = {"accept": "application/graphql-response+json", **abuse.headers}
    address = f"/graphql?{abuse.query_string}" if abuse.query_string else "/graphql"
    return await client.request(abuse.method, address, content=abuse.content, headers=headers)


def faults_of(abuse: Abuse, answer: httpx.Response) -> Iterator[str]:
    if answer.status_code != abuse.status:
        yield f"status {answer.status_code}"
    body = answer.json()
    errors = body.get("errors", [])
    if not errors and any(value is not None for value in body["data"].values()):
        yield "was answered"
    for error in errors:
        if not error["message"] or len(error["message"]) > 600 or "code" not in error["extensions"]:
            yield f"unclear: {error}"
        if INSIDE.search(error["message"]):
            yield f"shows the inside: {error['message']}"


async def test_every_abuse_is_told_why_and_costs_no_more_than_a_large_legal_page(
    client: httpx.AsyncClient, transport: Any
) -> None:
    abuses = every()
    assert len({abuse.name for abuse in abuses}) == len(abuses) > 100
    with Effort() as legal:
        page = await client.post("/graphql", content=json.dumps({"query": LARGE}), headers=abuses[0].headers)
    assert len(page.json()["data"]["customers"]["nodes"]) == 50
    most, wrong = transport.calls, {}
    for abuse in abuses:
        before = transport.calls
        with Effort() as effort:
            answer = await send(client, abuse)
        faults = list(faults_of(abuse, answer))
        if effort.calls > legal.calls or transport.calls - before > min(most, 5):
            faults.append(f"costs {effort.calls} of {legal.calls}, {transport.calls - before} vendor calls")
        if faults:
            wrong[abuse.name] = faults
    assert wrong == {}
