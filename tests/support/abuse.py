"""Requests that nobody sends who means well: each has a name that says what it tries."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

JSON = "application/json"
LIST = "{ customers(first: 1) { nodes { id } } }"


@dataclass(frozen=True, slots=True, kw_only=True)
class Abuse:
    """One request. `status` is that of the new media type: 200 has errors beside null data, or null alone."""

    name: str
    content: bytes = b""
    status: int = 400
    method: str = "POST"
    query_string: str = ""
    headers: Mapping[str, str] = field(default_factory=lambda: {"content-type": JSON})


def post(name: str, query: Any, status: int = 400, **more: Any) -> Abuse:
    return Abuse(name=name, content=json.dumps({"query": query, **more}).encode(), status=status)


def raw(name: str, content: bytes, status: int = 400, **headers: str) -> Abuse:
    told = {"content-type": JSON, **{key.replace("_", "-"): value for key, value in headers.items()}}
    return Abuse(name=name, content=content, status=status, headers=told)


def get(name: str, query_string: str, status: int = 400, **headers: str) -> Abuse:
    told = {key.replace("_", "-"): value for key, value in headers.items()}
    return Abuse(name=name, method="GET", query_string=query_string, status=status, headers=told)


def every() -> list[Abuse]:
    """All of them."""
    makers = (documents, fragments, introspections, values, variables, bodies, envelopes, names, persisted)
    return [one for maker in makers for one in maker()]


def documents() -> Iterator[Abuse]:
    """Documents that are too much of something."""
    yield post(
        "51 aliases of a root field", "{" + " ".join(f"a{n}: sources {{ name }}" for n in range(51)) + "}"
    )
    yield post("500 aliases of a page", "{" + " ".join(f"a{n}: {LIST[1:-1]}" for n in range(500)) + "}")
    yield post("aliases on leaves", "{ sources { " + " ".join(f"a{n}: name" for n in range(900)) + " } }")
    yield post("aliases on the cheapest field", "{" + " ".join(f"a{n}: __typename" for n in range(900)) + "}")
    yield post("21 root fields", "{" + " ".join(f"a{n}: sources {{ name }}" for n in range(21)) + "}")
    yield post("one field 1,300 times", "{ sources { " + "name " * 1300 + "} }")
    yield post("one field 1,300 times at two levels", "{" + "sources { name name } " * 600 + "}")
    yield post(
        "repeated fields with fields of their own", "{" + "sources { health { state since } } " * 400 + "}"
    )
    yield post("10,000 fields", "{ sources { " + " ".join(f"f{n}" for n in range(10_000)) + " } }")
    yield post("3,900 unknown fields", "{" + " ".join(f"f{n}" for n in range(3900)) + "}")
    yield post("an unknown field of 60,000 letters", "{" + "f" * 60_000 + "}")
    yield post("60,000 comments", "#\n" * 30_000 + LIST)
    yield post("one comment of 60,000 letters", "#" + "x" * 60_000 + "\n" + "{ nonsense }")
    yield post("60,000 commas", "{ nonsense }" + "," * 60_000)
    yield post("a document of a megabyte", LIST + " " * 1_000_000)
    yield post("1,900 nested braces", "{a" * 1900)
    yield post("15 levels", nested(15))
    yield post("500 levels", nested(500))
    yield post("nested inline fragments", "{ sources { " + "... { " * 900 + "name" + " }" * 900 + " } }")
    yield post("nested lists as a value", f"{{ nodes(ids: {'[' * 900}{']' * 900}) {{ id }} }}")
    yield post(
        "nested objects as a value",
        f"{{ customers(filter: {'{not: ' * 600}{{}}{'}' * 600}) {{ nodes {{ id }} }} }}",
    )
    yield post("an unknown directive 1,500 times", "{ sources { name " + "@a " * 1500 + "} }")
    yield post("@skip 700 times", "{ sources { name " + "@skip(if: false) " * 700 + "} }")
    yield post(
        "@include with a page of arguments", "{ sources @include(" + "if: true " * 900 + ") { name } }"
    )
    yield post("100 operations", " ".join(f"query Q{n} {LIST}" for n in range(100)), operationName="Q1")
    yield post("two operations of one name", f"query A {LIST} query A {LIST}", operationName="A")
    yield post("two operations and no name", f"query A {LIST} query B {LIST}")
    yield post(
        "500 variables that nobody uses", f"query({' '.join(f'$v{n}: Int' for n in range(500))}) {LIST}"
    )
    yield post(
        "500 uses of undefined variables",
        "{" + " ".join("sources @skip(if: $v) { name }" for _ in range(300)) + "}",
    )
    yield post("a subscription", "subscription { customers { nodes { id } } }")
    yield post("definitions of types", "type Query { a: Int } " + LIST)
    yield post("@defer", "{ ... @defer { sources { name } } }")
    yield post("a block string without end", '{ node(id: """' + "x" * 50_000)
    yield post("a NUL in the document", "{ sources { name\x00 } }")
    yield post("half a character in the document", '{ node(id: "\\uD800") { id } }')
    yield post("escapes to nowhere", '{ node(id: "\\u{FFFFFFFF}") { id } }')


