"""Executing an operation: documents are parsed and validated once, failures that left data standing are told."""

from __future__ import annotations

from collections.abc import Mapping
from types import CoroutineType
from typing import Any, TypeGuard

import msgspec
from cachetools import LRUCache
from graphql import (
    DocumentNode,
    ExecutionResult,
    FragmentDefinitionNode,
    GraphQLError,
    OperationDefinitionNode,
    OperationType,
    execute,
    parse,
    specified_rules,
    validate,
    value_from_ast_untyped,
)
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from gateway.customer import Json, Selection
from gateway.errors import ErrorCode
from gateway.explain import Mode, report
from gateway.planner.reader import Gateway, Reader
from gateway.planner.rehearsal import Rehearsal
from gateway.planner.sought import Notes
from resolvers.context import Context
from resolvers.depth import DepthRule
from resolvers.problems import (
    PARSE_FAILED,
    TOO_DEEP,
    UNRESOLVED_OPERATION,
    VALIDATION_FAILED,
    Entry,
    entries,
    internal,
    refusal,
    request_entries,
    with_failures,
)
from resolvers.schema import core
from resolvers.selection import Document, depends_on_variables, selection_of

REMEMBERED = 512
"""Documents whose parse and validation are kept."""
LONGEST_REMEMBERED = 64 * 1024
MOST_TOKENS = 10_000
MOST_ERRORS = 20

_RULES = (*specified_rules, OneOfInputValidationRule, DepthRule)


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """What a client sends: one document, which of its operations, and the variables."""

    query: str
    operation_name: str | None = None
    variables: Mapping[str, Json] = {}
    explain: Mode | None = None
    """What of the operation is explained; None, nothing."""


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """A response's body. `status` is that of application/graphql-response+json: 200 once anything was executed.

    `is_question` is False where it stayed open which operation was meant: that is 400 under any media type.
    """

    body: Mapping[str, Json]
    status: int = 200
    is_question: bool = True


class Prepared:
    """A document parsed and validated; `errors` are why it cannot be executed."""

    def __init__(self, document: DocumentNode | None, errors: list[Entry]) -> None:
        self.document = document
        self.errors = errors
        definitions = document.definitions if document is not None else ()
        self.fragments = {
            one.name.value: one for one in definitions if isinstance(one, FragmentDefinitionNode)
        }
        self.operations = [one for one in definitions if isinstance(one, OperationDefinitionNode)]
        self.selections: dict[str | None, Selection] = {}

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        """The operation of that name, or the only one; None where that leaves it open."""
        if name is None:
            return self.operations[0] if len(self.operations) == 1 else None
        named = (one for one in self.operations if one.name is not None and one.name.value == name)
        return next(named, None)

    def selection(self, document: Document) -> Selection:
        """What the operation selects, worked out once where no variable decides about it."""
        name = document.operation.name
        key = None if name is None else name.value
        selection = self.selections.get(key)
        if selection is None:
            selection = selection_of(core, document)
            if not depends_on_variables(document.operation, self.fragments.values()):
                self.selections[key] = selection
        return selection


class Engine:
    """Answers questions from a gateway. One for the process; it keeps nothing of an answer."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self._documents: LRUCache[str, Prepared] = LRUCache(REMEMBERED)

    async def answer(self, question: Question, *, is_safe: bool = False) -> Answer:
        """The response. `is_safe`: only reading is allowed, as by GET."""
        prepared = self._prepared(question.query)
        if prepared.errors:
            return Answer(body={"errors": prepared.errors}, status=400)
        operation = prepared.operation(question.operation_name)
        if operation is None:
            return _unresolved(question.operation_name)
        if is_safe and operation.operation is not OperationType.QUERY:
            told = refusal("Mutations are sent by POST.", UNRESOLVED_OPERATION)
            return Answer(body={"errors": [told]}, status=405)
        if question.explain is Mode.PLAN and operation.operation is not OperationType.QUERY:
            told = refusal("Only queries have a plan; a mutation can be traced.", ErrorCode.INVALID_INPUT)
            return Answer(body={"errors": [told]}, status=400)
        return await self._executed(prepared, operation, question)

    async def _executed(
        self, prepared: Prepared, operation: OperationDefinitionNode, question: Question
    ) -> Answer:
        document = Document(
            operation=operation,
            fragments=prepared.fragments,
            variables={**_defaults(operation), **question.variables},
        )
        reader = self._reader(prepared.selection(document), question.explain)
        context = Context(reader, document)
        try:
            result = await _run(prepared.document, context, question)
        except RecursionError:
            return Answer(body={"errors": [refusal(TOO_DEEP, ErrorCode.INVALID_INPUT)]}, status=400)
        except Exception as error:  # noqa: BLE001  # a fault of ours ends one answer, never the server
            return Answer(body={"errors": [refusal(internal(error), ErrorCode.INTERNAL)]}, status=500)
        return _explained(_answer(result, context, document), reader, question.explain)

    def _reader(self, selection: Selection, mode: Mode | None) -> Reader:
        match mode:
            case None:
                return self._gateway.reader(selection)
            case Mode.TRACE:
                return self._gateway.reader(selection, notes=Notes())
            case Mode.PLAN:
                return Rehearsal(self._gateway, selection, Notes())

    def _prepared(self, text: str) -> Prepared:
        prepared = self._documents.get(text)
        if prepared is None:
            prepared = _prepare(text)
            if len(text) <= LONGEST_REMEMBERED:
                self._documents[text] = prepared
        return prepared


def _prepare(text: str) -> Prepared:
    try:
        document = parse(text, max_lexical_tokens=MOST_TOKENS)
    except GraphQLError as error:
        return Prepared(None, request_entries([error], PARSE_FAILED))
    except RecursionError:
        return Prepared(None, [refusal("The document is nested too deeply.", PARSE_FAILED)])
    try:
        errors = validate(core, document, _RULES, max_errors=MOST_ERRORS)
    except RecursionError:
        return Prepared(None, [refusal("The document is nested too deeply.", VALIDATION_FAILED)])
    return Prepared(document, request_entries(errors, VALIDATION_FAILED))


def _unresolved(name: str | None) -> Answer:
    message = (
        "The document has several operations; `operationName` says which one is meant."
        if name is None
        else f"The document has no operation {name!r}."
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


async def _run(document: DocumentNode | None, context: Context, question: Question) -> ExecutionResult:
    if document is None:
        raise ValueError("a document that could not be parsed cannot be executed")
    result = execute(
        core,
        document,
        context_value=context,
        variable_values=dict(question.variables),
        operation_name=question.operation_name,
        is_awaitable=_is_coroutine,
    )
    return await result if _is_coroutine(result) else result  # type: ignore[return-value]  # no @defer here


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
