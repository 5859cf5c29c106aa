"""Connections with limits: uvicorn's own wait for a half-sent request as long as its caller likes.

A caller has some seconds to send a whole request and to take its answer. Where there are as many
connections as there may be, the one that has kept the service waiting longest makes room, so that
half-sent requests cannot keep out those that are sent.
"""

from __future__ import annotations

import asyncio
import logging
import resource
import time
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

log = logging.getLogger("parley.api")

BACKLOG = 64  # connections that the kernel hands over at a time
OTHER_FILES = 64  # open ones beside connections: the published file, the log, the program's own
TOO_LATE = b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
TOO_MANY = (
    b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\n"
    b"Content-Length: 0\r\n\r\n"
)


def affordable_connections(wanted: int, searches: int) -> int:
    """As many connections as wanted, or as the limit of open files has room for.

    A process that runs out of files cannot accept, and says so thousands of times a second.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    others = BACKLOG + OTHER_FILES + 2 * searches
    if hard == resource.RLIM_INFINITY or hard > soft:
        enough = wanted + others
        target = enough if hard == resource.RLIM_INFINITY else min(hard, enough)
        if target > soft:
            resource.setrlimit(resource.RLIMIT_NOFILE, (target, hard))
            soft = target
    possible = max(soft - others, 8)
    if possible < wanted:
        log.warning(
            "%s files may be open, so there are at most %s connections; raise `ulimit -n` for more.",
            soft,
            possible,
        )
    return min(wanted, possible)


class LimitedConnection(H11Protocol):
    """One connection; what it waits for has an end."""

    most = 256  # connections at a time
    seconds = 15.0  # to send a whole request, and to take what is ready of an answer

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self.receiving_since: float | None = None
        self.receive_timer: asyncio.TimerHandle | None = None
        self.write_timer: asyncio.TimerHandle | None = None

    # What follows is called by asyncio and uvicorn.

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Take the connection, or another one's place, or say that there is none."""
        others = [one for one in self.connections if isinstance(one, LimitedConnection)]
        super().connection_made(transport)
        if len(others) >= self.most:
            waiting = [one for one in others if one.is_kept_waiting]
            if not waiting:
                self.end(TOO_MANY)
                return
            min(waiting, key=lambda one: one.receiving_since or time.monotonic()).end(b"")
        self.receive()

    def data_received(self, data: bytes) -> None:
        """Go on with a request."""
        super().data_received(data)
        self.watch()

    def send_400_response(self, msg: str) -> None:
        """Answer nonsense, and nothing after it."""
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        try:
            super().send_400_response(msg)
        except h11.LocalProtocolError:  # an answer is under way already
            self.transport.abort()

    def on_response_complete(self) -> None:
        """Wait for the next request, or for the caller to take the last answer.

        Who sends several at once gets the first one's answer: a few callers could keep the service busy with
        what they never read.
        """
        if self.conn.trailing_data[0]:
            self.transport.close()
        super().on_response_complete()
        self.watch()
        if self.transport.is_closing():
            self.leave_later()

    def timeout_keep_alive_handler(self) -> None:
        """No other request has come."""
        super().timeout_keep_alive_handler()
        self.leave_later()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the timers."""
        self.received()
        self.resume_writing()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """The caller does not take what is sent: for a while."""
        super().pause_writing()
        if self.write_timer is None:
            self.write_timer = self.loop.call_later(self.seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """The caller has taken it."""
        super().resume_writing()
        if self.write_timer is not None:
            self.write_timer.cancel()
            self.write_timer = None

    # -- receiving a request ----------------------------------------------------------------------

    @property
    def is_kept_waiting(self) -> bool:
        """Whether it is the caller's turn: to send a request's rest, or the next one."""
        return (
            self.receiving_since is not None or self.cycle is None or self.cycle.response_complete
        )

    def watch(self) -> None:
        """Note whether a part of a request is here, and the rest is not."""
        state = self.conn.their_state
        is_begun = state is h11.IDLE and bool(self.conn.trailing_data[0])
        if state is h11.SEND_BODY or is_begun:
            self.receive()
        else:
            self.received()

    def receive(self) -> None:
        """A request begins; its bytes may take as long as they like, together."""
        if self.receiving_since is None:
            self.receiving_since = time.monotonic()
            self.receive_timer = self.loop.call_later(self.seconds, self.end, TOO_LATE)

    def received(self) -> None:
        """The request is here, or its caller is gone."""
        self.receiving_since = None
        if self.receive_timer is not None:
            self.receive_timer.cancel()
            self.receive_timer = None

    def end(self, answer: bytes) -> None:
        """Close it; a caller that has no answer gets this one. Without one it is gone at once."""
        self.received()
        if not answer:
            self.transport.abort()
            return
        if self.cycle is None or self.cycle.response_complete:
            self.transport.write(answer)
        self.transport.close()
        self.leave_later()

    def leave_later(self) -> None:
        """Be gone in a while: a closed connection stays until its caller has taken what was sent."""
        self.loop.call_later(self.seconds, self.transport.abort)


def connection_class(most_connections: int, request_seconds: float) -> type[asyncio.Protocol]:
    """The class of connections with these limits."""
    limits = {"most": most_connections, "seconds": request_seconds}
    return type("Connection", (LimitedConnection,), limits)
