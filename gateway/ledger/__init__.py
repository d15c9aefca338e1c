"""The ledger: what is remembered of writes with an idempotency key, in this process or shared by replicas."""

from gateway.ledger.entry import Kept, Ledger
from gateway.ledger.memory import MemoryLedger
from gateway.ledger.opening import open_ledger

__all__ = ["Kept", "Ledger", "MemoryLedger", "open_ledger"]
