"""How one list becomes another where each element has an endpoint of its own: what to change, to add, to remove."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

O = TypeVar("O")  # noqa: E741  # old
N = TypeVar("N")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement(Generic[O, N]):
    """Elements that are in both lists are in none of these."""

    changed: Sequence[tuple[O, N]]
    """What is there, and what it is to become."""
    added: Sequence[N]
    removed: Sequence[O]


def replacement(old: Sequence[O], new: Sequence[N], shows: Callable[[O, N], bool]) -> Replacement[O, N]:
    """Elements that show a new one already stay; the others are changed in order, the surplus added or removed."""
    left = list(old)
    wanted: list[N] = []
    for one in new:
        same = next((former for former in left if shows(former, one)), None)
        if same is None:
            wanted.append(one)
        else:
            left.remove(same)
    paired = min(len(left), len(wanted))
    return Replacement(
        changed=list(zip(left, wanted, strict=False)), added=wanted[paired:], removed=left[paired:]
    )
