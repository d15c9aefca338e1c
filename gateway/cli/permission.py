"""The table of scopes: which caller is answered which field, printed from what the gateway holds callers to."""

from __future__ import annotations

from gateway.access import Scope
from gateway.cli.grid import Grid
from gateway.server import guarded_fields, guarded_inputs

_WORDS = """\
# Who may ask what

Printed by `gateway docs` from the table that the gateway holds callers to; a test asks every field as every caller.
How callers are known, and what a refusal looks like: [serving](serving.md).

A caller is answered a field exactly if it holds the field's scope. No scope includes another: reading a customer's
loyalty points takes `customers:read` to come to the customer and `customers:loyalty` for the points. Fields that are
not listed need no scope beyond that of the field that leads to them.
"""
_SCOPES = """
## Scopes
"""
_FIELDS = """
## Fields

A column is a caller that holds this scope alone, the last one a caller that holds none.
"""
_INPUTS = """
## Inputs

An operation that uses one of these without its scope is refused as a whole, before anything is asked of a vendor. So
is one with a field that the caller may not ask and that cannot be null: every mutation, and every list at the root.
"""


def permission() -> str:
    """The whole page."""
    scopes = Grid(headings=["scope", "allows"], rows=[[f"`{scope}`", _MEANINGS[scope]] for scope in Scope])
    headings = ["field", *(f"`{scope}`" for scope in Scope), "none"]
    fields = Grid(headings=headings, rows=[_row(place, scope) for place, scope in guarded_fields().items()])
    inputs = Grid(
        headings=["input", "scope"],
        rows=[[f"`{place}`", f"`{scope}`"] for place, scope in guarded_inputs().items()],
    )
    parts = [_WORDS, _SCOPES, scopes.markdown(), _FIELDS, fields.markdown(), _INPUTS, inputs.markdown()]
    return "\n".join(part.strip("\n") + "\n" for part in parts)


def _row(place: str, needed: Scope | None) -> list[str]:
    cells = ["yes" if needed in (None, scope) else "-" for scope in Scope]
    return [f"`{place}`", *cells, "yes" if needed is None else "-"]


_MEANINGS = {
    Scope.READ: "Customers, their records, tags and groups.",
    Scope.WRITE: "Creating and changing customers, addresses, tags, groups, consent and custom fields.",
    Scope.DELETE: "Deleting customers.",
    Scope.RESTORE: "Restoring deleted customers.",
    Scope.ACCOUNTS: "House accounts: reading and writing them, and asking who has one.",
    Scope.LOYALTY: "Loyalty points: reading and writing them, and asking who collects them.",
    Scope.RAW: "The vendors' own answers, with all that is in them.",
    Scope.BULK: "Writes to all customers at once.",
    Scope.AUTHENTICATE: "Asking a vendor whether an e-mail address and a password belong together.",
    Scope.EXPLAIN: "How an answer came about (`Gateway-Explain`), and `/metrics`.",
}
