"""One line a request: who read what, without the token and without what was found."""

from __future__ import annotations

import logging
import time

from starlette.types import ASGIApp, Message, Receive, Scope, Send

log = logging.getLogger("parley.api")


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
        status = 500

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        state = scope.setdefault("state", {})
        try:
            await self.app(scope, receive, note)
        finally:
            taken = (time.perf_counter() - started) * 1000
            # A path may hold line breaks: !r keeps a request to its one line.
            log.info(
                f"{scope['method']} {scope['path']!r} {status} "
                f"token={state.get('token_id', '-')} {taken:.1f} ms"
            )
