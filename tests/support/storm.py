"""A storm of changes made behind the gateway's back: people come, go, change their address, or anything else."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import Any

from gateway.sandbox import Sandbox
from tests.support.nasty import times_of

Document = dict[str, Any]


class Storm:
    """Seeded changes of one sandbox; each happens at the time that it is told."""

    def __init__(self, sandbox: Sandbox, seed: int) -> None:
        self._sandbox = sandbox
        self._random = Random(seed)
        self._created = 0

    def blow(self, count: int, now: datetime) -> None:
        """So many changes."""
        for _ in range(count):
            vendor = self._random.choice(self._sandbox.vendors)
            self._random.choice([self.create, self.move, self.touch, self.delete])(vendor, now)

    def create(self, vendor: str, now: datetime) -> str:
        """Somebody new, in every other case under an address that somebody has."""
        document = self._anybody(vendor)
        self._created += 1
        number = 10_000_000 + self._created
        document["id"] = number if isinstance(document["id"], int) else f"{document['id'][:-8]}{number}"
        if self._random.random() < 0.5:
            self._address(document)
        return self._written(vendor, document, now, times_of([document]))

    def move(self, vendor: str, now: datetime, address: str | None = None) -> str:
        """Somebody gets another address: the one given, else a new one or that of somebody anywhere."""
        document = self._anybody(vendor)
        self._address(document, address)
        return self._written(vendor, document, now, times_of([document])[1:])

    def touch(self, vendor: str, now: datetime) -> str:
        """Somebody is updated in what the index does not hold."""
        document = self._anybody(vendor)
        return self._written(vendor, document, now, times_of([document])[1:])

    def delete(self, vendor: str, now: datetime) -> str:
        """Softly where the vendor does so, else for good."""
        document = self._anybody(vendor)
        if "deleted_at" in document:
            return self._written(vendor, document, now, (*times_of([document])[1:], "deleted_at"))
        others = [one for one in self._sandbox.dump(vendor) if one["id"] != document["id"]]
        self._sandbox.load(vendor, others)
        return str(document["id"])

    def _anybody(self, vendor: str) -> Document:
        return self._random.choice(self._sandbox.dump(vendor))

    def _address(self, document: Document, address: str | None = None) -> None:
        block = document.get("billingAddress", document)
        if address is not None:
            block["email"] = address
        elif self._random.random() < 0.5:
            block["email"] = f"New.{self._random.random()}@Example.org"
        else:
            other = self._anybody(self._random.choice(self._sandbox.vendors))
            block["email"] = (other.get("billingAddress", other))["email"]

    def _written(self, vendor: str, document: Document, now: datetime, names: tuple[str, ...]) -> str:
        is_zoned = any("T" in str(document[name]) for name in times_of([document]))
        for name in names:
            moment = now.astimezone(UTC).replace(microsecond=0)
            document[name] = moment.isoformat() if is_zoned else moment.isoformat(" ")[:19]
        others = [one for one in self._sandbox.dump(vendor) if one["id"] != document["id"]]
        self._sandbox.load(vendor, [*others, document])
        return str(document["id"])


def everything(sandbox: Sandbox) -> Iterator[str]:
    """Every text that stands anywhere in the vendors' documents and could name somebody."""
    for vendor in sandbox.vendors:
        for document in sandbox.dump(vendor):
            for key in ("email", "name", "fullname", "fullName", "last_name"):
                for block in (document, document.get("billingAddress") or {}):
                    if isinstance(block.get(key), str) and len(block[key]) > 3:
                        yield block[key]