def nested(levels: int) -> str:
    """An operation of so many levels of fields."""
    pairs = (levels - 3) // 2
    return (
        "{ customers(first: 1) { nodes { "
        + "records { customer { " * pairs
        + "id"
        + " } }" * pairs
        + " } } }"
    )


def fragments() -> Iterator[Abuse]:
    """Fragments that unfold to more than they say."""

    def chain(length: int, width: int) -> str:
        spreads = [f"fragment F{n} on Query {{ {f'...F{n + 1} ' * width} }}" for n in range(length)]
        return " ".join(["{ ...F0 }", *spreads, f"fragment F{length} on Query {{ sources {{ name }} }}"])

    def bomb(length: int) -> str:
        parts = [
            f"fragment F{n} on Source {{ a{n}: health {{ ...G{n} }} ...F{n + 1} b{n}: name ...F{n + 1} }}"
            f" fragment G{n} on SourceHealth {{ state }}"
            for n in range(length)
        ]
        return " ".join(["{ sources { ...F0 } }", *parts, f"fragment F{length} on Source {{ name }}"])

    yield post("21 fragments, each spread twice", chain(21, 2))
    yield post("25 fragments, each spread twice", chain(25, 2))
    yield post("50 fragments, each spread ten times", chain(50, 10))
    yield post("fragments with aliases, each spread twice", bomb(20))
    yield post("1,000 fragments", chain(1000, 1))
    yield post("a fragment that spreads itself", "{ ...A } fragment A on Query { ...A }")
    yield post(
        "a circle of three fragments",
        "{ ...A } fragment A on Query { ...B } fragment B on Query { ...C } fragment C on Query { ...A }",
    )
    yield post(
        "a circle through a field",
        "{ customers { nodes { ...A } } } fragment A on Customer { records { customer { ...A } } }",
    )
    yield post(
        "two circles that meet",
        "{ ...A } fragment A on Query { ...B ...C } fragment B on Query { ...A } fragment C on Query { ...B }",
    )
    yield post(
        "fragments that nobody spreads",
        LIST + " ".join(f" fragment F{n} on Query {{ sources {{ name }} }}" for n in range(50)),
    )
    yield post(
        "an unused fragment of one field 1,300 times",
        LIST + " fragment F on Query { " + "__typename " * 1300 + "}",
    )
    yield post(
        "fifty fragments of one name",
        "{ ...F } " + " ".join("fragment F on Query { " + "__typename " * 20 + "}" for _ in range(50)),
    )
    yield post("a fragment on a scalar", "{ ...A } fragment A on String { name }")
    yield post("a fragment on nothing", "{ ...A }")
    yield post(
        "a fragment spread 1,900 times",
        "{ sources { " + "...A " * 1900 + "} } fragment A on Source { name health { state } }",
    )
    yield post(
        "fragments of the same fields, pair by pair",
        "{ sources {"
        + " ".join(f"...F{n}" for n in range(55))
        + "} } "
        + " ".join(f"fragment F{n} on Source {{ {'name vendor priority ' * 8} }}" for n in range(55)),
    )


