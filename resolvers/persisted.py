"""Documents that clients name instead of sending: left here by themselves (APQ), or trusted by a manifest."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
from cachetools import LRUCache

from gateway.customer import Json
from gateway.errors import ConfigurationError
from gateway.settings import DocumentSettings

NOT_FOUND = "PERSISTED_QUERY_NOT_FOUND"
"""The code by which Apollo's clients know that they have to send the document itself."""
NOT_SUPPORTED = "PERSISTED_QUERY_NOT_SUPPORTED"
NOT_TRUSTED = "PERSISTED_QUERY_ID_REQUIRED"
HASH_MISMATCH = "PERSISTED_QUERY_HASH_MISMATCH"

_KEPT = 8 * 1024 * 1024
"""Characters of documents that clients have left; the least used go first."""
_MOST_CHARACTERS = 65_536
_PREFIX = "sha256:"


class Unnamed(Exception):
    """No document is executed; `status` is that of the response, whichever its media type."""

    def __init__(self, message: str, code: str, status: int) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.status = status


class Persisted:
    """From what a request says of its document to the document."""

    def __init__(self, settings: DocumentSettings) -> None:
        self._is_open = settings.persisted
        self._trusted = {} if settings.manifest is None else read_manifest(Path(settings.manifest))
        self._texts = frozenset(self._trusted.values())
        self._is_closed = settings.trusted_only
        self._left: LRUCache[str, str] = LRUCache(_KEPT, getsizeof=len)

    def document(self, query: str | None, name: str | None) -> str | None:
        """The document meant; None where neither it nor a name was sent. Raises `Unnamed`."""
        if name is not None and name in self._trusted:
            return self._trusted[name]
        if self._is_closed:
            return self._only_trusted(query)
        if name is None:
            return query
        if not self._is_open:
            raise Unnamed("PersistedQueryNotSupported", NOT_SUPPORTED, 200)
        return self._named(query, name)

    def _only_trusted(self, query: str | None) -> str:
        if query is None or query not in self._texts:
            raise Unnamed(
                "Only the documents of the manifest are executed; name one of them.", NOT_TRUSTED, 400
            )
        return query

    def _named(self, query: str | None, name: str) -> str:
        if query is None:
            left = self._left.get(name)
            if left is None:
                raise Unnamed("PersistedQueryNotFound", NOT_FOUND, 200)
            return left
        if hashlib.sha256(query.encode(errors="replace")).hexdigest() != name:
            raise Unnamed("The digest is not that of the document.", HASH_MISMATCH, 400)
        if len(query) <= _MOST_CHARACTERS:
            self._left[name] = query
        return query


def name_of(extensions: Mapping[str, Json], document_id: object) -> str | None:
    """The name that a request gives its document: Apollo's extension, or the specification's documentId.

    Raises `Unnamed` for an extension that is none.
    """
    if isinstance(document_id, str) and document_id:
        return document_id.removeprefix(_PREFIX)
    asked = extensions.get("persistedQuery")
    if asked is None:
        return None
    name = asked.get("sha256Hash") if isinstance(asked, dict) else None
    if not isinstance(name, str) or not name or asked.get("version") != 1:
        raise Unnamed("`extensions.persistedQuery` needs version 1 and a sha256Hash.", NOT_SUPPORTED, 400)
    return name


class _Operation(msgspec.Struct):
    id: str
    body: str


class _Manifest(msgspec.Struct):
    """Apollo's: `generate-persisted-query-manifest` writes it."""

    operations: list[_Operation]


def read_manifest(path: Path) -> Mapping[str, str]:
    """Name → document. Apollo's manifest, or an object of names and documents as Relay's compiler writes.

    Raises `ConfigurationError`.
    """
    try:
        return _documents(msgspec.json.decode(path.read_bytes()))
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from None
    except msgspec.DecodeError:
        raise ConfigurationError(f"{path}: is no manifest of documents") from None


def _documents(manifest: Any) -> Mapping[str, str]:  # noqa: ANN401  # JSON
    if isinstance(manifest, dict) and "operations" in manifest:
        operations = msgspec.convert(manifest, _Manifest).operations
        return {operation.id: operation.body for operation in operations}
    return msgspec.convert(manifest, dict[str, str])
