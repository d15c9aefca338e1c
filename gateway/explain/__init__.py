"""Explaining an operation: what it will ask the vendors, or has asked them, with personal data masked."""

from gateway.explain.report import HEADER, Mode, mode_of, report

__all__ = ["HEADER", "Mode", "mode_of", "report"]
