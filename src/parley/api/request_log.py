"""One line a request: who read what, without the token, what was asked for and what was found."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import Counter
from collections.abc import Callable

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from parley.api.errors import ApiError

log = logging.getLogger("parley.api")
LONGEST_PATH = 200
MOST_REPEATS = 5  # of a server's complaint in a minute
REPEAT_SECONDS = 60.0


class Quiet(logging.Filter):
    """Lets a complaint of the server through a few times a minute, whoever provokes it how often."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self.clock = clock
        self.since = clock()
        self.seen: Counter[tuple[str, int]] = Counter()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is written. What requests log is kept: its lines are counted by tokens."""
        if record.name == log.name:
            return True
        now = self.clock()
        if now - self.since >= REPEAT_SECONDS:
            self.since = now
            self.seen.clear()
        place = (record.pathname, record.lineno)
        self.seen[place] += 1
        if self.seen[place] == MOST_REPEATS:
            record.msg = f"{record.msg} (not said again for {REPEAT_SECONDS:g} seconds)"
        return self.seen[place] <= MOST_REPEATS


class RequestLog:
    """Logs method, path, status, the token's id and the time taken."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request and log it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 0

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        state = scope.setdefault("state", {})
        try:
            await self.app(scope, receive, note)
        except asyncio.CancelledError:  # the service ends and has waited long enough
            if not status:
                await ApiError(503, "The service is ending.").response()(scope, receive, note)
        finally:
            taken = (time.perf_counter() - started) * 1000
            # A path may be long and hold line breaks: !r keeps a request to its one line.
            log.info(
                f"{scope['method']} {logged_path(scope, status)[:LONGEST_PATH]!r} {status or 500} "
                f"token={state.get('token_id', '-')} {taken:.1f} ms"
            )


def logged_path(scope: Scope, status: int) -> str:
    """The path where it names an account that the caller may ask for; else only its pattern.

    Anything may stand in a path that is not there: an account is known before it is logged.
    """
    route = getattr(scope.get("route"), "path", None)
    if route is None:
        return scope["path"] if status == 200 else "(no such path)"
    return str(route if status in (401, 404) else scope["path"])
