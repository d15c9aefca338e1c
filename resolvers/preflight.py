"""Requests that a foreign page may have made a browser send: they are not executed (CSRF prevention).

The rule is that of Apollo Server: what a browser sends without asking first needs a header that it would have to ask
for. A POST cannot be one, since only JSON is taken. `policy` "browsers" asks it of what a browser may have sent,
"all" of every GET, as Apollo Server does.
"""

from __future__ import annotations

from collections.abc import Mapping

MARKS = ("apollo-require-preflight", "x-apollo-operation-name")
"""Headers by which Apollo's clients show that the browser has asked, or that there is none."""

_SIMPLE = frozenset({"application/x-www-form-urlencoded", "multipart/form-data", "text/plain", ""})
_OWN = frozenset({"same-origin", "none"})
"""Sec-Fetch-Site of our own pages, and of what a person has typed."""


def is_unasked(headers: Mapping[str, str], policy: str) -> bool:
    """Whether the request has to be refused; header names are in lower case."""
    if any(headers.get(name) for name in MARKS):
        return False
    kind = headers.get("content-type", "").split(";")[0].strip().lower()
    return kind in _SIMPLE and (policy == "all" or _may_be_a_browsers(headers))


def _may_be_a_browsers(headers: Mapping[str, str]) -> bool:
    """A page cannot take these headers away, and no browser leaves all of them out."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in _OWN
    is_told = any(name in headers for name in ("origin", "referer", "cookie"))
    return is_told or headers.get("user-agent", "").startswith("Mozilla/")
