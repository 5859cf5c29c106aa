"""dbt build on one screen: a line as each layer is done, and what failed; everything is in dbt's log.

The arguments are those of `dbt build`. Of what dbt prints there are errors, and the files that are not
read; where the disk or the memory is full, one sentence stands for the errors that come of it.
"""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dbt.cli.exceptions import DbtUsageException
from dbt.cli.main import dbtRunner

from parley.files import CommandError, file_umask, warehouse_path
from parley.room import Room

#: What is counted together, by the folder of a model or by what else a node is, in the order of a build.
LAYERS = ("seeds", "staging", "intermediate", "marts", "semantic", "tests")
SLOW_SECONDS = 15
#: Nothing of dbt's own on the screen; what is said of that alone, dbt takes for its log, too.
LOGGED = ("--log-level", "none", "--log-level-file", "debug")
#: Not errors to dbt: a name that was mistyped after --select builds nothing.
NOTHING_DONE = ("NoNodesForSelectionCriteria", "NothingToDo")


class Progress:
    """Counts the nodes that dbt finishes, and says now and then how far it is."""

    def __init__(self) -> None:
        self._done: Counter[str] = Counter()
        self._began = self._said = time.monotonic()

    def __call__(self, event: Any) -> None:
        """Take one of dbt's events."""
        if event.info.name != "NodeFinished":
            return
        node = event.data.node_info
        self._done[layer_of(node.resource_type, node.node_path)] += 1
        if time.monotonic() - self._said >= SLOW_SECONDS:
            self.say()

    def say(self) -> None:
        """Print how many nodes of each layer are done."""
        self._said = time.monotonic()
        counts = [f"{self._done[layer]} {layer}" for layer in LAYERS if self._done[layer]]
        print(f"  {self._said - self._began:5.0f} s  {', '.join(counts)}", flush=True)


class Told:
    """Prints what the project says and dbt's errors, until the room for them is too little."""

    def __init__(self, room: Room) -> None:
        self._room = room

    def __call__(self, event: Any) -> None:
        """Take one of dbt's events, which the room has taken before."""
        is_error = event.info.level == "error" and event.info.name != "MainStackTrace"
        is_told = event.info.name in ("PrintEvent", *NOTHING_DONE)
        if is_told or (is_error and self._room.sentence is None):
            print(event.info.msg, flush=True)


def layer_of(resource_type: str, path: str) -> str:
    """Where a node is counted."""
    if resource_type == "seed":
        return "seeds"
    layer = path.split("/")[0]
    return layer if resource_type == "model" and layer in LAYERS else "tests"


def folder_problem(folder: Path) -> str | None:
    """Why dbt could not write into a folder of its own; None where it can."""
    here = next(path for path in (folder, *folder.absolute().parents) if path.exists())
    if here.is_dir() and os.access(here, os.W_OK):
        return None
    return (
        f"dbt cannot write below {folder}. Give yourself permission to write there, or set DBT_TARGET_PATH and "
        "DBT_LOG_PATH to other folders."
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    logs = Path(os.environ.get("DBT_LOG_PATH", "logs"))
    for folder in (Path(os.environ.get("DBT_TARGET_PATH", "target")), logs):
        if problem := folder_problem(folder):
            print(f"build: {problem}", file=sys.stderr)
            return 1
    # a failed data test names its row, and dbt opens its log before the warehouse's profile is read
    try:
        os.umask(file_umask())
        warehouse_path()
    except CommandError as error:
        print(f"build: {error}", file=sys.stderr)
        return 1
    progress, room = Progress(), Room()
    runner = dbtRunner(callbacks=[progress, room, Told(room)])
    plain = [] if sys.stdout.isatty() else ["--no-use-colors"]
    result = runner.invoke([*LOGGED, *plain, "build", *given])
    if isinstance(result.exception, DbtUsageException):
        # dbt says it to nobody, and has written no log
        print(
            f"build: {result.exception} `make build ARGS=--help` lists the options.",
            file=sys.stderr,
        )
        return 1
    progress.say()
    if result.success:
        return 0
    print(f"build: The whole log is {logs}/dbt.log.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
