"""What schemathesis needs to know of the gateway: its scalars, and that no answer may show the inside.

Run by `make fuzz`; schemathesis finds this file by SCHEMATHESIS_HOOKS.
"""

from __future__ import annotations

import re

import schemathesis
from graphql import StringValueNode
from hypothesis import strategies as st
from schemathesis.graphql import nodes

INSIDE = re.compile(
    r"Traceback|File \"|site-packages| object at |0x[0-9a-f]{6}|(?<!Syntax )\b\w*Error\b[:(]|\w+Exception|NoneType|"
    r"graphql_core|strawberry|msgspec|pydantic|starlette|resolvers\.|invalid literal|Internal error"
)


def texts(strategy: st.SearchStrategy[str]) -> st.SearchStrategy[StringValueNode]:
    """The strategy's values as literals, with anything at all among them."""
    return st.one_of(strategy, st.text(max_size=40)).map(nodes.String)


schemathesis.graphql.scalar("DateTime", texts(st.datetimes().map(lambda time: f"{time.isoformat()}Z")))
schemathesis.graphql.scalar("Date", texts(st.dates().map(str)))
schemathesis.graphql.scalar("Decimal", texts(st.decimals(allow_nan=False, allow_infinity=False).map(str)))
schemathesis.graphql.scalar("JSON", texts(st.just("{}")))
schemathesis.graphql.scalar("_Any", texts(st.just("{}")))


@schemathesis.check
def is_no_fault(
    context: schemathesis.CheckContext,  # noqa: ARG001  # a check's signature
    response: schemathesis.Response,
    case: schemathesis.Case,  # noqa: ARG001
) -> None:
    """No status of 500 and above, no fault of the gateway's own, and no message that tells what it is made of.

    schemathesis's own check takes every error in a response for one of the server; refusing a bad id is none.
    """
    assert response.status_code < 500, response.status_code
    for error in response.json().get("errors", []):
        assert error["extensions"]["code"] != "INTERNAL", error
        assert INSIDE.search(error["message"]) is None, error["message"]
