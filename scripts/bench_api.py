"""Speed of the provider API under load, beside DuckDB alone: part of `make bench`.

Publishes a marketplace of N conversations, starts the service as a process, and measures searches
of several kinds: by one client after the other, which gives the times of an answer, and by several
at once, which gives answers a second. The floor is DuckDB in this process, reading the same rows of
the same file with plain statements: no HTTP, no checks, no JSON. The ratios are the result. Then the
service is attacked, by many slow searches of one token and by half-sent requests, and another caller's
times are put beside those that it has in peace.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table

from parley.api.tokens import add_token

ROOT = Path(__file__).resolve().parent.parent
START_MS = 1_767_225_600_000  # 2026-01-01
DAY_MS = 86_400_000
DAYS = 360
SUBSCRIBERS = 40
PROVIDER = "provider"
PATH = f"/messaging_history/api/account/{PROVIDER}/conversations/search"
KEY = "provider_account_id, account_id, conversation_id"
PARTICIPANTS = (
    '[{"agent_id":"bot-1","user_type":"bot","permission":"ASSIGNED_AGENT","agent_group_id":null,'
    '"joined_ms":1767225600000},{"agent_id":"agent-1","user_type":"human",'
    '"permission":"ASSIGNED_AGENT","agent_group_id":"7","joined_ms":1767225660000}]'
)
TRANSFERS = (
    '[{"transferred_ms":1767225660000,"reason":"skill","source_skill_id":"1",'
    '"target_skill_id":"2","source_agent_id":"bot-1","assigned_agent_id":null,'
    '"transferred_by":"bot-1"}]'
)


@dataclass(frozen=True)
class Kind:
    """A kind of search: what a client sends, and the plain statements that read the same rows."""

    name: str
    query: str
    filters: dict[str, Any]
    condition: str = "true"
    limit: int = 50
    offset: int = 0
    days: int = 30
    has_messages: bool = True

    @property
    def body(self) -> bytes:
        """The request's body."""
        last = START_MS + self.days * DAY_MS - 600_000
        return json.dumps({"start": {"from": START_MS, "to": last}, **self.filters}).encode()

    def read(self, connection: duckdb.DuckDBPyConnection) -> int:
        """Read the same rows with DuckDB alone; how many conversations the page has."""
        rows = connection.execute(
            f"""
            select * from file.marts.marketplace_conversations
            where provider_account_id = '{PROVIDER}'
                and started_at >= epoch_ms({START_MS})
                and started_at <= epoch_ms({START_MS + self.days * DAY_MS - 600_000})
                and {self.condition}
            order by started_at, account_id, conversation_id
            limit {self.limit} offset {self.offset}
            """
        ).fetchall()
        if self.has_messages and rows:
            connection.execute(
                f"""
                select * from file.marts.marketplace_messages
                where provider_account_id = '{PROVIDER}' and list_contains($keys, conversation_id)
                order by account_id, conversation_id, message_number
                """,
                {"keys": [row[2] for row in rows]},
            ).fetchall()
        return len(rows)


KINDS = [
    Kind("a page of a month, with transcripts", "limit=50", {}),
    Kind(
        "the same without transcripts",
        "limit=50",
        {"contentToRetrieve": ["campaign", "agentParticipants", "transfers"]},
        has_messages=False,
    ),
    Kind("a late page of three months", "limit=50&offset=4000", {}, offset=4000, days=90),
    Kind(
        "a skill and an agent",
        "limit=50",
        {"latestSkillIds": ["2"], "latestAgentIds": ["agent-3"]},
        condition="latest_skill_id = '2' and latest_agent_id = 'agent-3'",
    ),
    Kind(
        "a rare word in a month's transcripts",
        "limit=50",
        {"keyword": "parcel77"},
        condition=f"""({KEY}) in (
            select ({KEY}) from file.marts.marketplace_messages
            where provider_account_id = '{PROVIDER}' and contains(lower(text), 'parcel77')
        )""",
    ),
]


