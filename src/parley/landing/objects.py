"""Objects of a store: asked for a few times, told where they are waited for, and whole or an error."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Timer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs

from pyarrow import fs

from parley.landing.texts import printable

#: How often a store is asked, and how many seconds it may be silent each time. Arrow's own thirty times of
#: three seconds hold up a build for a minute and a half, and give up what needs four.
TRIES, SILENCE = 3, 10.0
#: Seconds after which people are told what is waited for.
PATIENCE = 5.0
#: What an address may say and a store does not say again: one that is made anew would be without it.
LOST = {"tls_verify_certificates", "tls_ca_dir_path", "smart_defaults"}


def bounded(location: str) -> tuple[fs.FileSystem, str]:
    """The store of an address and the path in it; S3 is asked a few times."""
    store, base = fs.FileSystem.from_uri(location)
    asked = parse_qs(location.partition("?")[2], keep_blank_values=True)
    if store.type_name == "s3" and LOST.isdisjoint(asked):
        # an address has no options for this, and a store says how it is made only to pickle
        _, (options,) = store.__reduce__()
        tries = fs.AwsStandardS3RetryStrategy(max_attempts=TRIES)
        store = fs.S3FileSystem(**options | {"request_timeout": SILENCE, "retry_strategy": tries})
    return store, str(base)


class StoredObject:
    """An object that is read from its beginning to the end that its store stated."""

    def __init__(self, store: fs.FileSystem, path: str, name: str) -> None:
        self._name = printable(name)
        with waiting(self._name):
            self._file: Any = store.open_input_file(path)

    def read(self, size: int = -1) -> bytes:
        """The next bytes; none at the end. An OSError where fewer come than the store stated."""
        start, left = self._file.tell(), self._file.size() - self._file.tell()
        asked = left if size < 0 else min(size, left)
        if not asked:
            return b""
        # Arrow takes an answer for as long as what it asked for, and what did not come is what was in memory.
        for mark in (0xFF, 0xFE):
            room = bytearray(asked)
            room[-1] = mark
            self._file.seek(start)
            with waiting(self._name):
                came = self._file.readinto(room)
            if came == asked and room[-1] != mark:
                return bytes(room)
        raise OSError("fewer bytes came than the store stated")

    def __enter__(self) -> Self:
        """The object itself, which is closed at the end."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close it."""
        self._file.close()


@contextmanager
def waiting(name: str) -> Iterator[None]:
    """Say which object is waited for, where that takes long."""
    timer = Timer(PATIENCE, print, (f"Waiting for {name}",), {"file": sys.stderr, "flush": True})
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
