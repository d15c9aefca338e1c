"""What would break clients: the schema against that of the last release, and the changelog that has to tell it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from graphql import (
    DocumentNode,
    ObjectTypeDefinitionNode,
    StringValueNode,
    build_ast_schema,
    find_breaking_changes,
    parse,
)

RELEASED = Path("docs/released.graphql")
"""The schema that clients have; a release replaces it by its own."""

CHANGELOG = Path("CHANGELOG.md")

_UNRELEASED = re.compile(r"^## \[Unreleased\]\n(.*?)(?=^## |\Z)", re.DOTALL | re.MULTILINE)


def list_breaks(released: str, current: str) -> list[str]:
    """A sentence for each change that can make a client's operation, or a supergraph's reference, fail."""
    old, new = parse(released, no_location=True), parse(current, no_location=True)
    # Federation's directives are used without being defined, as its specification has it.
    schemas = [build_ast_schema(one, assume_valid=True, assume_valid_sdl=True) for one in (old, new)]
    return [*(change.description for change in find_breaking_changes(*schemas)), *_lost_keys(old, new)]


def list_untold(breaks: list[str], changelog: str) -> list[str]:
    """Those that the changelog's unreleased part does not name, word for word."""
    found = _UNRELEASED.search(changelog)
    told = " ".join(found[1].split()) if found else ""
    return [sentence for sentence in breaks if f"`{sentence}`" not in told]


def _lost_keys(old: DocumentNode, new: DocumentNode) -> Iterator[str]:
    """Other subgraphs name an entity by its keys; graphql-core knows nothing of them."""
    kept = set(_keys(new))
    return (f"{name} lost its key {key!r}." for name, key in _keys(old) if (name, key) not in kept)


def _keys(document: DocumentNode) -> Iterator[tuple[str, str]]:
    """The name of each entity with the fields of each of its keys."""
    for entity in document.definitions:
        if isinstance(entity, ObjectTypeDefinitionNode):
            keys = (one for one in entity.directives or () if one.name.value == "key")
            arguments = (argument for key in keys for argument in key.arguments or ())
            texts = (one.value for one in arguments if isinstance(one.value, StringValueNode))
            yield from ((entity.name.value, text.value) for text in texts)
