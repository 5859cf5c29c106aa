"""A process that has imported dbt and parsed the project, and forks a process for each build.

To start dbt costs more than most of the tests' builds. What is forked has its own pid, environment and
streams, can be killed, and says how it ended. Run as a program, this module is the process that forks.
"""

from __future__ import annotations

import array
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

NUMBER = array.array("q", [0]).itemsize
GREATEST_REQUEST = 1 << 20


class Forked:
    """A forked process, used as one of ``subprocess`` is."""

    def __init__(self, connection: socket.socket, output: int) -> None:
        self._connection = connection
        self.stdout = os.fdopen(output, "r", errors="replace")
        self.pid = self._told()
        self.returncode: int | None = None

    def _told(self) -> int:
        return array.array("q", self._connection.recv(NUMBER, socket.MSG_WAITALL))[0]

    def send_signal(self, number: int) -> None:
        """Send a signal."""
        os.kill(self.pid, number)

    def poll(self) -> int | None:
        """The exit code; None while it runs."""
        if self.returncode is None and select.select([self._connection], [], [], 0)[0]:
            self.returncode = self._told()
        return self.returncode

    def communicate(self, timeout: float) -> tuple[str, None]:
        """The rest of its output, after its end; a process that does not end is killed."""
        impatience = threading.Timer(timeout, self.send_signal, (signal.SIGKILL,))
        impatience.start()
        rest = self.stdout.read()
        if self.returncode is None:
            self.returncode = self._told()
        impatience.cancel()
        self.stdout.close()
        self._connection.close()
        return rest, None


class WarmDbt:
    """The process that forks, started when it is first needed; it ends with the one who asks."""

    def __init__(self, project: Path, environment: Mapping[str, str]) -> None:
        self._project = project
        self._environment = dict(environment)
        self._path = ""

    def prepare(self) -> None:
        """Have the project parsed, if it is not yet: its artifacts are written then."""
        if not self._path:
            self._path = self._begin()

    def start(self, arguments: Sequence[str], environment: Mapping[str, str]) -> Forked:
        """Run dbt with these arguments, in an environment of its own."""
        self.prepare()
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(self._path)
        reading, writing = os.pipe()
        request = {"arguments": list(arguments), "environment": dict(environment)}
        socket.send_fds(connection, [json.dumps(request).encode()], [writing])
        os.close(writing)
        return Forked(connection, reading)

    def _begin(self) -> str:
        # a socket's path may have a hundred characters: pytest's folders have more
        path = str(Path(tempfile.mkdtemp(prefix="warm")) / "dbt")
        self._process = subprocess.Popen(
            [sys.executable, __file__, path],
            cwd=self._project,
            # semaphores that forked processes leave to their parent are none of the tests' concern
            env={**self._environment, "PYTHONWARNINGS": "ignore:resource_tracker"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdout is not None
        said = []
        # a helper of Python's keeps the stream open: there is no end to wait for
        for line in self._process.stdout:
            said.append(line)
            if line == f"{path}\n":
                return path
        raise RuntimeError(f"dbt could not be started:\n{''.join(said)}")


def parsed() -> Any:
    """The project's manifest."""
    from dbt.cli.main import dbtRunner

    done = dbtRunner().invoke(["--quiet", "parse"])
    if not done.success:
        sys.exit(f"the project does not parse: {done.exception}")
    return done.result


def serve(connection: socket.socket, manifest: Any) -> None:
    """Fork the process of a request, tell its pid, and at its end how it ended."""
    text, handles, _, _ = socket.recv_fds(connection, GREATEST_REQUEST, 1)
    request = json.loads(text)
    pid = os.fork()
    if pid == 0:
        connection.close()
        os.dup2(handles[0], 1)
        os.dup2(handles[0], 2)
        os.close(handles[0])
        os.environ.clear()
        os.environ.update(request["environment"])
        code = 1
        try:
            code = run_dbt(request["arguments"], manifest)
        finally:
            sys.stdout.flush()
            os._exit(code)
    os.close(handles[0])
    connection.sendall(array.array("q", [pid]).tobytes())
    _, status = os.waitpid(pid, 0)
    connection.sendall(array.array("q", [os.waitstatus_to_exitcode(status)]).tobytes())


def run_dbt(arguments: list[str], manifest: Any) -> int:
    """Run dbt as its command line does; the exit code."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    done = dbtRunner(manifest=manifest).invoke(arguments)
    # what dbt leaves to the end of its process: the warehouse is closed, and its log with it
    DuckDBConnectionManager.close_all_connections()
    return 0 if done.success else 1 if done.exception is None else 2


def main(path: str) -> None:
    """Fork for whoever connects to a path, until standard input ends."""
    manifest = parsed()
    gc.freeze()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        print(path, flush=True)
        os.dup2(2, 1)
        while server in select.select([server, 0], [], [])[0]:
            connection, _ = server.accept()
            if os.fork() == 0:
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                server.close()
                serve(connection, manifest)
                os._exit(0)
            connection.close()
    Path(path).unlink()
    Path(path).parent.rmdir()


if __name__ == "__main__":
    main(sys.argv[1])
