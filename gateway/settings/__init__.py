"""The configuration: its tables as typed values, and how a file becomes them."""

from gateway.settings.file import SourceTypes, load, locate, serving
from gateway.settings.model import (
    CacheSettings,
    IdentitySettings,
    LimitSettings,
    ServerSettings,
    Settings,
    SourceSettings,
    Url,
)
from gateway.settings.serving import LOOPBACK, AuthSettings, DocumentSettings, KeySettings
from gateway.settings.table import Table

__all__ = [
    "LOOPBACK",
    "AuthSettings",
    "CacheSettings",
    "DocumentSettings",
    "IdentitySettings",
    "KeySettings",
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
