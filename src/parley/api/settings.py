"""The service's settings, from the environment, with defaults that work in a fresh clone."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from parley.files import published_path, warehouse_path


class SettingsError(Exception):
    """A setting that cannot be used, in one sentence."""


@dataclass(frozen=True)
class Settings:
    """Where the service reads, where it listens, and what it lets through."""

    published: Path
    tokens: Path
    host: str = "127.0.0.1"
    port: int = 8087
    rate_limit: int = 600  # requests a token and window
    rate_seconds: int = 60
    body_limit: int = 65_536  # bytes
    memory_limit: str = "3GB"
    threads: int = 2


def whole_number(
    values: Mapping[str, str], name: str, default: int, most: int, least: int = 1
) -> int:
    """A setting that counts something."""
    text = values.get(name) or str(default)
    if not (re.fullmatch("[0-9]{1,12}", text) and least <= int(text) <= most):
        raise SettingsError(f"{name} is {text!r}; set it to a number from {least} to {most}.")
    return int(text)


def tokens_path(warehouse: Path) -> Path:
    """The file of tokens: PARLEY_API_TOKENS, or api_tokens.json beside the warehouse."""
    return Path(os.environ.get("PARLEY_API_TOKENS") or warehouse.parent / "api_tokens.json")


def read_settings() -> Settings:
    """The settings of this process."""
    values = os.environ
    warehouse = warehouse_path()
    return Settings(
        published=published_path(warehouse),
        tokens=tokens_path(warehouse),
        host=values.get("PARLEY_API_HOST") or Settings.host,
        port=whole_number(values, "PARLEY_API_PORT", Settings.port, 65_535, least=0),
        rate_limit=whole_number(values, "PARLEY_API_RATE_LIMIT", Settings.rate_limit, 1_000_000),
        rate_seconds=whole_number(values, "PARLEY_API_RATE_SECONDS", Settings.rate_seconds, 86_400),
        body_limit=whole_number(values, "PARLEY_API_BODY_LIMIT", Settings.body_limit, 2**30),
        memory_limit=values.get("PARLEY_MEMORY_LIMIT") or Settings.memory_limit,
        threads=whole_number(values, "PARLEY_THREADS", Settings.threads, 1_024),
    )
