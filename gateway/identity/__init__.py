"""Who is the same person, and what the merged customer says: match keys, merge rules, provenance, version."""

from gateway.identity.merge import Contribution, FieldProvenance, address_of, merge, provenance
from gateway.identity.person import MatchField, key_of
from gateway.identity.rule import NAME_PARTS, RULES, MergeRule, combine
from gateway.identity.version import version
from gateway.query import match_key, spellings

__all__ = [
    "NAME_PARTS",
    "RULES",
    "Contribution",
    "FieldProvenance",
    "MatchField",
    "MergeRule",
    "address_of",
    "combine",
    "key_of",
    "match_key",
    "merge",
    "provenance",
    "spellings",
    "version",
]
