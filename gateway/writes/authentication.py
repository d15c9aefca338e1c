"""Whether an e-mail address and a password belong together: asked once, never repeated, never logged."""

from __future__ import annotations

from gateway.customer import Customer, Value
from gateway.errors import GatewayError, InvalidInput, Unsupported
from gateway.planner.reader import Reader
from gateway.writes.check import email_faults, told
from gateway.writes.outcome import Complaint, complaint_of


class Authentication(Value, frozen=True, kw_only=True):
    """`customer` is None, without complaints, where they do not belong together."""

    customer: Customer | None = None
    user_errors: tuple[Complaint, ...] = ()


async def authenticate(reader: Reader, source_name: str, email: str, password: str) -> Authentication:
    """Ask the source's vendor."""
    broken = told(email_faults(email, ("email",)), source_name)
    if broken:
        return Authentication(user_errors=broken)
    try:
        return Authentication(customer=await _asked(reader, source_name, email, password))
    except GatewayError as error:
        return Authentication(user_errors=(complaint_of(error, reader.source(source_name)),))


async def _asked(reader: Reader, source_name: str, email: str, password: str) -> Customer | None:
    source = reader.source(source_name)
    if source is None:
        raise InvalidInput(f"`source` names {source_name!r}, which is no source.", path=("source",))
    if not password:
        raise InvalidInput("`password` is empty.", path=("password",))
    ask = source.writes.authenticate
    if ask is None:
        raise Unsupported(f"{source.name}: {source.vendor} cannot authenticate customers.")
    found = await source.write(ask(email, password), reader.operation)
    reader.snapshots.forget()
    if not found.rows:
        return None
    return await reader.anew(reader.lookup.selection).customer(source.name, source.spec.row_id(found.rows[0]))