def publish(path: Path, conversations: int, messages: int) -> None:
    """Write the published file."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{path}' as file")
        connection.execute("create schema file.marts")
        spread = DAYS * DAY_MS // conversations
        connection.execute(
            f"""
            create table file.marts.marketplace_conversations as
            select
                '{PROVIDER}' as provider_account_id,
                'subscriber-' || i % {SUBSCRIBERS} as account_id,
                printf('%08x-0000-4000-8000-%012d', hash(i) % 4294967296, i) as conversation_id,
                'Subscriber ' || i % {SUBSCRIBERS} as account_name,
                'visit-' || i as visit_id,
                epoch_ms({START_MS} + i * {spread}) as started_at,
                case when i % 20 > 0 then epoch_ms({START_MS} + i * {spread} + 900000) end
                    as ended_at,
                epoch_ms({START_MS} + i * {spread} + 900000) as updated_at,
                case when i % 20 > 0 then 900.0::double end as duration_seconds,
                case when i % 20 > 0 then 'closed' else 'open' end as status,
                'AGENT' as close_reason, 'SHARK' as source, 'DESKTOP' as initial_device,
                'agent-' || i % 50 as latest_agent_id, 'Agent ' || i % 50 as latest_agent_name,
                (i % 7)::varchar as latest_skill_id, 'Skill ' || i % 7 as latest_skill_name,
                '7' as latest_agent_group_id, 'Group' as latest_agent_group_name,
                '501' as campaign_id, 'Campaign' as campaign_name, '601' as engagement_id,
                'Engagement' as engagement_name, '701' as goal_id, 'Goal' as goal_name,
                '801' as lob_id, 'Shoes' as lob_name, '901' as entry_point_id,
                'Site' as entry_point_name, (i % 201 - 100)::double as mcs,
                (1 + i % 5)::double as csat, i % 3 = 0 as is_first_conversation,
                false as is_partial, '{PARTICIPANTS}' as agent_participants,
                '[{{"participant_id":"consumer-1"}}]' as consumer_participants,
                '{TRANSFERS}' as transfer_records, '[]' as interactions, '[]' as survey_answers,
                '[]' as dialogs, '[]' as message_scores
            from range({conversations}) as made (i)
            order by 1, 2, 3
            """
        )
        connection.execute(
            f"""
            create table file.marts.marketplace_messages as
            select
                provider_account_id, account_id, conversation_id,
                conversation_id || ':' || j as message_id, j as message_number,
                started_at + to_seconds(j * 30) as message_at,
                case when j % 2 = 1 then 'consumer' else 'human' end as sent_by,
                case when j % 2 = 0 then 'agent-1' end as agent_id,
                case when j % 2 = 1 then 'consumer-1' end as participant_id,
                conversation_id as dialog_id, 'TEXT_PLAIN' as message_type,
                'Where is my parcel' || hash(conversation_id, j) % 100000
                    || '? I ordered it last week and nobody has called me.' as text
            from file.marts.marketplace_conversations, range(1, {messages + 1}) as made (j)
            order by 1, 2, 3, 5
            """
        )


@contextmanager
def serve(folder: Path) -> Iterator[tuple[str, int]]:
    """The service on a free port: host and port."""
    settings = {
        "PARLEY_WAREHOUSE": str(folder / "parley.duckdb"),
        "PARLEY_API_PORT": "0",
        "PARLEY_API_RATE_LIMIT": "1000000",
        "PYTHONUNBUFFERED": "1",
        "PYTHONPATH": str(ROOT / "src"),
    }
    with (folder / "api.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "parley.api"],
            env=os.environ | settings,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
        )
        try:
            assert process.stdout is not None
            address = process.stdout.readline().split("/")[2]
            host, _, port = address.rpartition(":")
            yield host, int(port)
        finally:
            process.terminate()
            process.wait()


def times_of(act: Callable[[], object], seconds: float) -> list[float]:
    """How long an act takes, again and again for some seconds."""
    taken = []
    end = time.perf_counter() + seconds
    act()  # the first fills caches
    while not taken or time.perf_counter() < end:
        started = time.perf_counter()
        act()
        taken.append(time.perf_counter() - started)
    return taken


def rate_of(make: Callable[[], Callable[[], object]], clients: int, seconds: float) -> float:
    """Acts a second of several threads at once, each with an act of its own."""
    counts: list[int] = []

    def work(act: Callable[[], object]) -> None:
        counts.append(len(times_of(act, seconds)))

    threads = [threading.Thread(target=work, args=(make(),)) for _ in range(clients)]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts) / (time.perf_counter() - started)


def asker(address: tuple[str, int], token: str, kind: Kind) -> Callable[[], int]:
    """Ask over a connection of its own; how many conversations the page has."""
    connection = http.client.HTTPConnection(*address, timeout=60)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask() -> int:
        connection.request("POST", f"{PATH}?{kind.query}", kind.body, headers)
        answer = connection.getresponse()
        content = answer.read()
        if answer.status != 200:
            sys.exit(f"{kind.name}: {answer.status} {content[:500].decode(errors='replace')}")
        return content.count(b'"info":')

    return ask


@dataclass
class Attack:
    """Somebody who keeps connections to the service busy until told to end."""

    address: tuple[str, int]
    first: bytes  # what is sent on each connection
    connections: int
    ended: threading.Event

    def keep_one(self) -> None:
        """Send, wait until the service ends the connection, and begin anew."""
        while not self.ended.is_set():
            with contextlib.suppress(OSError), socket.create_connection(self.address, 1) as one:
                one.sendall(self.first)
                one.settimeout(0.5)
                while not self.ended.is_set():
                    try:
                        if not one.recv(65_536):
                            break
                    except TimeoutError:
                        continue

    def run(self) -> list[threading.Thread]:
        """Begin."""
        threads = [threading.Thread(target=self.keep_one) for _ in range(self.connections)]
        for thread in threads:
            thread.start()
        return threads


def slow_search(token: str) -> bytes:
    """A search for twenty rare words in three months of texts."""
    words = " ".join(f"nothing{number}" for number in range(20))
    last = START_MS + 90 * DAY_MS
    body = json.dumps({"start": {"from": START_MS, "to": last}, "keyword": words}).encode()
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return head.encode() + body


def attacks(folder: Path, conversations: int, seconds: float, console: Console) -> None:
    """How long another caller waits while somebody attacks, beside how long it waits in peace."""
    attacker, victim = (add_token(folder / "api_tokens.json", PROVIDER, "") for _ in range(2))
    half_head = b"POST /messaging_history HTTP/1.1\r\nHost: bench\r\nX-Half: "
    half_body = slow_search(victim)[:-10]
    kinds = {
        "60 slow searches of one token": (slow_search(attacker), 60),
        "300 half-sent headers": (half_head, 300),
        "300 half-sent bodies": (half_body, 300),
    }
    table = Table(title=f"another caller's search under attack, {conversations:,} conversations")
    for column in ("attack", "quiet p95", "p95", "ratio", "answers"):
        table.add_column(column, justify="left" if column == "attack" else "right")
    kind = KINDS[4]
    for name, (first, connections) in kinds.items():
        with serve(folder) as address:
            quiet = sorted(times_of(asker(address, victim, kind), seconds))
            ended = threading.Event()
            threads = Attack(address, first, connections, ended).run()
            time.sleep(1)
            taken = sorted(times_of(asker(address, victim, kind), seconds))
            ended.set()
            for thread in threads:
                thread.join()
        before, under = (times[int(len(times) * 0.95)] for times in (quiet, taken))
        table.add_row(
            name,
            f"{before * 1000:.1f} ms",
            f"{under * 1000:.1f} ms",
            f"{under / before:.2f}",
            str(len(taken)),
        )
    console.print(table)


def run(conversations: int, messages: int, clients: int, seconds: float, folder: Path) -> None:
    """Publish, serve, measure, print."""
    console = Console(force_terminal=False, width=130)
    console.print(f"publishing {conversations:,} conversations of {messages} messages")
    published = folder / "parley_marts.duckdb"
    publish(published, conversations, messages)
    tokens = [add_token(folder / "api_tokens.json", PROVIDER, "benchmark") for _ in range(clients)]
    token = tokens[0]
    alone = duckdb.connect()
    alone.execute(f"attach '{published}' as file (read_only)")
    alone.execute("set threads = 2")
    table = Table(title=f"provider API: {conversations:,} conversations, {clients} clients at once")
    for column in ("search", "floor p50", "p50", "p95", "ratio", "floor/s", "answers/s", "ratio/s"):
        table.add_column(column, justify="left" if column == "search" else "right")
    with serve(folder) as address:
        for kind in KINDS:
            if asker(address, token, kind)() != kind.read(alone):
                sys.exit(f"{kind.name}: the service and DuckDB do not find the same conversations.")
            floor = times_of(lambda kind=kind: kind.read(alone), seconds)
            taken = times_of(asker(address, token, kind), seconds)
            floor_rate = rate_of(
                lambda kind=kind: partial(kind.read, alone.cursor()), clients, seconds
            )
            others = iter(tokens)  # a token's searches wait for each other
            rate = rate_of(
                lambda kind=kind, others=others: asker(address, next(others), kind),
                clients,
                seconds,
            )
            middle, floor_middle = statistics.median(taken), statistics.median(floor)
            late = sorted(taken)[int(len(taken) * 0.95)]
            table.add_row(
                kind.name,
                f"{floor_middle * 1000:.1f} ms",
                f"{middle * 1000:.1f} ms",
                f"{late * 1000:.1f} ms",
                f"{middle / floor_middle:.2f}",
                f"{floor_rate:.0f}",
                f"{rate:.0f}",
                f"{rate / floor_rate:.2f}",
            )
    alone.close()
    console.print(table)
    attacks(folder, conversations, seconds, console)


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--conversations", type=int, default=200_000, help="published ones")
    parser.add_argument("--messages", type=int, default=8, help="of each conversation")
    parser.add_argument("--clients", type=int, default=8, help="that ask at once")
    parser.add_argument("--seconds", type=float, default=3.0, help="of each measurement")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run(
            options.conversations,
            options.messages,
            options.clients,
            options.seconds,
            Path(folder),
        )


if __name__ == "__main__":
    main()
