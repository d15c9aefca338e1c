"""The match index: per record a keyed hash of whom it belongs to, its id and its times; nothing of a customer."""

from gateway.index.build import open_index
from gateway.index.clause import is_indexed
from gateway.index.entry import Entry, Hasher
from gateway.index.index import MatchIndex
from gateway.index.share import DEFAULT_SHARE, Share
from gateway.index.status import IndexOptions, IndexState, IndexStatus, IndexUse
from gateway.index.store import Edge, Member, Span, Store, StoreFailed
from gateway.index.verify import Verification, verify

__all__ = [
    "DEFAULT_SHARE",
    "Edge",
    "Entry",
    "Hasher",
    "IndexOptions",
    "IndexState",
    "IndexStatus",
    "IndexUse",
    "MatchIndex",
    "Member",
    "Share",
    "Span",
    "Store",
    "StoreFailed",
    "Verification",
    "is_indexed",
    "open_index",
    "verify",
]