def introspections() -> Iterator[Abuse]:
    """Introspection that multiplies itself."""
    deep = "name"
    for _ in range(8):
        deep = f"fields {{ type {{ {deep} }} }}"
    yield post("types through types", f"{{ __schema {{ types {{ {deep} }} }} }}")
    yield post("types of types of one type", f'{{ __type(name: "Query") {{ {deep} }} }}')
    yield post(
        "the schema 40 times",
        "{" + " ".join(f"s{n}: __schema {{ types {{ name fields {{ name }} }} }}" for n in range(40)) + "}",
    )
    yield post(
        "the schema's types 40 times",
        "{ __schema {" + " ".join(f"t{n}: types {{ name fields {{ name }} }}" for n in range(40)) + "} }",
    )
    yield post(
        "interfaces of possible types",
        "{ __schema { types { possibleTypes { interfaces { possibleTypes { name } } } } } }",
    )


def values() -> Iterator[Abuse]:
    """Arguments that are too much, or no values at all."""
    yield post("a page of a million", "{ customers(first: 1000000) { nodes { id } } }", 200)
    yield post("a page of a negative size", "{ customers(first: -1) { nodes { id } } }", 200)
    yield post("a number of 5,000 digits", f"{{ customers(first: {'1' * 5000}) {{ nodes {{ id }} }} }}")
    yield post("a float of 5,000 digits", f"{{ customers(first: 1.{'1' * 5000}) {{ nodes {{ id }} }} }}")
    yield post("a float with a huge exponent", "{ customers(first: 1e999999999) { nodes { id } } }")
    yield post(
        "a decimal with a huge exponent",
        '{ customers(first: 1, filter: {totalSpent: {gt: "1e999999999"}}) { nodes { id } } }',
    )
    yield post(
        "a decimal that is no number",
        '{ customers(first: 1, filter: {totalSpent: {gt: "NaN"}}) { nodes { id } } }',
    )
    yield post(
        "a time of the year 99,999",
        '{ customers(first: 1, filter: {createdAt: {gt: "99999-01-01T00:00:00Z"}}) { nodes { id } } }',
    )
    yield post("101 ids", f"{{ nodes(ids: {json.dumps(['x'] * 101)}) {{ id }} }}", 200)
    yield post("1,001 ids", f"{{ nodes(ids: {json.dumps(['x'] * 1001)}) {{ id }} }}")
    yield post(
        "an `in` of 1,001",
        f"{{ customers(filter: {{code: {{in: {json.dumps(['x'] * 1001)}}}}}) {{ nodes {{ id }} }} }}",
    )
    yield post(
        "a filter of 300 parts",
        "{ customers(filter: {or: [" + '{name: {eq: "x"}} ' * 300 + "]}) { nodes { id } } }",
        200,
    )
    yield post(
        "a search of 30,000 letters",
        f'{{ customers(filter: {{search: "{"x" * 30_000}"}}) {{ nodes {{ id }} }} }}',
        200,
    )
    yield post("a NUL in a search", '{ customers(filter: {search: "a\\u0000b"}) { nodes { id } } }', 200)
    yield post("a wildcard as an address", '{ customer(by: {email: "*"}) { id } }', 200)
    yield post(
        "pages whose cost is too high",
        "{"
        + " ".join(
            f"a{n}: customers(first: 100) {{ nodes {{ id addresses {{ city }} }} }}" for n in range(20)
        )
        + "}",
    )
    yield post("both ends of a list", "{ customers(first: 5, last: 5) { nodes { id } } }", 200)


