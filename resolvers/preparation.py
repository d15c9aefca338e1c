"""Documents made ready for execution: measured, parsed and validated, each once as long as it is remembered."""

from __future__ import annotations

import hashlib
from typing import Any

from cachetools import LRUCache
from graphql import (
    ASTValidationRule,
    DocumentNode,
    FieldNode,
    FragmentDefinitionNode,
    GraphQLError,
    NoSchemaIntrospectionCustomRule,
    OperationDefinitionNode,
    OverlappingFieldsCanBeMergedRule,
    ValidationRule,
    parse,
    specified_rules,
    validate,
)
from strawberry.schema.validation_rules.one_of import OneOfInputValidationRule

from gateway.access import Caller, Scope
from gateway.customer import Selection
from gateway.errors import ErrorCode
from gateway.settings import DocumentSettings, LimitSettings
from resolvers.limit import judged
from resolvers.problems import (
    PARSE_FAILED,
    VALIDATION_FAILED,
    Entry,
    refusal,
    request_entries,
)
from resolvers.schema import core, permissions
from resolvers.selection import Document, depends_on_variables, selection_of

REMEMBERED = 512 * 1024
"""Characters of the documents whose parse and validation are kept; what was parsed is some 200 times as large."""
MOST_ERRORS = 20

_RULES: tuple[type[ASTValidationRule], ...] = (
    *(rule for rule in specified_rules if rule is not OverlappingFieldsCanBeMergedRule),
    OneOfInputValidationRule,
)
_DEEP = "The document is nested too deeply."


class NoServiceRule(ValidationRule):
    """Refuses `_service`: its text is the whole schema, as introspection's answer is."""

    def enter_field(self, node: FieldNode, *_rest: Any) -> None:  # noqa: ANN401
        """Called by graphql-core for every field."""
        if node.name.value == "_service" and self.context.get_parent_type() is core.query_type:
            self.report_error(GraphQLError("The schema is not told here.", node))


class Prepared:
    """A document parsed and validated; `errors` are why it cannot be executed."""

    def __init__(self, text: str, document: DocumentNode | None, errors: list[Entry]) -> None:
        self.digest = hashlib.sha256(text.encode(errors="replace")).hexdigest()[:12]
        self.size = len(text)
        self.document = document
        self.errors = errors
        definitions = document.definitions if document is not None else ()
        self.fragments = {
            one.name.value: one for one in definitions if isinstance(one, FragmentDefinitionNode)
        }
        self.operations = [one for one in definitions if isinstance(one, OperationDefinitionNode)]
        self.selections: dict[tuple[str | None, frozenset[Scope]], Selection] = {}

    def operation(self, name: str | None) -> OperationDefinitionNode | None:
        """The operation of that name, or the only one; None where that leaves it open."""
        if name is None:
            return self.operations[0] if len(self.operations) == 1 else None
        named = (one for one in self.operations if one.name is not None and one.name.value == name)
        return next(named, None)

    def selection(self, document: Document, caller: Caller) -> Selection:
        """What the operation selects for the caller, worked out once where no variable decides about it."""
        name = document.operation.name
        key = (None if name is None else name.value, caller.scopes)
        selection = self.selections.get(key)
        if selection is None:
            selection = selection_of(core, document, permissions.denied(caller.scopes))
            if not depends_on_variables(document.operation, self.fragments.values()):
                self.selections[key] = selection
        return selection


class Preparation:
    """Prepares documents under the configured limits, and remembers them."""

    def __init__(self, limits: LimitSettings, documents: DocumentSettings) -> None:
        self._limits = limits
        self._tells = documents.introspection
        secrecy = () if self._tells else (NoSchemaIntrospectionCustomRule, NoServiceRule)
        self._rules = (*_RULES, *secrecy)
        self._known: LRUCache[str, Prepared] = LRUCache(REMEMBERED, getsizeof=_size)

    def prepared(self, text: str) -> Prepared:
        """The document, ready or with the reasons why it never will be."""
        known = self._known.get(text)
        if known is None:
            known = self._fresh(text)
            if not known.errors:
                self._known[text] = known
        return known

    def _fresh(self, text: str) -> Prepared:
        if len(text) > self._limits.characters:
            return _refused(f"The document has more than {self._limits.characters} characters.")
        try:
            document = parse(text, max_lexical_tokens=self._limits.tokens, max_comments=self._limits.tokens)
        except GraphQLError as error:
            return Prepared(text, None, request_entries([error], PARSE_FAILED))
        except RecursionError:
            return Prepared(text, None, [refusal(_DEEP, PARSE_FAILED)])
        try:
            return self._validated(text, document)
        except RecursionError:
            return Prepared(text, None, [refusal(_DEEP, VALIDATION_FAILED)])

    def _validated(self, text: str, document: DocumentNode) -> Prepared:
        verdict = judged(document, self._limits)
        if verdict.excess is not None:
            return _refused(verdict.excess)
        # The one rule that is quadratic has nothing to find where no response key occurs twice.
        rules = (*self._rules, OverlappingFieldsCanBeMergedRule) if verdict.has_pairs else self._rules
        errors = validate(core, document, rules, max_errors=MOST_ERRORS, hide_suggestions=not self._tells)
        return Prepared(text, document, request_entries(errors, VALIDATION_FAILED))


def _size(prepared: Prepared) -> int:
    return prepared.size


def _refused(excess: str) -> Prepared:
    return Prepared("", None, [refusal(excess, ErrorCode.LIMIT_EXCEEDED)])
