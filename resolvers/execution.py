"""Executing an operation: documents are parsed and validated once, failures that left data standing are told."""

from __future__ import annotations

from collections.abc import Mapping
from types import CoroutineType
from typing import Any, TypeGuard

import msgspec
from graphql import (
    DocumentNode,
    ExecutionResult,
    OperationDefinitionNode,
    OperationType,
    execute,
    value_from_ast_untyped,
)

from gateway.access import ANYBODY, Caller
from gateway.customer import Json, Selection
from gateway.errors import ErrorCode
from gateway.explain import Mode, report
from gateway.operation import Operation
from gateway.planner.reader import Gateway, Reader
from gateway.planner.rehearsal import Rehearsal
from gateway.planner.sought import Notes
from gateway.settings import DocumentSettings, LimitSettings
from resolvers.context import Context
from resolvers.cost import cost_of, default_limit
from resolvers.limit import longest_given
from resolvers.persisted import Persisted, Unnamed, name_of
from resolvers.preparation import Preparation, Prepared
from resolvers.problems import (
    TOO_DEEP,
    UNRESOLVED_OPERATION,
    Entry,
    entries,
    extensions_of,
    internal,
    refusal,
    with_failures,
)
from resolvers.schema import core, permissions
from resolvers.selection import Document


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What a client sends: a document or its name, which of its operations, and the variables."""

    query: str | None
    operation_name: str | None = None
    variables: Mapping[str, Json] = {}
    extensions: Mapping[str, Json] = {}
    document_id: str | None = None
    explain: Mode | None = None
    """What of the operation is explained; None, nothing."""
    wants_cost: bool = False
    """Whether the answer is to tell what the operation was expected to cost, and what it did."""


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """What is worth noting of an operation, beside its answer: nothing of it is personal data.

    `cost` and `operation` are None for one that was refused before they were known.
    """

    kind: str
    name: str | None
    digest: str
    cost: int | None = None
    operation: Operation | None = None


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A response's body. `status` is that of application/graphql-response+json: 200 once anything was executed.

    `is_question` is False where it stayed open what is asked: then the status is the same under any media type.
    """

    body: Mapping[str, Json]
    status: int = 200
    is_question: bool = True
    account: Account | None = None


class Engine:
    """Answers questions from a gateway. One for the process; it keeps nothing of an answer."""

    def __init__(
        self,
        gateway: Gateway,
        *,
        limits: LimitSettings | None = None,
        documents: DocumentSettings | None = None,
    ) -> None:
        self._gateway = gateway
        self._limits = limits or LimitSettings()
        documents = documents or DocumentSettings()
        self._tells = documents.introspection
        self._persisted = Persisted(documents)
        self._preparation = Preparation(self._limits, documents)
        self._most = self._limits.cost or default_limit(gateway.sources)

    async def answer(self, question: Question, caller: Caller = ANYBODY, *, is_safe: bool = False) -> Answer:
        """The response for a caller. `is_safe`: only reading is allowed, as by GET."""
        try:
            prepared = self._preparation.prepared(self._text(question))
        except Unnamed as error:
            told = refusal(error.message, error.code)
            return Answer(body={"errors": [told]}, status=error.status, is_question=False)
        if prepared.errors:
            return Answer(body={"errors": prepared.errors}, status=400)
        operation = prepared.operation(question.operation_name)
        if operation is None:
            return _unresolved(question.operation_name)
        unfit = _unfit(operation, question, is_safe=is_safe)
        return unfit or await self._admitted(prepared, operation, question, caller)

    def _text(self, question: Question) -> str:
        named = name_of(question.extensions, question.document_id)
        text = self._persisted.document(question.query, named)
        if text is None or not text.strip():
            raise Unnamed("`query` must be a GraphQL document.", "BAD_REQUEST", 400)
        return text

    async def _admitted(
        self, prepared: Prepared, operation: OperationDefinitionNode, question: Question, caller: Caller
    ) -> Answer:
        """The answer, once it is known that the caller may ask it and that it does not cost too much."""
        account = Account(
            kind=operation.operation.value,
            name=None if operation.name is None else operation.name.value,
            digest=prepared.digest,
        )
        if longest_given(dict(question.variables)) > self._limits.items:
            return _excessive(_too_long(question.variables, self._limits.items), account)
        document = Document(
            operation=operation,
            fragments=prepared.fragments,
            variables={**_defaults(operation), **question.variables},
        )
        forbidden = permissions.refused(document, caller)
        if forbidden:
            errors = [
                {"message": reason.message, "path": [key], "extensions": extensions_of(reason)}
                for key, reason in forbidden
            ]
            return Answer(body={"errors": errors, "data": None}, account=account)
        reader = self._reader(prepared.selection(document, caller), question.explain, caller)
        cost = cost_of(document, reader.sources, reader.lookup.selection)
        account = msgspec.structs.replace(account, cost=cost, operation=reader.operation)
        if cost > self._most:
            told = (
                f"The operation would need some {cost} vendor calls, {self._most} are allowed; ask for less."
            )
            return _excessive(told, account, {"cost": cost, "limit": self._most})
        context = Context(reader, document, caller)
        answer = await self._executed(prepared, context, document, question)
        if question.wants_cost and "data" in answer.body:
            answer = _with_cost(answer, cost, self._most, reader.operation)
        return msgspec.structs.replace(answer, account=account)

    async def _executed(
        self, prepared: Prepared, context: Context, document: Document, question: Question
    ) -> Answer:
        try:
            result = await self._run(prepared.document, context, question)
        except RecursionError:
            return Answer(body={"errors": [refusal(TOO_DEEP, ErrorCode.INVALID_INPUT)]}, status=400)
        except Exception as error:  # noqa: BLE001  # a fault of ours ends one answer, never the server
            return Answer(body={"errors": [refusal(internal(error), ErrorCode.INTERNAL)]}, status=500)
        return _explained(_answer(result, context, document), context.reader, question.explain)

    def _reader(self, selection: Selection, mode: Mode | None, caller: Caller) -> Reader:
        match mode:
            case None:
                return self._gateway.reader(selection, visible=caller.sources)
            case Mode.TRACE:
                return self._gateway.reader(selection, visible=caller.sources, notes=Notes())
            case Mode.PLAN:
                return Rehearsal(self._gateway, selection, Notes(), visible=caller.sources)

    async def _run(
        self, document: DocumentNode | None, context: Context, question: Question
    ) -> ExecutionResult:
        if document is None:
            raise ValueError("a document that could not be parsed cannot be executed")
        result = execute(
            core,
            document,
            context_value=context,
            variable_values=dict(question.variables),
            operation_name=question.operation_name,
            is_awaitable=_is_coroutine,
            hide_suggestions=not self._tells,
        )
        return await result if _is_coroutine(result) else result  # type: ignore[return-value]  # no @defer here


