"""Serve the documentation on this machine: `python -m parley.docs`, which `make serve-docs` calls."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from typing import BinaryIO

from parley.hosts import is_named, names_at

HOST, PORT = "127.0.0.1", 8080


class Pages(SimpleHTTPRequestHandler):
    """Gives files to who asks for them by a name of this machine."""

    def send_head(self) -> BytesIO | BinaryIO | None:
        """The file that is asked for, or an error."""
        if not is_named(self.headers.get("Host"), names_at(HOST)):
            self.send_error(403, "These pages answer as localhost and 127.0.0.1 alone")
        elif "%00" in self.path or "\0" in self.path:
            # no file is called so, and opening one is an error
            self.send_error(404, "File not found")
        else:
            return super().send_head()
        return None


def server(folder: str, port: int) -> ThreadingHTTPServer:
    """What serves a folder to this machine."""
    return ThreadingHTTPServer((HOST, port), partial(Pages, directory=folder))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="python -m parley.docs", description=__doc__)
    parser.add_argument("port", type=int, nargs="?", default=PORT, help=f"default: {PORT}")
    port = parser.parse_args(arguments).port
    try:
        with server("target", port) as pages:
            print(
                f"http://{HOST}:{port}/static_index.html, and /metrics.html (Ctrl-C ends it)",
                flush=True,
            )
            pages.serve_forever()
    except KeyboardInterrupt:
        return 0
    except (OSError, OverflowError) as error:
        print(
            f"docs: {HOST}:{port} cannot be listened on ({error}); end what listens there, or set DOCS_PORT.",
            file=sys.stderr,
        )
    return 1


if __name__ == "__main__":
    sys.exit(main())
