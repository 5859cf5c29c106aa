"""What the provider API's tests share: marketplace marts by hand, callers, a real server."""

from .callers import MONTH, Caller, make_settings, problem_of, text_of
from .marts import DAY_MS, HOUR_MS, NOON_MS, Marketplace, conversation, message
from .server import Server, environment, start_server

__all__ = [
    "DAY_MS",
    "HOUR_MS",
    "MONTH",
    "NOON_MS",
    "Caller",
    "Marketplace",
    "Server",
    "conversation",
    "environment",
    "make_settings",
    "message",
    "problem_of",
    "start_server",
    "text_of",
]
