"""Searches at a time: whose turn it is, for how long, and how a search is ended.

A token has one search under way, or as many as it may; its others wait. Tokens take turns, so a
token with many searches keeps nobody waiting but itself. A search that takes too long, and one
whose caller has left, is interrupted inside the database.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

import duckdb
from fastapi import Request

from parley.api.errors import ApiError

Answer = TypeVar("Answer")
Row = dict[str, Any]

MOST_WAITING = 32  # searches of one token
RETRY_SECONDS = 10  # after a search that was not answered
INTERRUPT_SECONDS = 0.05  # between two attempts to end a search
CLOSING_SECONDS = 2.0  # for searches to end when the service does
ROWS = 500  # that are fetched at a time


class StoppedError(Exception):
    """The search was ended; nobody waits for its answer."""


class Search:
    """One search under way in a thread; another thread may stop it."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.cursor: duckdb.DuckDBPyConnection | None = None
        self.is_stopped = False
        self.is_done = False

    def rows(
        self, connection: duckdb.DuckDBPyConnection, statement: str, values: dict[str, Any]
    ) -> Iterator[Row]:
        """The rows of a statement, by column; whoever has enough of them leaves the rest."""
        with connection.cursor() as cursor:
            with self.lock:
                if self.is_stopped:
                    raise StoppedError
                self.cursor = cursor
            try:
                cursor.execute(statement, values)
                names = [column[0] for column in cursor.description or ()]
                while rows := cursor.fetchmany(ROWS):
                    if self.is_stopped:
                        raise StoppedError
                    for row in rows:
                        yield dict(zip(names, row, strict=True))
            except duckdb.OutOfMemoryException:
                raise ApiError(
                    503,
                    "This search needs more memory than one may have; ask for a shorter range.",
                    headers={"Retry-After": str(RETRY_SECONDS)},
                ) from None
            finally:
                with self.lock:
                    self.cursor = None

    def stop(self) -> None:
        """End the statement that runs, if one does, and let no other begin."""
        with self.lock:
            self.is_stopped = True
            if self.cursor is not None:
                self.cursor.interrupt()


class Searches:
    """The searches of all callers."""

    def __init__(self, at_a_time: int, of_a_token: int, seconds: float) -> None:
        self.at_a_time = at_a_time
        self.of_a_token = of_a_token
        self.seconds = seconds
        self.pool = ThreadPoolExecutor(at_a_time, thread_name_prefix="search")
        self.under_way: Counter[str] = Counter()
        # Whose turn is next: the first token that has a search waiting and none too many under way.
        self.waiting: dict[str, deque[asyncio.Future[None]]] = {}
        self.searches: set[Search] = set()
        self.ending: set[asyncio.Task[None]] = set()

    async def run(self, token: str, request: Request, work: Callable[[Search], Answer]) -> Answer:
        """The answer of some work, done in its turn, unless it takes too long or its caller leaves."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self.seconds
        async with left(request) as gone:
            await self.turn(token, gone, deadline)
            search = Search()
            self.searches.add(search)
            answer = loop.run_in_executor(self.pool, do, work, search)
            try:
                await first_of(answer, gone, deadline)
                return answer.result()
            except (duckdb.InterruptException, StoppedError):
                raise ApiError(503, "The service is ending.") from None
            finally:
                if answer.done():
                    self.leave(token, search)
                else:
                    ending = loop.create_task(self.end(token, search, answer))
                    self.ending.add(ending)
                    ending.add_done_callback(self.ending.discard)

    def leave(self, token: str, search: Search) -> None:
        """Let another search have this one's place."""
        self.searches.discard(search)
        self.under_way[token] -= 1
        self.give_turns()

    async def end(self, token: str, search: Search, answer: asyncio.Future[Any]) -> None:
        """End a search that nobody waits for; its place is free when its thread is."""
        while not answer.done():
            search.stop()  # again, because one that comes before a statement begins is lost
            await asyncio.wait({answer}, timeout=INTERRUPT_SECONDS)
        if not answer.cancelled():
            answer.exception()  # nobody else asks for it
        self.leave(token, search)

    async def turn(self, token: str, gone: asyncio.Future[None], deadline: float) -> None:
        """Wait until it is the token's turn; from then on it has a search under way."""
        line = self.waiting.setdefault(token, deque())
        if len(line) >= MOST_WAITING:
            raise ApiError(
                429,
                f"{MOST_WAITING} searches of this token are waiting for their turn already.",
                headers={"Retry-After": str(RETRY_SECONDS)},
            )
        mine = asyncio.get_running_loop().create_future()
        line.append(mine)
        self.give_turns()
        try:
            await first_of(mine, gone, deadline)
        except BaseException:
            if mine.done():  # it was given a turn that nobody takes
                self.under_way[token] -= 1
            else:
                self.waiting[token].remove(mine)
            self.give_turns()
            raise

    def give_turns(self) -> None:
        """Let as many begin as may."""
        while self.under_way.total() < self.at_a_time:
            free = [
                token
                for token, line in self.waiting.items()
                if line and self.under_way[token] < self.of_a_token
            ]
            if not free:
                break
            line = self.waiting.pop(free[0])
            self.waiting[free[0]] = line  # behind the others
            self.under_way[free[0]] += 1
            line.popleft().set_result(None)
        for token in [token for token, line in self.waiting.items() if not line]:
            del self.waiting[token]

    async def close(self) -> None:
        """End what is under way, for the process ends only after its threads.

        Callers are still told so meanwhile.
        """
        self.pool.shutdown(wait=False, cancel_futures=True)
        until = time.monotonic() + CLOSING_SECONDS
        while time.monotonic() < until and not all(one.is_done for one in self.searches):
            for search in self.searches:
                search.stop()
            await asyncio.sleep(INTERRUPT_SECONDS)
        await asyncio.sleep(INTERRUPT_SECONDS)


def do(work: Callable[[Search], Answer], search: Search) -> Answer:
    """The work, in its thread."""
    try:
        return work(search)
    finally:
        search.is_done = True


@asynccontextmanager
async def left(request: Request) -> AsyncIterator[asyncio.Future[None]]:
    """What happens when the caller leaves. The request's body has been read before."""

    async def leave() -> None:
        while (await request.receive())["type"] != "http.disconnect":
            pass

    task = asyncio.ensure_future(leave())
    try:
        yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def first_of(wanted: asyncio.Future[Any], gone: asyncio.Future[None], at: float) -> None:
    """Wait for something, but not longer than the caller does, nor than there is time."""
    seconds = at - asyncio.get_running_loop().time()
    await asyncio.wait({wanted, gone}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
    if wanted.done():
        return
    if gone.done():
        raise ApiError(499, "The caller left before the answer was there.")
    raise ApiError(
        503,
        "There was not enough time for this search; ask for a shorter range, or try again later.",
        headers={"Retry-After": str(RETRY_SECONDS)},
    )