def _too_long(variables: Mapping[str, Json], most: int) -> str:
    """Which variable holds the list; a name may be as long as its sender likes."""
    names = [name[:40] for name, value in variables.items() if longest_given(value) > most]
    where = f"variable `${names[0]}`" if names else "variables"
    return f"A list in the {where} has more than {most} items."


def _excessive(message: str, account: Account, figures: Mapping[str, Json] | None = None) -> Answer:
    told: Entry = refusal(message, ErrorCode.LIMIT_EXCEEDED)
    told["extensions"].update(figures or {})
    return Answer(body={"errors": [told]}, status=400, account=account)


def _with_cost(answer: Answer, cost: int, limit: int, operation: Operation) -> Answer:
    told = {"estimated": cost, "limit": limit, "vendorCalls": operation.calls_made}
    extensions = {**answer.body.get("extensions", {}), "cost": told}
    return msgspec.structs.replace(answer, body={**answer.body, "extensions": extensions})


def _unfit(operation: OperationDefinitionNode, question: Question, *, is_safe: bool) -> Answer | None:
    """The refusal of an operation of the wrong kind, None for one that fits."""
    if operation.operation is OperationType.QUERY:
        return None
    if is_safe:
        told = refusal("Mutations are sent by POST.", UNRESOLVED_OPERATION)
        return Answer(body={"errors": [told]}, status=405)
    if question.explain is Mode.PLAN:
        told = refusal("Only queries have a plan; a mutation can be traced.", ErrorCode.INVALID_INPUT)
        return Answer(body={"errors": [told]}, status=400)
    return None


def _unresolved(name: str | None) -> Answer:
    message = (
        "The document has several operations; `operationName` says which one is meant."
        if name is None
        else f"The document has no operation {name[:64]!r}."
    )
    return Answer(body={"errors": [refusal(message, UNRESOLVED_OPERATION)]}, status=400, is_question=False)


def _defaults(operation: OperationDefinitionNode) -> dict[str, Json]:
    return {
        one.variable.name.value: value_from_ast_untyped(one.default_value)
        for one in operation.variable_definitions or ()
        if one.default_value is not None
    }


def _is_coroutine(value: object) -> TypeGuard[CoroutineType[Any, Any, Any]]:
    """Resolvers give nothing else to await; the general check costs more than completing a leaf."""
    return isinstance(value, CoroutineType)


def _answer(result: ExecutionResult, context: Context, document: Document) -> Answer:
    told = entries(result.errors or ())
    if result.data is None and not any("path" in entry for entry in told):
        return Answer(body={"errors": told}, status=400)
    roots = [(node.alias or node.name).value for node in document.roots()]
    errors = with_failures(told, context.noted, context.reader.operation.problems, list(dict.fromkeys(roots)))
    body: dict[str, Json] = {"data": result.data}
    if errors:
        body = {"errors": errors, **body}
    return Answer(body=body)


def _explained(answer: Answer, reader: Reader, mode: Mode | None) -> Answer:
    """The answer with its explanation. A plan has executed nothing: its data is null, without being an error."""
    if mode is None or reader.notes is None or "data" not in answer.body:
        return answer
    told = {"extensions": {"explain": report(mode, reader, reader.notes)}}
    data = {"data": None} if mode is Mode.PLAN else {}
    return msgspec.structs.replace(answer, body={**answer.body, **data, **told})
