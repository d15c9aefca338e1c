"""A rule of validation: how deep a document may ask. A customer has records, and each of them its customer."""

from __future__ import annotations

from typing import Any

from graphql import (
    FieldNode,
    FragmentSpreadNode,
    GraphQLError,
    OperationDefinitionNode,
    SelectionNode,
    SelectionSetNode,
    ValidationRule,
)

DEEPEST = 14
"""Levels of fields; introspection, which has an end of its own, is not counted."""


class DepthRule(ValidationRule):
    """Refuses operations that are nested deeper, fragments included."""

    def enter_operation_definition(self, node: OperationDefinitionNode, *_rest: Any) -> None:  # noqa: ANN401
        """Called by graphql-core for every operation."""
        if self._depth(node.selection_set, {}) > DEEPEST:
            self.report_error(GraphQLError(f"The operation is nested more than {DEEPEST} levels deep.", node))

    def _depth(self, selections: SelectionSetNode, known: dict[str, int]) -> int:
        return max((self._depth_of(node, known) for node in selections.selections), default=0)

    def _depth_of(self, node: SelectionNode, known: dict[str, int]) -> int:
        if isinstance(node, FragmentSpreadNode):
            return self._fragment_depth(node.name.value, known)
        inner: SelectionSetNode | None = getattr(node, "selection_set", None)
        if not isinstance(node, FieldNode):
            return 0 if inner is None else self._depth(inner, known)
        if inner is None or node.name.value.startswith("__"):
            return 1
        return 1 + self._depth(inner, known)

    def _fragment_depth(self, name: str, known: dict[str, int]) -> int:
        """A fragment that names itself is another rule's to refuse; here it only must come to an end."""
        if name not in known:
            known[name] = 0
            fragment = self.context.get_fragment(name)
            known[name] = 0 if fragment is None else self._depth(fragment.selection_set, known)
        return known[name]
