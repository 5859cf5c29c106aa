"""Open the dashboards: `python -m parley.dashboards`, which `make dashboards` calls."""

from __future__ import annotations

import argparse
import importlib.util
import os
import re
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from parley.files import CommandError, published_path, warehouse_path
from parley.hosts import is_local, names_at

HOST, PORT = "127.0.0.1", 8501
#: Where the name that a proxy passes on is told to Streamlit.
NAMES = "STREAMLIT_SERVER_ALLOWED_HOSTS"
APP = Path(__file__).with_name("server.py")
#: Nothing is sent elsewhere, nothing is written in the home of whoever starts it, and readers see a
#: sentence instead of a traceback.
OPTIONS = {
    "server.headless": "true",
    "server.showEmailPrompt": "false",
    "server.fileWatcherType": "none",
    "browser.gatherUsageStats": "false",
    "client.toolbarMode": "viewer",
    "client.showErrorDetails": "none",
    "client.showErrorLinks": "false",
    "theme.light.primaryColor": "#2468a8",
    "theme.dark.backgroundColor": "#121212",  # what browsers call Canvas in the dark
    "theme.dark.primaryColor": "#6aa9e6",
    "logger.level": "warning",
}


def read_port(text: str) -> int:
    """The port that PARLEY_DASHBOARDS_PORT names."""
    if not re.fullmatch("[0-9]{1,5}", text) or not 1 <= int(text) <= 65535:
        raise CommandError(f"PARLEY_DASHBOARDS_PORT is {text!r}; set it to a port from 1 to 65535.")
    return int(text)


def check_free(host: str, port: int) -> None:
    """Refuse an address that cannot be listened on."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind(address)
    except (OSError, UnicodeError) as error:  # the latter where it cannot be the name of a host
        reason = error.strerror if isinstance(error, OSError) else "no name of a host"
        raise CommandError(
            f"{host}:{port} cannot be listened on ({reason}); end what listens there, or set "
            "PARLEY_DASHBOARDS_HOST and PARLEY_DASHBOARDS_PORT."
        ) from None


def command(host: str, port: int) -> list[str]:
    """What serves the pages: Streamlit, told everything on its command line."""
    options = OPTIONS | {"server.address": host, "server.port": str(port)}
    told = [f"--{name}={value}" for name, value in options.items()]
    if not os.environ.get(NAMES):
        told += [f"--server.allowedHosts={name}" for name in names_at(host)]
    return [sys.executable, "-m", "streamlit", "run", str(APP), *told]


def serve(told: Sequence[str]) -> NoReturn:
    """Become the process that serves the pages."""
    os.execv(told[0], list(told))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    argparse.ArgumentParser(
        prog="python -m parley.dashboards",
        description="Serve the dashboards over the published marts to a browser.",
        epilog="PARLEY_PUBLISHED says which file is shown; PARLEY_DASHBOARDS_HOST and "
        "PARLEY_DASHBOARDS_PORT say where.",
    ).parse_args(arguments)
    try:
        if importlib.util.find_spec("streamlit") is None:
            raise CommandError("The dashboards need Streamlit: `pip install 'parley[dashboards]'`.")
        host = os.environ.get("PARLEY_DASHBOARDS_HOST") or HOST
        port = read_port(os.environ.get("PARLEY_DASHBOARDS_PORT") or str(PORT))
        published = published_path(warehouse_path())
        if not published.exists():
            raise CommandError(
                f"There is no published file at {published} yet; `make run` makes it, and its place "
                "is PARLEY_PUBLISHED."
            )
        check_free(host, port)
    except CommandError as error:
        print(f"dashboards: {error}", file=sys.stderr)
        return 1
    shown = f"[{host}]" if ":" in host else host
    print(f"http://{shown}:{port}/ (Ctrl-C ends it)", flush=True)
    if not is_local(host):
        print(
            f"Whoever reaches {shown}:{port} sees the figures of every account, and texts where "
            "consent allows them: put a proxy that asks who it is before it.",
            file=sys.stderr,
            flush=True,
        )
    return serve(command(host, port))


if __name__ == "__main__":
    sys.exit(main())
