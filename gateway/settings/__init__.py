"""The configuration: its tables as typed values, and how a file becomes them."""

from gateway.settings.file import SourceTypes, load, locate, serving
from gateway.settings.model import (
    LOOPBACK,
    CacheSettings,
    IdentitySettings,
    LimitSettings,
    ServerSettings,
    Settings,
    SourceSettings,
    Table,
    Url,
)

__all__ = [
    "LOOPBACK",
    "CacheSettings",
    "IdentitySettings",
    "LimitSettings",
    "ServerSettings",
    "Settings",
    "SourceSettings",
    "SourceTypes",
    "Table",
    "Url",
    "load",
    "locate",
    "serving",
]
