"""Failures as entries of a response's errors: the one place where the domain's error tree becomes GraphQL."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

import structlog
from graphql import GraphQLError

from gateway.errors import ErrorCode, GatewayError, SourceError

Entry: TypeAlias = dict[str, Any]
"""One error of a response, ready to be encoded."""

PARSE_FAILED = "GRAPHQL_PARSE_FAILED"
VALIDATION_FAILED = "GRAPHQL_VALIDATION_FAILED"
UNRESOLVED_OPERATION = "OPERATION_RESOLUTION_FAILURE"
_LONGEST = 500
"""Characters of a message about a document."""
TOO_DEEP = "The variables are nested too deeply."

_journal = structlog.stdlib.get_logger("gateway")


def refusal(message: str, code: str) -> Entry:
    """An error of the request itself: it has no path, since nothing was executed."""
    return {"message": message, "extensions": {"code": code}}


def request_entries(errors: Iterable[GraphQLError], code: str) -> list[Entry]:
    """Errors of a document: GraphQL's own words, with where in the document they stand."""
    return [_located(error, _readable(error), {"code": code}) for error in errors]


def _readable(error: GraphQLError) -> str:
    """GraphQL's words: without those of an exception inside, and not as long as the document that they quote."""
    words = error.message
    if error.original_error is not None and not isinstance(error.original_error, GraphQLError):
        words = words.partition(", but encountered error")[0].rstrip(".") + "."
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"


def entries(errors: Iterable[GraphQLError]) -> list[Entry]:
    """Errors that execution met, in its order."""
    return [_entry(error) for error in errors]


def _entry(error: GraphQLError) -> Entry:
    cause = _cause(error)
    if isinstance(cause, GatewayError):
        return _located(error, cause.message, extensions_of(cause))
    if cause is None or isinstance(cause, GraphQLError):
        return _located(
            error, _readable(error), {"code": ErrorCode.INVALID_INPUT, **(error.extensions or {})}
        )
    if isinstance(cause, RecursionError):
        return _located(error, TOO_DEEP, {"code": ErrorCode.INVALID_INPUT})
    return _located(error, internal(cause), {"code": ErrorCode.INTERNAL})


def _cause(error: GraphQLError) -> BaseException | None:
    cause: BaseException | None = error.original_error
    while isinstance(cause, GraphQLError) and cause.original_error is not None:
        cause = cause.original_error
    return cause


def internal(cause: BaseException) -> str:
    """The message for a fault of our own: an id, which the log has with the traceback."""
    fault = secrets.token_hex(6)
    _journal.error("internal error", fault=fault, exc_info=cause)
    return f"Internal error {fault}"


def extensions_of(error: GatewayError) -> Entry:
    """What a client can branch on."""
    extensions: Entry = {"code": error.code}
    if isinstance(error, SourceError):
        extensions["sourceName"] = error.source
        if error.retry_after is not None:
            extensions["retryAfter"] = error.retry_after
    return extensions


def _located(error: GraphQLError, message: str, extensions: Entry) -> Entry:
    entry: Entry = {"message": message}
    if error.locations:
        entry["locations"] = [{"line": place.line, "column": place.column} for place in error.locations]
    if error.path is not None:
        entry["path"] = error.path
    entry["extensions"] = extensions
    return entry


def with_failures(
    told: Sequence[Entry],
    noted: Iterable[tuple[str, GatewayError]],
    others: Iterable[GatewayError],
    roots: Sequence[str],
) -> list[Entry]:
    """The errors, and after them the failures that left data standing, each once for a root field.

    `noted` name the root field that met them. `others` do not: they are told where nothing says the same yet, with
    the path of the operation's root field if it has but one.
    """
    result = list(told)
    known = {_identity(entry) for entry in result}
    for root, error in noted:
        _add(result, known, error, root)
    said = {identity[1:] for identity in known}
    only = roots[0] if len(roots) == 1 else None
    for error in others:
        if _identity({"message": error.message, "extensions": extensions_of(error)})[1:] not in said:
            _add(result, known, error, only)
    return result


def _add(result: list[Entry], known: set[tuple[object, ...]], error: GatewayError, root: str | None) -> None:
    entry: Entry = {"message": error.message, "extensions": extensions_of(error)}
    if root is not None:
        entry["path"] = [root]
    identity = _identity(entry)
    if identity not in known:
        known.add(identity)
        result.append(entry)


def _identity(entry: Entry) -> tuple[object, ...]:
    extensions, path = entry["extensions"], entry.get("path")
    root = path[0] if path else None
    return (root, entry["message"], extensions["code"], extensions.get("sourceName"))
