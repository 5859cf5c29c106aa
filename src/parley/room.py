"""What a build says when the disk or the memory is full, or another build came first: one sentence at its end.

A statement fails then, or the whole database from some checkpoint on, and dbt says so of every model that
comes after. What was stored before is whole, so the remedy is room, or patience, and another build.
"""

from __future__ import annotations

import logging
import re
from typing import Any

from dbt_common.events.event_manager_client import add_callback_to_manager, get_event_manager

#: The words of such an error, and what is said then.
SENTENCES = (
    (
        "No space left on device|Disk quota exceeded|File too large|max_temp_directory_size",
        "A disk is full: there is no room for the warehouse, for temporary files beside it, or for what dbt "
        "writes into target and logs. Make room and build again; what is published is as it was, and the "
        "next build goes on from what was stored.",
    ),
    (
        "Out of Memory Error|[Cc]annot allocate memory|MemoryError",
        "DuckDB ran out of memory. Raise PARLEY_MEMORY_LIMIT (3GB where it is not set) where the machine "
        "has more, lower it where it has less, or lower PARLEY_THREADS, and build again; what is published "
        "is as it was, and the next build goes on from what was stored.",
    ),
    (
        "Could not set lock on file",
        "The warehouse is being written by another process. Wait until that build or publication has ended, "
        "or set PARLEY_WAREHOUSE to another file; readers use the published copy.",
    ),
)


class Room:
    """Notes dbt's errors, and says at the end of a command which of these it was, if any.

    From here on a log that has no room is written no further, without a traceback for each of its lines.
    """

    def __init__(self) -> None:
        self.sentence: str | None = None
        logging.raiseExceptions = False

    def __call__(self, event: Any) -> None:
        """Take one of dbt's events."""
        if self.sentence is None:
            if event.info.name == "NodeFinished":
                self.sentence = sentence_of(event.data.run_result.message)
            elif event.info.level == "error" or "duckdb error: " in event.info.msg[:80]:
                # dbt tells a hook's error at the end alone, after those of all models that miss what it makes
                self.sentence = sentence_of(event.info.msg)
        elif event.info.name == "CommandCompleted" and self.sentence is not None:
            print(self.sentence, flush=True)


def sentence_of(error: str) -> str | None:
    """What to say of such an error; None of any other."""
    return next((sentence for words, sentence in SENTENCES if re.search(words, error)), None)


def watch_room() -> None:
    """Have dbt's present command end in the sentence, once."""
    if not any(isinstance(callback, Room) for callback in get_event_manager().callbacks):
        add_callback_to_manager(Room())
