"""The sandbox: the five vendors emulated over real HTTP, by their published contracts and nothing else."""

from gateway.sandbox.app import Sandbox, create_app
from gateway.sandbox.credential import CREDENTIALS
from gateway.sandbox.fault import ConnectionDropped, Fault, FaultKind, Faults
from gateway.sandbox.option import Assumptions, OptionError, SandboxOptions, TextSearch
from gateway.sandbox.serve import run
from gateway.sandbox.store import StoreMismatch

__all__ = [
    "CREDENTIALS",
    "Assumptions",
    "ConnectionDropped",
    "Fault",
    "FaultKind",
    "Faults",
    "OptionError",
    "Sandbox",
    "SandboxOptions",
    "StoreMismatch",
    "TextSearch",
    "create_app",
    "run",
]
