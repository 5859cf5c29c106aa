"""The service as a process in which a search for the word `slow` takes the database minutes.

`python slow.py FOLDER` is `python -m parley.api` but for that. FOLDER/slow has a line for each such
search that began, and one for each that ended, whatever ended it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from parley.api import search
from parley.api.__main__ import main

MINUTES = "select sum(hash(a.range + b.range)) as s from range(10000000) a, range(10000000) b"


def note(word: str) -> None:
    with (Path(sys.argv[1]) / "slow").open("a") as file:
        file.write(f"{word}\n")


def slow_first(find: Any) -> Any:
    """The same method, which does something else first where the word is looked for."""

    def found(reader: search.Reader, scope: Any, request: Any, paging: Any) -> Any:
        if request.keyword == "slow":
            note("began")
            try:
                list(reader.search.rows(reader.connection, MINUTES, {}))
            finally:
                note("ended")
        return find(reader, scope, request, paging)

    return found


if __name__ == "__main__":
    search.Reader.find_conversations = slow_first(  # type: ignore[method-assign]
        search.Reader.find_conversations
    )
    sys.exit(main([]))
