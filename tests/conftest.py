"""What all tests share: generated examples are the same in every run, and none fails for being slow."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("steady", deadline=None, derandomize=True, database=None)
settings.load_profile("steady")
