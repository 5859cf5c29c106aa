"""The service's settings, from the environment, with defaults that work in a fresh clone."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from parley.files import path_setting, published_path, warehouse_path

#: With less not even a short search comes to its end.
LEAST_SEARCH_KILOBYTES = 16_000


class SettingsError(Exception):
    """A setting that cannot be used, in one sentence."""


@dataclass(frozen=True)
class AnswerLimits:
    """What makes a page end early; its first conversation is always there, and whole."""

    messages: int = 10_000
    characters: int = 16_777_216  # of texts and lists


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
    base_url: str = ""  # what addresses in answers begin with
    connections: int = 256  # at a time
    request_seconds: int = 15  # to send a request
    searches: int = 4  # at a time
    searches_of_a_token: int = 1
    search_seconds: int = 30  # with the time that it waits for its turn
    search_memory: str = "512MB"  # of the database engine, for each search
    answer_limits: AnswerLimits = AnswerLimits()
    threads: int = 2


def whole_number(
    values: Mapping[str, str], name: str, default: int, most: int, least: int = 1
) -> int:
    """A setting that counts something."""
    text = values.get(name) or str(default)
    if not (re.fullmatch("[0-9]{1,12}", text) and least <= int(text) <= most):
        raise SettingsError(f"{name} is {text!r}; set it to a number from {least} to {most}.")
    return int(text)


def base_url(values: Mapping[str, str]) -> str:
    """The address at which callers reach the service."""
    text = (values.get("PARLEY_API_BASE_URL") or "").rstrip("/")
    if text and not re.fullmatch(r"https?://[^\s/?#@]+(/[^\s?#]*)?", text):
        raise SettingsError(
            f"PARLEY_API_BASE_URL is {text!r}; set it to an address such as "
            "https://conversations.example.com."
        )
    return text


def memory(values: Mapping[str, str], name: str, default: str) -> str:
    """A setting that is an amount of memory."""
    text = values.get(name) or default
    found = re.fullmatch(r"([1-9][0-9]{0,5}) ?([KMG])i?B", text)
    if not found or int(found[1]) * 1000 ** "KMG".index(found[2]) < LEAST_SEARCH_KILOBYTES:
        raise SettingsError(
            f"{name} is {text!r}; set it to an amount of memory such as 512MB, 16MB at least."
        )
    return text


def tokens_path(warehouse: Path) -> Path:
    """The file of tokens: PARLEY_API_TOKENS, or api_tokens.json beside the warehouse."""
    return path_setting("PARLEY_API_TOKENS", warehouse.parent / "api_tokens.json")


def read_settings() -> Settings:
    """The settings of this process."""
    values = os.environ
    warehouse = warehouse_path()

    def number(name: str, default: int, most: int, least: int = 1) -> int:
        return whole_number(values, name, default, most, least)

    return Settings(
        published=published_path(warehouse),
        tokens=tokens_path(warehouse),
        host=values.get("PARLEY_API_HOST") or Settings.host,
        port=number("PARLEY_API_PORT", Settings.port, 65_535, least=0),
        rate_limit=number("PARLEY_API_RATE_LIMIT", Settings.rate_limit, 1_000_000),
        rate_seconds=number("PARLEY_API_RATE_SECONDS", Settings.rate_seconds, 86_400),
        body_limit=number("PARLEY_API_BODY_LIMIT", Settings.body_limit, 2**30),
        base_url=base_url(values),
        connections=number("PARLEY_API_CONNECTIONS", Settings.connections, 100_000),
        request_seconds=number("PARLEY_API_REQUEST_SECONDS", Settings.request_seconds, 3_600),
        searches=number("PARLEY_API_SEARCHES", Settings.searches, 1_024),
        searches_of_a_token=number(
            "PARLEY_API_SEARCHES_OF_A_TOKEN", Settings.searches_of_a_token, 1_024
        ),
        search_seconds=number("PARLEY_API_SEARCH_SECONDS", Settings.search_seconds, 3_600),
        search_memory=memory(values, "PARLEY_API_SEARCH_MEMORY", Settings.search_memory),
        answer_limits=AnswerLimits(
            number("PARLEY_API_ANSWER_MESSAGES", AnswerLimits.messages, 10_000_000),
            number("PARLEY_API_ANSWER_CHARACTERS", AnswerLimits.characters, 2**31),
        ),
        threads=number("PARLEY_THREADS", Settings.threads, 1_024),
    )