def variables() -> Iterator[Abuse]:
    """Variables that are not what the document takes."""
    ask = "query($f: CustomerFilter) { customers(first: 1, filter: $f) { nodes { id } } }"
    ids = "query($ids: [ID!]!) { nodes(ids: $ids) { id } }"
    deep: Any = {}
    for _ in range(200):
        deep = {"not": deep}
    yield post("a filter 200 deep", ask, 200, variables={"f": deep})
    yield post("a filter with 900 unknown keys", ask, variables={"f": {f"k{n}": 1 for n in range(900)}})
    yield post("a variable with 5,000 keys", ask, variables={"f": {f"k{n}": 1 for n in range(5000)}})
    yield post("5,000 variables that nobody declared", LIST, variables={f"v{n}": n for n in range(5000)})
    yield post("100,000 ids", ids, variables={"ids": ["x"] * 100_000})
    yield post("ids that are objects", ids, variables={"ids": [{"a": 1}] * 500})
    yield post("a null where none may be", ids, variables={"ids": None})
    yield post("nothing where something must be", ids)
    yield post(
        "a wrong type",
        "query($n: Int) { customers(first: $n) { nodes { id } } }",
        variables={"n": "1; DROP TABLE"},
    )
    yield post(
        "a number beyond 32 bits",
        "query($n: Int) { customers(first: $n) { nodes { id } } }",
        variables={"n": 2**40},
    )
    yield post("infinity", "query($n: Int) { customers(first: $n) { nodes { id } } }", variables={"n": 1e308})
    yield post(
        "a variable of an unknown type", "query($n: Nonsense) { customers(first: $n) { nodes { id } } }"
    )
    yield post(
        "a representation of 900 keys",
        "query($r: [_Any!]!) { _entities(representations: $r) { __typename } }",
        200,
        variables={"r": [{f"k{n}": n for n in range(900)}]},
    )
    yield post(
        "1,001 representations",
        "query($r: [_Any!]!) { _entities(representations: $r) { __typename } }",
        variables={"r": [{}] * 1001},
    )
    yield post(
        "representations of what is no entity",
        "query($r: [_Any!]!) { _entities(representations: $r) { __typename } }",
        200,
        variables={
            "r": [
                {"__typename": "__Schema"},
                {"__typename": "Query"},
                {"__typename": ["x"]},
                {},
                {"__typename": None},
            ]
        },
    )
    yield get("deep variables in a query string", "query={sources{name}}&variables=" + "[" * 20_000)


def bodies() -> Iterator[Abuse]:
    """Bodies that are no question."""
    for content in (
        b"",
        b"null",
        b"1",
        b'"x"',
        b"[]",
        b"true",
        b"{}",
        b"\xff\xfe",
        b"{",
        b"\x00",
        b"NaN",
        b"{'query': 1}",
    ):
        yield raw(f"the body {content!r}", content)
    yield raw("a batch", json.dumps([{"query": LIST}] * 10).encode())
    yield raw("100,000 brackets", b"[" * 100_000)
    yield raw("100,000 objects in each other", b'{"a":' * 100_000)
    yield raw(
        "a number of 5,000 digits in the body",
        b'{"query": "{ sources { name } }", "variables": {"n": ' + b"1" * 5000 + b"}}",
    )
    yield raw("one key twice", b'{"query": "{ nonsense }", "query": 7}')
    yield raw(
        "half a character in the body", b'{"query": "{ sources { name } }", "operationName": "\\ud800"}'
    )
    yield raw("more than a mebibyte", b'{"query": "' + b"x" * 1_048_576 + b'"}', 413)
    yield raw("UTF-16", json.dumps({"query": LIST}).encode("utf-16"))
    yield raw("a byte order mark", b"\xef\xbb\xbf" + json.dumps({"query": LIST}).encode())
    yield post("a query that is a number", 7)
    yield post("a query that is a list", [LIST])
    yield post("no query at all", None)
    yield post("a blank query", " \n")
    yield post("variables as a text", LIST, variables="{}")
    yield post("an operation name that is an object", LIST, operationName={})
    yield post("an operation that is not there", LIST, operationName="x" * 10_000)


