"""Start the provider API: `python -m parley.api`."""

from __future__ import annotations

import argparse
import ipaddress
import logging
import socket
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

import uvicorn

from parley.api.app import make_app
from parley.api.connections import BACKLOG, affordable_connections, connection_class
from parley.api.request_log import Quiet
from parley.api.settings import Settings, SettingsError, read_settings
from parley.api.tokens import TokenFileError, read_tokens

log = logging.getLogger("parley.api")
KEEP_ALIVE_SECONDS = 30  # that a caller may take between two pages
SHUTDOWN_SECONDS = 10  # that requests under way have to finish


def fail(message: str) -> NoReturn:
    """End with one sentence instead of a traceback."""
    print(f"api: {message}", file=sys.stderr)
    raise SystemExit(1)


def listen(settings: Settings) -> socket.socket:
    """The port, taken before anything else is done."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(BACKLOG)
    except (OSError, UnicodeError) as error:  # the latter where it cannot be the name of a host
        reason = error.strerror if isinstance(error, OSError) else "no name of a host"
        fail(
            f"{settings.host}:{settings.port} cannot be listened on ({reason}); end what "
            "listens there, or set PARLEY_API_HOST and PARLEY_API_PORT."
        )
    return listener


def warn_without_tokens(settings: Settings) -> None:
    """Say that nobody can ask yet; the service notices when a token is added."""
    try:
        if not read_tokens(settings.tokens):
            log.warning(
                "There are no tokens in %s yet, so every answer is 401; add one with "
                "`python -m parley.api.tokens add --account <id>`.",
                settings.tokens,
            )
    except TokenFileError as error:
        fail(str(error))


def warn_without_tls(settings: Settings) -> None:
    """Say that what goes over the wire can be read there, unless a proxy is told of."""
    try:
        is_local = ipaddress.ip_address(settings.host).is_loopback
    except ValueError:
        is_local = settings.host == "localhost"
    if not is_local and not settings.base_url.startswith("https://"):
        log.warning(
            "The service listens at %s without TLS, so tokens and texts can be read on the way. Put "
            "a proxy with TLS before it, and set PARLEY_API_BASE_URL to its https address.",
            settings.host,
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    argparse.ArgumentParser(
        prog="python -m parley.api",
        description="Serve the published marketplace conversations over HTTP.",
        epilog="docs/provider_api.md names the settings.",
    ).parse_args(arguments)
    handler = logging.StreamHandler()
    handler.addFilter(Quiet())
    logging.basicConfig(
        format="%(asctime)s %(levelname)s %(message)s", level=logging.INFO, handlers=[handler]
    )
    try:
        settings = read_settings()
    except SettingsError as error:
        fail(str(error))
    listener = listen(settings)
    warn_without_tokens(settings)
    warn_without_tls(settings)
    connections = affordable_connections(settings.connections, settings.searches)
    host, port = listener.getsockname()[:2]
    address = f"[{host}]" if ":" in host else host
    print(f"http://{address}:{port}/openapi.json (Ctrl-C ends it)", flush=True)
    config = uvicorn.Config(
        make_app(settings),
        http=connection_class(connections, settings.request_seconds),
        ws="none",
        backlog=BACKLOG,
        proxy_headers=False,  # nothing is made of who asks, or of the name that is asked for
        log_config=None,
        access_log=False,  # RequestLog has more to say
        server_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    with suppress(KeyboardInterrupt):
        uvicorn.Server(config).run(sockets=[listener])
    return 0


if __name__ == "__main__":
    sys.exit(main())
