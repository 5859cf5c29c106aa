"""How often a token may ask, and how much a caller may send."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable

from fastapi import Request
from starlette.requests import ClientDisconnect

from parley.api.errors import ApiError


class RateLimit:
    """So many requests a token in any window of so many seconds; refused requests do not count."""

    def __init__(
        self, limit: int, seconds: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.limit = limit
        self.seconds = seconds
        self.clock = clock
        self.lock = threading.Lock()
        self.requests: dict[str, deque[float]] = {}

    def check(self, token_id: str) -> None:
        """Count a request, or refuse it."""
        now = self.clock()
        with self.lock:
            times = self.requests.setdefault(token_id, deque())
            while times and times[0] <= now - self.seconds:
                times.popleft()
            if len(times) < self.limit:
                times.append(now)
                return
            wait = max(1, math.ceil(times[0] + self.seconds - now))
        raise ApiError(
            429,
            f"This token may send {self.limit} requests in {self.seconds:g} seconds; "
            f"try again in {wait} seconds.",
            headers={"Retry-After": str(wait)},
        )


async def read_body(request: Request, limit: int) -> bytes:
    """A request's body, as far as the limit lets it come; a body sent in chunks has no length."""
    too_large = ApiError(413, f"A request's body may have {limit} bytes at most.")
    declared = request.headers.get("content-length", "")
    if declared.isascii() and declared.isdigit() and len(declared) < 20 and int(declared) > limit:
        raise too_large
    body = bytearray()
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > limit:
                raise too_large
    except ClientDisconnect:
        raise ApiError(400, "The request ended before its body did.") from None
    return bytes(body)