def envelopes() -> Iterator[Abuse]:
    """The right words in the wrong wrapping."""
    form = b"query=mutation{customerDelete(input:{id:%22x%22}){userErrors{code}}}"
    body = json.dumps({"query": LIST}).encode()
    yield raw("a form (CSRF)", form, 415, content_type="application/x-www-form-urlencoded")
    yield raw("JSON called text (CSRF)", body, 415, content_type="text/plain")
    yield raw("a multipart form (CSRF)", body, 415, content_type="multipart/form-data; boundary=x")
    yield raw("JSON in another charset", body, 415, content_type="application/json; charset=utf-7")
    yield raw("JSON said to be compressed", body, 415, content_encoding="gzip")
    yield get(
        "a mutation by GET", "query=mutation{customerDelete(input:{id:%22x%22}){userErrors{code}}}", 405
    )
    yield get("a GET that a foreign page may have sent", "query={sources{name}}", sec_fetch_site="cross-site")
    yield get("a GET with a foreign origin", "query={sources{name}}", origin="https://evil.example")
    yield get("a GET of a browser that says nothing else", "query={sources{name}}", user_agent="Mozilla/5.0")
    yield get("a query string without a query", "variables={}")
    yield get("a query string in another encoding", "query=%ff%fe{sources{name}}")
    yield Abuse(name="PUT", method="PUT", content=body, status=405)
    yield raw("an answer that is no GraphQL", body, 406, accept="image/png")
    yield raw("a media range of 5,000 parts", body, 406, accept=",".join(["x/y"] * 5000))
    yield raw("an explanation of nothing", body, 400, gateway_explain="everything")
    yield raw("a cost of nothing", body, 400, gateway_cost="x" * 5000)


def names() -> Iterator[Abuse]:
    """Cursors and ids that nobody gave."""

    def encoded(text: str) -> str:
        return base64.b64encode(text.encode()).decode()

    cursors = (
        "",
        "x",
        "====",
        "é" * 10,
        "A" * 60_000 + "=",
        encoded("1"),
        encoded("2.x"),
        "MQ.MQ",
        "null",
        "../../etc/passwd",
    )
    for cursor in cursors:
        shown = cursor[:20]
        yield post(
            f"the cursor {shown!r}",
            "query($c: String) { customers(first: 1, after: $c) { nodes { id } } }",
            200,
            variables={"c": cursor},
        )
    ids = (
        "",
        "x",
        "Incorrect padding",
        encoded("Customer"),
        encoded("Customer::"),
        encoded("NoSuchType:1"),
        encoded("Customer:shop"),
        encoded("Customer:shop:" + "9" * 900),
        encoded("Customer:nobody:1"),
        encoded("Customer:shop:../../admin"),
        encoded("Customer:shop:1?x=1&y=2"),
        encoded("Customer:shop:\x00"),
        encoded("Tag:shop:x"),
        "A" * 60_000,
        encoded("Customer:shop:\u202e"),
        encoded("__proto__:x:y"),
    )
    for id_ in ids:
        shown = id_[:20]
        yield post(f"the id {shown!r}", "query($i: ID!) { node(id: $i) { id } }", 200, variables={"i": id_})


def persisted() -> Iterator[Abuse]:
    """Documents by names that they do not have."""

    def named(name: Any, version: Any = 1) -> dict[str, Any]:
        return {"persistedQuery": {"version": version, "sha256Hash": name}}

    yield post("a digest of another document", LIST, extensions=named("0" * 64))
    yield post("a digest that nobody left", None, 200, extensions=named("0" * 64))
    yield post("a digest that is a number", LIST, extensions=named(7))
    yield post("a digest of another version", LIST, extensions=named("0" * 64, 2))
    yield post("persistedQuery as a text", LIST, extensions={"persistedQuery": "x"})
    yield post("a documentId that nobody left", None, 200, documentId="sha256:" + "0" * 64)
