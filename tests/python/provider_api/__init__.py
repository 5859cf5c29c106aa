"""What the provider API's tests share: marketplace marts by hand, callers, a real server."""

from .callers import Caller, make_settings
from .marts import DAY_MS, HOUR_MS, NOON_MS, Marketplace, conversation, message
from .server import Server, start_server

__all__ = [
    "DAY_MS",
    "HOUR_MS",
    "NOON_MS",
    "Caller",
    "Marketplace",
    "Server",
    "conversation",
    "make_settings",
    "message",
    "start_server",
]
